import type { Database } from '@tablekeep/platform/database';
import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import { recordEvent } from '@tablekeep/platform/outbox';
import { settingsProblems, type RetentionSettings } from './domain/retention/check-settings.ts';
import { lookAtAll } from './store/retained-accounts.ts';
import { lockSettings, saveSettings } from './store/retention-settings.ts';

export type SettingsWish = Readonly<Partial<Omit<RetentionSettings, 'sessionKeepDays'>>> &
  Readonly<{ sessionRecords: Readonly<{ keepAll: boolean | null; keepDays: number | null }> | null }>;

/**
 * Changes what was named and leaves the rest; every account's day is looked at anew. What concerns the records of sessions
 * is carried to their service by the event. Throws UserErrors with all problems at once.
 */
export async function changeSettings(db: Database, now: Date, wish: SettingsWish): Promise<RetentionSettings> {
  const { sessionRecords, ...named } = wish;
  return db.transaction(async (tx) => {
    const { settings: before, version } = await lockSettings(db, tx);
    const records = sessionRecords && {
      sessionKeepDays: sessionRecords.keepAll === true ? null : sessionRecords.keepDays,
    };
    const settings: RetentionSettings = { ...before, ...named, ...records };
    const problems = [...recordsProblem(sessionRecords), ...settingsProblems(settings)];
    if (problems.length > 0) throw new UserErrors(problems);
    await saveSettings(tx, settings, version + 1);
    await lookAtAll(tx, now);
    const { sessionKeepDays } = settings;
    await recordEvent(db, tx, {
      type: 'dev.tablekeep.retention.settings.changed.v1',
      subject: 'retention',
      data: { version: version + 1, ...(sessionKeepDays !== 'UNSET' && { sessionKeepDays }) },
    });
    return settings;
  });
}

function recordsProblem(records: SettingsWish['sessionRecords']): UserError[] {
  if (records === null || (records.keepAll === true) !== (records.keepDays !== null)) return [];
  const message = 'Say either keepAll: true or keepDays.';
  return [{ code: 'ONE_OF', message, path: ['sessionRecords'] }];
}
