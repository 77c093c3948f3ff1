import type { UserError } from '@tablekeep/platform/errors';
import { isTimeZone } from '@tablekeep/platform/local-time';

/** How retention runs in this installation. `sessionKeepDays`: 'UNSET' until somebody said; null: for ever. */
export type RetentionSettings = Readonly<{
  timeOfDay: string;
  timeZone: string;
  jitterMinutes: number;
  sharePercent: number;
  sessionKeepDays: number | null | 'UNSET';
}>;

const MOST_JITTER = 240;
const MOST_DAYS = 36_135;

/** Everything that is wrong, at once. */
export function settingsProblems(settings: RetentionSettings): UserError[] {
  const { timeOfDay, timeZone, jitterMinutes, sharePercent, sessionKeepDays } = settings;
  const problems: UserError[] = [];
  const wrong = (code: string, message: string, ...path: string[]) => problems.push({ code, message, path });
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/u.test(timeOfDay))
    wrong('BAD_TIME', `"${timeOfDay}" is not a time of day; one reads 04:00.`, 'timeOfDay');
  if (!isTimeZone(timeZone))
    wrong('UNKNOWN_TIME_ZONE', `"${timeZone}" is not a time zone; one reads Europe/Berlin.`, 'timeZone');
  if (jitterMinutes < 0 || jitterMinutes > MOST_JITTER)
    wrong('BAD_JITTER', `The jitter is 0 to ${MOST_JITTER} minutes.`, 'jitterMinutes');
  if (sharePercent < 1 || sharePercent > 100) wrong('BAD_SHARE', 'The share is 1 to 100 percent.', 'sharePercent');
  if (typeof sessionKeepDays === 'number' && (sessionKeepDays < 1 || sessionKeepDays > MOST_DAYS))
    wrong(
      'BAD_RETENTION',
      `Records are kept for 1 to ${MOST_DAYS} days, or all of them.`,
      'sessionRecords',
      'keepDays',
    );
  return problems;
}
