import { brief } from '@tablekeep/schema/brief';
import type { Database, Tx } from '@tablekeep/platform/database';
import { recordPlan, recordRejection } from '@tablekeep/platform/outbox';
import type { PlannedTask } from '@tablekeep/schema/events';
import { newestState, planVerifications, sayWithoutPoint, type VerifiablePoint } from './domain/plan-verification.ts';
import type { RestorePointRow } from './store/entities.ts';
import { findPoints, newestOfTables, restorable } from './store/restore-points.ts';

export function verifiable(row: RestorePointRow): VerifiablePoint {
  return { ...restorable(row), kind: row.kind, verification: row.verification };
}

type Wish = Readonly<{ sessionId: string; countItems: boolean }>;

/** Plans the verification of points; one that has gone since it was asked for fails the whole, with the reason. */
export async function planPoints(db: Database, tx: Tx, wish: Wish, ids: readonly string[]): Promise<void> {
  const rows = new Map((await findPoints(tx, ids)).map((row) => [row.id, row]));
  const gone = ids.filter((id) => rows.get(id)?.deletedAt !== null);
  if (gone.length > 0) {
    const reasons = brief(gone.map((id) => `Restore point ${id} is not in the catalog any more; nothing is verified.`));
    return recordRejection(db, tx, wish.sessionId, reasons);
  }
  const points = ids.flatMap((id) => rows.get(id) ?? []).map(verifiable);
  await emit(db, tx, wish, planVerifications(points, wish.countItems), []);
}

/** With a copy in every other Region and some made by hand in the same moment, the original is among so many. */
const NEWEST = 8;

/** Plans the verification of each table's newest state. A table without any is named, and nothing is made of it. */
export async function planTables(db: Database, tx: Tx, wish: Wish, tableArns: readonly string[]): Promise<void> {
  const newest = await newestOfTables(db, tableArns, NEWEST, tx);
  const found = tableArns.map((arn) => newestState((newest.get(arn) ?? []).map(verifiable)));
  const points = found.filter((point) => point !== null);
  const without = tableArns.filter((_arn, i) => found[i] === null);
  const notes = tableArns.length === 0 ? ['The policy covers no table of the inventory.'] : sayWithoutPoint(without);
  await emit(db, tx, wish, planVerifications(points, wish.countItems), notes);
}

async function emit(db: Database, tx: Tx, { sessionId }: Wish, tasks: PlannedTask[], notes: string[]): Promise<void> {
  await recordPlan(db, tx, { sessionId, round: 1, final: true, notes }, tasks);
}
