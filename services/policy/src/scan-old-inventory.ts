import { noteAnnounced } from '@tablekeep/platform/alerts';
import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { derivedId } from '@tablekeep/platform/ids';
import { recordEvent } from '@tablekeep/platform/outbox';
import { CLOCK_MS } from './domain/schedules/plan-slots.ts';
import { scansDue } from './domain/scans-due.ts';
import { accountsToScan, lockAccount, noteScanLook } from './store/accounts.ts';
import { forgetTimesAhead, lastScans } from './store/inventory.ts';

type Deps = Readonly<{ db: Database; clock: Clock; scanMs: number }>;

const MOST_AT_ONCE = 20;

/**
 * One pass over the accounts whose inventory may have grown old: Regions without a scan in that time are due. Nobody leads:
 * an account is claimed by its row in the transaction that announces its scan, so one session begins whatever the number of
 * replicas, and a process that dies here leaves it due.
 */
export async function scanOldInventory({ db, clock, scanMs }: Deps): Promise<void> {
  const look = clock.now();
  const until = new Date(look.getTime() + scanMs + CLOCK_MS);
  for (const due of await accountsToScan(db, { now: look, until }, MOST_AT_ONCE)) {
    await db.transaction(async (tx) => {
      const account = await lockAccount(db, tx, due.id);
      if (!account || account.scanAt?.getTime() !== due.scanAt?.getTime()) return;
      const now = clock.now();
      await forgetTimesAhead(tx, account.id, now);
      const scans = await lastScans(tx, account.id);
      const { regions, nextLook } = scansDue(account.regions, scans, { now, scanMs });
      await noteScanLook(tx, account.id, nextLook);
      if (regions.length > 0) await announceScan(db, tx, account.id, { regions, now });
    });
  }
}

async function announceScan(
  db: Database,
  tx: Tx,
  accountId: string,
  { regions, now }: Readonly<{ regions: string[]; now: Date }>,
): Promise<void> {
  const sessionId = derivedId('inventory-scan', accountId, now.toISOString());
  await noteAnnounced(db, tx, { sessionId, what: 'inventory scan', accountId, announcedAt: now });
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.account.scan.due.v1',
    subject: accountId,
    data: { accountId, sessionId, regions },
  });
}
