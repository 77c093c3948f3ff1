import { timeOf, type Tx } from '@tablekeep/platform/database';
import { In, IsNull, LessThan, LessThanOrEqual, Like, Not, Or, type FindOptionsWhere } from 'typeorm';
import { pieces } from '@tablekeep/platform/lists';
import { chainOf, type Remaining } from '../domain/judge-deletion.ts';
import { TEMPORARY_VAULTS } from '../domain/temporary-copies.ts';
import { RestorePointEntity, type RestorePointRow } from './entities.ts';

/*
 * What may become of a point: permits to delete it, holds, and its end. Each is one statement that names the state it
 * expects, so that a hold and a permit that race exclude each other whatever the number of replicas.
 */

type Permit = Readonly<{
  taskId: string;
  attempt: number;
  pointId: string;
  recoveryPointArn: string;
  version: number;
  until: Date;
  decidedBy: 'PERSON' | 'RULES';
}>;

/**
 * The rows among these of which no permit is out that may still be used.
 * @param forgotten permits that ran out before this are of tasks nobody will hear of again
 */
export function withoutPermit(
  there: FindOptionsWhere<RestorePointRow>,
  forgotten: Date,
): FindOptionsWhere<RestorePointRow>[] {
  return [
    { ...there, permitTaskId: IsNull() },
    { ...there, permitUntil: LessThan(forgotten) },
  ];
}

/**
 * Notes the permit and says true, where the point still stands as the wish saw it and nobody else is deleting it. Asked again
 * it is given again, to this attempt of the task or a later one: the earlier is over by then, whether we have heard it or not.
 */
export async function notePermit(tx: Tx, permit: Permit, forgotten: Date): Promise<boolean> {
  const { pointId: id, recoveryPointArn, version, taskId, attempt, until, decidedBy } = permit;
  const stands = {
    ...{ id, recoveryPointArn, version },
    ...{ deletedAt: IsNull(), holdReason: IsNull(), foreignBecause: IsNull() },
  };
  const { affected } = await tx.update(
    RestorePointEntity,
    [...withoutPermit(stands, forgotten), { ...stands, permitTaskId: taskId, permitAttempt: LessThanOrEqual(attempt) }],
    { permitTaskId: taskId, permitAttempt: attempt, permitUntil: until, permitDecidedBy: decidedBy },
  );
  return affected === 1;
}

export const noPermit = { permitTaskId: null, permitAttempt: null, permitUntil: null, permitDecidedBy: null };

type Attempt = Readonly<{ taskId: string; attempt: number }>;

/**
 * The attempt is over without the point's end: its fate is ours again. Told late, when a later attempt has asked, it withdraws
 * nothing.
 */
export async function withdrawPermit(tx: Tx, { taskId, attempt }: Attempt): Promise<void> {
  await tx.update(RestorePointEntity, { permitTaskId: taskId, permitAttempt: LessThanOrEqual(attempt) }, noPermit);
}

/** False where it was marked before, or is not in the catalog. */
export async function markDeleted(tx: Tx, id: string, at: Date): Promise<boolean> {
  const end = { deletedAt: at, ...noPermit, nextLookAt: null, version: () => 'version + 1' };
  const { affected } = await tx.update(RestorePointEntity, { id, deletedAt: IsNull() }, end);
  return affected === 1;
}

type Hold = Readonly<{ reason: string; by: string; at: Date }>;

/**
 * Places the hold, and so revokes every wish to delete the point that was made before. False where the point is gone, AWS
 * is deleting it, or a permit is out that may still be used.
 */
export async function placeHold(tx: Tx, id: string, hold: Hold, forgotten: Date): Promise<boolean> {
  const held = { holdReason: hold.reason, holdBy: hold.by, heldAt: hold.at, version: () => 'version + 1' };
  const there = { id, deletedAt: IsNull(), awsStatus: Or(IsNull(), Not('DELETING')) };
  const { affected } = await tx.update(RestorePointEntity, withoutPermit(there, forgotten), held);
  return affected === 1;
}

/**
 * Retention looks at it anew. A point that is not held stays as it is: a permit to delete it is not called back for nothing.
 */
export async function releaseHold(tx: Tx, id: string): Promise<void> {
  const fate = { version: () => 'version + 1', nextLookAt: () => 'expires_at' };
  const free = { holdReason: null, holdBy: null, heldAt: null, ...fate };
  await tx.update(RestorePointEntity, { id, heldAt: Not(IsNull()) }, free);
}

/**
 * Says when the point ends, and so revokes every wish to delete it that was made before. False where the point is gone, or a
 * permit is out that may still be used.
 */
export async function setExpiry(
  tx: Tx,
  id: string,
  { expiresAt, by }: Readonly<{ expiresAt: Date | null; by: string }>,
  forgotten: Date,
): Promise<boolean> {
  const said = { expiresAt, expirySetBy: by, graceUntil: null, nextLookAt: expiresAt, version: () => 'version + 1' };
  const { affected } = await tx.update(RestorePointEntity, withoutPermit({ id, deletedAt: IsNull() }, forgotten), said);
  return affected === 1;
}

/**
 * What each chain of these points has besides them, by chain, and a person may count on: what is gone, on its way out, expired
 * or missing in its vault does not count, nor does what a restore copied for itself.
 * @param forgotten permits that ran out before this are of tasks nobody will hear of again
 */
export async function remainingBeside(
  reader: Tx,
  points: readonly Pick<RestorePointRow, 'id' | 'tableArn'>[],
  forgotten: Date,
): Promise<ReadonlyMap<string, Remaining>> {
  const remaining = new Map<string, Remaining>();
  const tables = [...Map.groupBy(points, (point) => point.tableArn)];
  for (const some of pieces(tables, TABLES_AT_ONCE)) {
    const rows = await reader
      .createQueryBuilder(RestorePointEntity, 'point')
      .select('point.tableArn', 'tableArn')
      .addSelect('point.tableId', 'tableId')
      .addSelect('COUNT(*)', 'points')
      .addSelect('MAX(point.createdAt)', 'newest')
      .where(
        withoutPermit(
          {
            tableArn: In(some.map(([arn]) => arn)),
            deletedAt: IsNull(),
            foreignBecause: IsNull(),
            missingSince: IsNull(),
            awsStatus: Or(IsNull(), Not(In(['EXPIRED', 'DELETING']))),
            vaultName: Not(Like(TEMPORARY_VAULTS)),
            id: Not(In(some.flatMap(([, own]) => own.map(({ id }) => id)))),
          },
          forgotten,
        ),
      )
      .groupBy('point.tableArn')
      .addGroupBy('point.tableId')
      .getRawMany<{ tableArn: string; tableId: string | null; points: number | string; newest: Date | string }>();
    for (const row of rows) {
      remaining.set(chainOf(row), { points: Number(row.points), newest: timeOf(row.newest) });
    }
  }
  return remaining;
}

const TABLES_AT_ONCE = 200;
