import type { UserError } from '@tablekeep/platform/errors';
import { isTimeZone } from '@tablekeep/platform/local-time';
import { recipientProblems } from '@tablekeep/platform/mail-address';
import type { ReportTime } from './report-slot.ts';

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/u;

/** Everything that is wrong with what was said of the daily report, at once. */
export function reportProblems(report: ReportTime & Readonly<{ recipients: readonly string[] | null }>): UserError[] {
  const { timeOfDay, timeZone, recipients } = report;
  const problems: UserError[] = [];
  const wrong = (code: string, message: string, field: string) =>
    problems.push({ code, message, path: ['dailyReport', field] });
  if (!TIME.test(timeOfDay)) wrong('BAD_TIME', `"${timeOfDay}" is not a time of day; one reads 07:00.`, 'timeOfDay');
  if (!isTimeZone(timeZone) || timeZone.length > 64)
    wrong('UNKNOWN_TIME_ZONE', `"${timeZone}" is not a time zone; one reads Europe/Berlin.`, 'timeZone');
  if (recipients?.length === 0)
    wrong('REQUIRED', 'Name at least one recipient, or null for those of the settings.', 'recipients');
  return [...problems, ...recipientProblems(recipients ?? [], ['dailyReport', 'recipients'])];
}
