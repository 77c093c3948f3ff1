import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import { countDrift, countedDrift, replaceCounts } from './store/drift.ts';

/** Counts where the account's catalog and vaults differ; says so where that has changed. Under the account's gate. */
export async function tellDrift(db: Database, tx: Tx, accountId: string, now: Date): Promise<void> {
  const counts = await countDrift(db, tx, accountId, now);
  const before = await countedDrift(tx, accountId);
  const told = new Map(before.map(({ kind, points }) => [kind, points]));
  if (counts.length === told.size && counts.every(({ kind, points }) => told.get(kind) === points)) return;
  await replaceCounts(
    db,
    tx,
    accountId,
    counts.map((count) => ({ accountId, ...count, changedAt: now })),
  );
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.catalog.drifted.v1',
    subject: accountId,
    data: { accountId, at: now.toISOString(), counts },
  });
}
