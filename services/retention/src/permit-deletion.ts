import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { TransientError } from '@tablekeep/platform/errors';
import type { InternalInput, InternalOutput } from '@tablekeep/schema/internal';
import { chainOf, whyKept } from './domain/judge-deletion.ts';
import { clockDoubt, whyKeptInDoubt } from './domain/retention/doubts.ts';
import { SAFETY } from './domain/retention/safety.ts';
import { judgeRows } from './judge-points.ts';
import { databaseNow } from './store/database-clock.ts';
import type { RestorePointRow } from './store/entities.ts';
import { notePermit, remainingBeside } from './store/fate.ts';
import { lockTable } from './store/points-of-table.ts';
import { findPoints } from './store/restore-points.ts';
import { whyReplacementKeeps } from './store/finished-sessions.ts';
import { forgottenBefore, lightPoints } from './store/retained-points.ts';
import { lockedVaults, toldVaults } from './store/vault-locks.ts';

/** Longer than the executor's call may take, or no call would ever be sent; short, for a hold to wait out. */
const VALID_MS = 15_000;

type Wish = InternalInput<'deletePermit'>;

/**
 * Permits the deletion of a point that still stands as the wish saw it, to one task at a time: the end of one would not say
 * that the other's call is not out. Given again to the same task as often as it asks: a replica that was killed before its
 * call asks once more. What retention wants to delete is judged once more here, with the table locked: of two permits for a
 * table's points the second sees the first, and never takes the last that is left.
 */
export async function permitDeletion(db: Database, clock: Clock, wish: Wish): Promise<InternalOutput<'deletePermit'>> {
  const { taskId, attempt, restorePointId: pointId, recoveryPointArn, version } = wish;
  const { decidedBy = 'PERSON', leavesOthers = false } = wish;
  const [point] = await findPoints(db.reader, [pointId]);
  // Its making may still be on its way to us: whoever asks hears "could not tell" and asks again.
  if (!point) throw new TransientError(`the catalog has no restore point ${pointId} yet`);
  if (point.recoveryPointArn !== recoveryPointArn) {
    return { granted: false, because: `Restore point ${pointId} is another recovery point.` };
  }
  return db.transaction(async (tx) => {
    await lockTable(db, tx, point.tableArn);
    const because =
      (await whyReplacementKeeps(tx, point)) ??
      (decidedBy === 'RULES' ? await whyRulesKeep(db, tx, clock.now(), { point, taskId }) : null) ??
      (leavesOthers ? await whyLast(tx, point, clock.now()) : null);
    if (because !== null) return { granted: false, because };
    const now = clock.now();
    const until = new Date(now.getTime() + VALID_MS);
    const permit = { taskId, attempt, pointId, recoveryPointArn, version, until, decidedBy };
    if (await notePermit(tx, permit, forgottenBefore(now))) return { granted: true, validMs: VALID_MS };
    const [found = point] = await findPoints(tx, [pointId]);
    return { granted: false, because: whyRefused(found, wish) };
  });
}

/** Of two permits for a table's last points the second sees the first: whoever was told that others stay takes not the last. */
async function whyLast(tx: Tx, point: RestorePointRow, now: Date): Promise<string | null> {
  const left = await remainingBeside(tx, [point], forgottenBefore(now));
  if (left.has(chainOf(point))) return null;
  return 'It is the last point of its table by now, which was not said when its deletion was confirmed.';
}

function whyRefused(point: RestorePointRow, { version, taskId }: Wish): string {
  const kept = whyKept(point);
  if (kept !== null) return kept;
  if (point.version !== version) return 'What may become of it was changed after the deletion was confirmed.';
  return point.permitTaskId === taskId ? 'A later attempt is deleting it.' : 'Another task is deleting it already.';
}

/** What keeps the point now by retention's rules, in words; null: nothing does. */
async function whyRulesKeep(
  db: Database,
  tx: Tx,
  now: Date,
  { point, taskId }: Readonly<{ point: RestorePointRow; taskId: string }>,
): Promise<string | null> {
  const doubt = clockDoubt(now, { database: await databaseNow(db, tx), awsAheadMs: [] }, 1);
  if (doubt !== null) return doubt.message;
  const around = { now, lockedVaults: await lockedVaults(tx, point.accountId), ownTask: taskId };
  const { judged, chains } = await judgeRows(db, tx, await lightPoints(tx, [point.id]), around);
  const reasons = judged.flatMap((one) => one.reasons);
  if (reasons.length > 0) return reasons.map(({ message }) => message).join(' ');
  const told = await toldVaults(tx, point.accountId, new Date(now.getTime() - SAFETY.lockAgeMs));
  const inDoubt = whyKeptInDoubt(chains.get(chainOf(point))?.kept ?? null, { now, toldVaults: told });
  return inDoubt && `Of its table: ${inDoubt.message}.`;
}
