import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import type { InternalInput, InternalOutput } from '@tablekeep/schema/internal';
import { slotsAround } from './domain/retention/retention-day.ts';
import { countFreezes, pageOfFreezes } from './store/frozen-chains.ts';
import { countByVerification, storedByRegion } from './store/restore-points.ts';
import { retainedAccounts } from './store/retained-accounts.ts';
import { readSettings } from './store/retention-settings.ts';

/** As many accounts as the API shows. */
const MOST_ACCOUNTS = 500;

/** What is stored where, how much of it is proven, and what retention does next: for the daily report. It changes nothing. */
export async function reportPoints(
  db: Database,
  clock: Clock,
  { until, most }: InternalInput<'reportPoints'>,
): Promise<InternalOutput<'reportPoints'>> {
  const now = clock.now();
  const standing = { accountId: null, includeAcknowledged: false };
  const [storage, byVerification, freezes, frozen, accounts, settings] = await Promise.all([
    storedByRegion(db, now),
    countByVerification(db),
    pageOfFreezes(db.reader, standing, null, most),
    countFreezes(db.reader),
    retainedAccounts(db.reader, MOST_ACCOUNTS),
    readSettings(db.reader),
  ]);
  const runs = accounts
    .map(({ accountId }) => ({ accountId, at: slotsAround(settings, accountId, now).next.at }))
    .filter(({ at }) => at < new Date(until));
  return {
    storage,
    verified: byVerification.VERIFIED,
    verificationFailed: byVerification.FAILED,
    unverified: byVerification.none,
    frozen: {
      first: freezes.map(({ tableName, tableArn, detail, frozenAt }) => ({
        tableName,
        tableArn,
        detail,
        frozenAt: frozenAt.toISOString(),
      })),
      more: Math.max(0, frozen - freezes.length),
    },
    runs: runs.map(({ accountId, at }) => ({ accountId, at: at.toISOString() })),
  };
}
