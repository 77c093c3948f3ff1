import type { Database } from '@tablekeep/platform/database';
import type { RetentionSettings } from '../domain/retention/check-settings.ts';
import { slotsAround } from '../domain/retention/retention-day.ts';
import { retainedAccounts } from '../store/retained-accounts.ts';

const MOST_RUNS = 500;

/** The settings as the API shows them, with when each account's retention begins next. */
export async function shownSettings(db: Database, now: Date, settings: RetentionSettings) {
  const { sessionKeepDays, ...rest } = settings;
  const accounts = await retainedAccounts(db.reader, MOST_RUNS);
  return {
    ...rest,
    sessionRecords:
      sessionKeepDays === 'UNSET' ? null : { keepAll: sessionKeepDays === null, keepDays: sessionKeepDays },
    nextRuns: accounts.map(({ accountId }) => ({ accountId, at: slotsAround(settings, accountId, now).next.at })),
  };
}
