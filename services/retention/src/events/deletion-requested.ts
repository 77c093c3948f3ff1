import { brief } from '@tablekeep/schema/brief';
import type { Database, Tx } from '@tablekeep/platform/database';
import { recordPlan, recordRejection } from '@tablekeep/platform/outbox';
import { chainOf, isLessThanSaid, whyKept } from '../domain/judge-deletion.ts';
import { planDeletions } from '../domain/plan-deletion.ts';
import { findPreview, saidRemaining, usePreview } from '../store/deletion-previews.ts';
import type { RestorePointRow } from '../store/entities.ts';
import { remainingBeside } from '../store/fate.ts';
import { lockTable } from '../store/points-of-table.ts';
import { findPoints } from '../store/restore-points.ts';
import { forgottenBefore } from '../store/retained-points.ts';

/**
 * Plans the deletion of what a preview showed. A point that has changed since the session was asked for is left out, and so
 * are those of a table of which less is left by now than was said; the session says so. A preview is planned for one session: a second one that asked in the same moment is refused.
 */
export async function planDeletion(
  db: Database,
  tx: Tx,
  { sessionId, previewId, now }: Readonly<{ sessionId: string; previewId: string; now: Date }>,
): Promise<void> {
  const preview = await findPreview(tx, previewId);
  if (preview === null || !(await usePreview(tx, previewId, sessionId))) {
    const why = preview === null ? 'is not there any more' : 'is being carried out by another session';
    return recordRejection(db, tx, sessionId, brief([`The preview ${previewId} ${why}; nothing is deleted.`]));
  }
  const ids = preview.points.map(({ id }) => id);
  // In their order, so that two sessions never wait for each other.
  const tables = new Set((await findPoints(tx, ids)).map(({ tableArn }) => tableArn));
  for (const tableArn of [...tables].sort()) await lockTable(db, tx, tableArn);
  const points = new Map((await findPoints(tx, ids)).map((row) => [row.id, row]));
  const unchanged: RestorePointRow[] = [];
  const notes: string[] = [];
  for (const { id, version } of preview.points) {
    const point = points.get(id);
    const because = point ? (whyKept(point) ?? changeOf(point, version)) : 'It is not in the catalog any more.';
    if (point && because === null) unchanged.push(point);
    else notes.push(`Restore point ${point?.recoveryPointArn ?? id} is kept: ${because}`);
  }
  const said = saidRemaining(preview);
  const left = await remainingBeside(tx, unchanged, forgottenBefore(now));
  const isLess = (point: RestorePointRow) => isLessThanSaid(said.get(chainOf(point)), left.get(chainOf(point)));
  for (const { recoveryPointArn } of unchanged.filter(isLess)) {
    notes.push(`Restore point ${recoveryPointArn} is kept: less of its table is left than was said before.`);
  }
  const doomed = unchanged.filter((point) => !isLess(point));
  if (doomed.length === 0) return recordRejection(db, tx, sessionId, brief(notes));
  const tasks = planDeletions(
    doomed.map((row) => ({ ...row, table: tableOf(row), leavesOthers: said.has(chainOf(row)) })),
  );
  await recordPlan(db, tx, { sessionId, round: 1, final: true, notes }, tasks);
}

function changeOf(point: RestorePointRow, version: number): string | null {
  return point.version === version ? null : 'What may become of it was changed after the deletion was confirmed.';
}

function tableOf(row: RestorePointRow) {
  return { arn: row.tableArn, name: row.tableName, region: row.tableRegion, tableId: row.tableId };
}
