import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { VaultScanned } from '@tablekeep/schema/vault-points';
import { chainOf } from './domain/judge-deletion.ts';
import { sayCatalogued } from './say-point.ts';
import { adoptPoints } from './store/adopted-points.ts';
import { AdoptionEntity } from './store/vault-entities.ts';
import { nextPointsOfTable } from './store/points-of-table.ts';
import { welcomeFound } from './watch-chains.ts';

/**
 * Takes a chunk of described points into the catalog and says so, each table's points counted once. Of its making's session
 * the event names the id alone: that session does not wait to hear of it.
 */
export async function takeInPoints(db: Database, clock: Clock, tx: Tx, scanned: VaultScanned): Promise<void> {
  const { rows } = await adoptPoints(db, tx, scanned, clock.now());
  for (const ofOne of Map.groupBy(rows, chainOf).values()) {
    const [any] = ofOne;
    if (!any) continue;
    const ofTable = await nextPointsOfTable(db, tx, any);
    for (const row of ofOne) await sayCatalogued(db, tx, row, { sessionId: row.sessionId, taskId: null, ofTable });
  }
  await welcomeFound(db, tx, rows, clock.now());
  const foreign = rows.filter((row) => row.foreignBecause !== null);
  const sealed = Map.groupBy(
    foreign.filter((row) => row.sealedWith !== null),
    (row) => row.sealedWith ?? '',
  );
  const { sessionId, scanId, chunk } = scanned;
  await tx.insert(AdoptionEntity, {
    sessionId,
    scanId,
    chunk,
    ours: rows.length - foreign.length,
    foreignPoints: foreign.length,
    sealed: Object.fromEntries([...sealed].map(([key, points]) => [key, points.length])),
  });
}
