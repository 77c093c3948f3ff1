import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { derivedId } from '@tablekeep/platform/ids';
import { recordEvent } from '@tablekeep/platform/outbox';
import { claimScanLook, accountsToScan } from './store/accounts.ts';
import type { AccountRow } from './store/entities.ts';
import { regionsScannedSince } from './store/inventory.ts';

type Deps = Readonly<{ db: Database; clock: Clock; scanMs: number }>;

const MOST_AT_ONCE = 20;

/**
 * One pass over the accounts whose inventory may have grown old: Regions without a scan in that time are due. Nobody leads:
 * an account is claimed by its row in the transaction that announces its scan, so one session begins whatever the number of
 * replicas, and a process that dies here leaves it due.
 */
export async function scanOldInventory({ db, clock, scanMs }: Deps): Promise<void> {
  for (const due of await accountsToScan(db, clock.now(), MOST_AT_ONCE)) {
    await db.transaction(async (tx) => {
      const now = clock.now();
      const account = await claimScanLook(db, tx, due, new Date(now.getTime() + scanMs));
      if (account) await announceScan(db, tx, account, { now, since: new Date(now.getTime() - scanMs) });
    });
  }
}

async function announceScan(
  db: Database,
  tx: Tx,
  account: AccountRow,
  { now, since }: Readonly<{ now: Date; since: Date }>,
): Promise<void> {
  const fresh = await regionsScannedSince(tx, account.id, since);
  const regions = account.regions.filter((region) => !fresh.has(region));
  if (regions.length === 0) return;
  const sessionId = derivedId('inventory-scan', account.id, now.toISOString());
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.account.scan.due.v1',
    subject: account.id,
    data: { accountId: account.id, sessionId, regions },
  });
}
