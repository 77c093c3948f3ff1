import type { Tx } from '@tablekeep/platform/database';
import type { EventData } from '@tablekeep/schema/events';
import { IsNull, LessThanOrEqual, Not } from 'typeorm';
import { RestorePointEntity } from './entities.ts';
import { lightPoints, type LightRow } from './retained-points.ts';

/** The account's points that AWS deletes by itself until then and that are netted, those of the nearest end first. */
export async function netsUntil(
  reader: Tx,
  { accountId, until, limit }: Readonly<{ accountId: string; until: Date; limit: number }>,
): Promise<LightRow[]> {
  const found = await reader.find(RestorePointEntity, {
    select: { id: true },
    where: { accountId, deletedAt: IsNull(), safetyNetDays: Not(IsNull()), awsDeleteAt: LessThanOrEqual(until) },
    order: { awsDeleteAt: 'ASC', id: 'ASC' },
    take: limit,
  });
  const rows = new Map(
    (
      await lightPoints(
        reader,
        found.map(({ id }) => id),
      )
    ).map((row) => [row.id, row]),
  );
  return found.flatMap(({ id }) => rows.get(id) ?? []);
}

type Lifecycle = NonNullable<EventData<'dev.tablekeep.task.succeeded.v1'>['lifecycle']>;

/** What AWS shows of the point now. A second delivery writes the same. */
export async function noteDeleteAt(tx: Tx, { restorePointId: id, awsDeleteAt }: Lifecycle): Promise<void> {
  const at = awsDeleteAt === null ? null : new Date(awsDeleteAt);
  await tx.update(RestorePointEntity, { id, deletedAt: IsNull() }, { awsDeleteAt: at });
}
