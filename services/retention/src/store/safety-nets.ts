import type { Tx } from '@tablekeep/platform/database';
import type { EventData } from '@tablekeep/schema/events';
import { And, Equal, IsNull, LessThanOrEqual, MoreThan, type FindOptionsWhere } from 'typeorm';
import { RestorePointEntity, type RestorePointRow } from './entities.ts';
import { lightPoints, type LightRow } from './retained-points.ts';

/**
 * The account's own points that AWS deletes by itself until then, be that their end, as it was when they were made, or a net.
 * All of them, page by page, those of the nearest end first.
 */
export async function* netsUntil(
  reader: Tx,
  { accountId, until }: Readonly<{ accountId: string; until: Date }>,
  size = 1_000,
): AsyncGenerator<readonly LightRow[]> {
  const ours = ourPoints(accountId);
  for (let last: LightRow | undefined; ;) {
    const found = await reader.find(RestorePointEntity, {
      select: { id: true },
      where: pageAfter(last, until).map((page) => ({ ...ours, ...page })),
      order: { awsDeleteAt: 'ASC', id: 'ASC' },
      take: size,
    });
    const page = await inOrder(reader, found);
    if (page.length > 0) yield page;
    last = page.at(-1);
    if (found.length < size || last === undefined) return;
  }
}

function ourPoints(accountId: string): FindOptionsWhere<RestorePointRow> {
  return { accountId, deletedAt: IsNull(), foreignBecause: IsNull() };
}

/** Where those points lie. */
export async function regionsOfNets(
  reader: Tx,
  { accountId, until }: Readonly<{ accountId: string; until: Date }>,
): Promise<string[]> {
  const rows = await reader
    .createQueryBuilder(RestorePointEntity, 'point')
    .select('point.region', 'region')
    .distinct()
    .where({ ...ourPoints(accountId), awsDeleteAt: LessThanOrEqual(until) })
    .getRawMany<{ region: string }>();
  return rows.map(({ region }) => region);
}

function pageAfter(last: LightRow | undefined, until: Date): FindOptionsWhere<RestorePointRow>[] {
  const at = last?.awsDeleteAt ?? null;
  if (last === undefined || at === null) return [{ awsDeleteAt: LessThanOrEqual(until) }];
  return [
    { awsDeleteAt: Equal(at), id: MoreThan(last.id) },
    { awsDeleteAt: And(MoreThan(at), LessThanOrEqual(until)) },
  ];
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

/**
 * What AWS showed of the point at that time. A second delivery writes the same; one that comes after a later look writes
 * nothing, so that sessions of different order, and vaults that were looked at meanwhile, leave what was seen last.
 */
export async function noteDeleteAt(tx: Tx, { restorePointId: id, awsDeleteAt }: Lifecycle, asOf: Date): Promise<void> {
  const at = awsDeleteAt === null ? null : new Date(awsDeleteAt);
  const there = { id, deletedAt: IsNull() };
  await tx.update(RestorePointEntity, seenBefore(there, asOf), { awsDeleteAt: at, awsDeleteAtAsOf: asOf });
}

/** The rows among these of which nobody has noted a later word of AWS on when it deletes them. */
export function seenBefore(there: FindOptionsWhere<RestorePointRow>, asOf: Date): FindOptionsWhere<RestorePointRow>[] {
  return [
    { ...there, awsDeleteAtAsOf: IsNull() },
    { ...there, awsDeleteAtAsOf: LessThanOrEqual(asOf) },
  ];
}
