import type { Tx } from '@tablekeep/platform/database';
import type { EventData } from '@tablekeep/schema/events';
import { And, Equal, IsNull, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import { RestorePointEntity } from './entities.ts';
import { lightPoints, type LightRow } from './retained-points.ts';

/** All of the account's points that AWS deletes by itself until then and that are netted, those of the nearest end first. */
export async function* netsUntil(
  reader: Tx,
  { accountId, until }: Readonly<{ accountId: string; until: Date }>,
  size = 1_000,
): AsyncGenerator<readonly LightRow[]> {
  const netted = { accountId, deletedAt: IsNull(), safetyNetDays: Not(IsNull()) };
  for (let last: LightRow | undefined; ;) {
    const at = last?.awsDeleteAt ?? null;
    const found = await reader.find(RestorePointEntity, {
      select: { id: true },
      where:
        last === undefined || at === null
          ? { ...netted, awsDeleteAt: LessThanOrEqual(until) }
          : [
              { ...netted, awsDeleteAt: Equal(at), id: MoreThan(last.id) },
              { ...netted, awsDeleteAt: And(MoreThan(at), LessThanOrEqual(until)) },
            ],
      order: { awsDeleteAt: 'ASC', id: 'ASC' },
      take: size,
    });
    const page = await inOrder(reader, found);
    if (page.length > 0) yield page;
    last = page.at(-1);
    if (found.length < size || last === undefined) return;
  }
}

async function inOrder(reader: Tx, found: readonly Readonly<{ id: string }>[]): Promise<LightRow[]> {
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
