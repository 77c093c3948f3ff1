import { MOST_IN, type Database, type Tx } from '@tablekeep/platform/database';
import { Equal, In, IsNull, LessThanOrEqual, MoreThan, Not, Or, type FindOptionsSelect } from 'typeorm';
import { pieces } from '@tablekeep/platform/lists';
import type { PointState, RetainedPoint } from '../domain/retention/judge-retention.ts';
import { isLeftToAws } from '../domain/retention/safety-net.ts';
import { RestorePointEntity, type RestorePointRow } from './entities.ts';

/** A row without the table's settings: most of its bytes, and nothing that decides anything. */
export type LightRow = Omit<RestorePointRow, 'settings'>;

/** Longer than the executor waits for a deletion that AWS has accepted: a task without an end by then is lost, and its permit with it. */
const PERMIT_FORGOTTEN_MS = 14 * 24 * 60 * 60 * 1000;

/** Permits that ran out before this are of tasks nobody will hear of again. */
export function forgottenBefore(now: Date): Date {
  return new Date(now.getTime() - PERMIT_FORGOTTEN_MS);
}

const USABLE: ReadonlySet<string> = new Set(['COMPLETED', 'AVAILABLE']);

/** All columns but the settings. */
function lightColumns(reader: Tx): FindOptionsSelect<RestorePointRow> {
  const names = reader.connection.getMetadata(RestorePointEntity).columns.map((column) => column.propertyName);
  return Object.fromEntries(names.filter((name) => name !== 'settings').map((name) => [name, true]));
}

export type LookPlace = Readonly<{ at: Date; id: string }>;

/** The account's points that retention should look at by now, the longest waiting first. */
export async function duePoints(
  reader: Tx,
  o: Readonly<{ accountId: string; now: Date; after: LookPlace | null; limit: number }>,
): Promise<LightRow[]> {
  const { accountId, now, after, limit } = o;
  const page = { select: lightColumns(reader), order: { nextLookAt: 'ASC', id: 'ASC' }, take: limit } as const;
  if (after === null) {
    return reader.find(RestorePointEntity, { ...page, where: { accountId, nextLookAt: LessThanOrEqual(now) } });
  }
  // Two ranges of one index: a condition that spans both would read it from its beginning.
  const same = await reader.find(RestorePointEntity, {
    ...page,
    where: { accountId, nextLookAt: Equal(after.at), id: MoreThan(after.id) },
  });
  if (same.length === limit) return same;
  const later = await reader
    .createQueryBuilder(RestorePointEntity, 'point')
    .setFindOptions({
      select: lightColumns(reader),
      where: { accountId, nextLookAt: MoreThan(after.at) },
      order: page.order,
      take: limit - same.length,
    })
    .andWhere({ nextLookAt: LessThanOrEqual(now) })
    .getMany();
  return [...same, ...later];
}

/** The rows of these ids without their settings, in no order. */
export async function lightPoints(reader: Tx, ids: readonly string[]): Promise<LightRow[]> {
  const rows: LightRow[] = [];
  for (const piece of pieces(ids, MOST_IN)) {
    rows.push(...(await reader.find(RestorePointEntity, { select: lightColumns(reader), where: { id: In(piece) } })));
  }
  return rows;
}

/** Everything that is there of one chain. */
export async function pointsOfChain(
  reader: Tx,
  { tableArn, tableId }: Readonly<{ tableArn: string; tableId: string | null }>,
): Promise<LightRow[]> {
  return reader.find(RestorePointEntity, {
    select: lightColumns(reader),
    where: { tableArn, tableId: tableId ?? IsNull(), deletedAt: IsNull() },
  });
}

/** @param ownTask the task on whose behalf is asked: its own permit is not somebody else's */
export function retainedPoint(row: LightRow, now: Date, ownTask: string | null = null): RetainedPoint {
  const { id, kind, tableArn, tableId, region, vaultName, createdAt, deletedAt, expiresAt } = row;
  const flags = (row.flags ?? []).map(({ flag, expiresAt: end }) => ({
    flag,
    expiresAt: end === null ? null : new Date(end),
  }));
  const { expirySetBy, holdReason, keepNewest, graceUntil, awaitsReviewSince } = row;
  const of = { id, kind, tableArn, tableId, region, vaultName, createdAt, deletedAt, flags, expiresAt };
  return {
    ...of,
    ...{ expirySetBy, holdReason, keepNewest, graceUntil, awaitsReview: awaitsReviewSince !== null },
    state: stateOf(row),
    foreign: row.foreignBecause !== null,
    permitOut: isPermitOut(row, now, ownTask),
    leftToAws: isLeftToAws(row),
  };
}

function stateOf({ awsStatus, missingSince }: Pick<LightRow, 'awsStatus' | 'missingSince'>): PointState {
  if (missingSince !== null || awsStatus === 'EXPIRED') return 'SPENT';
  return awsStatus === null || USABLE.has(awsStatus) ? 'USABLE' : 'UNFINISHED';
}

function isPermitOut({ permitTaskId, permitUntil }: LightRow, now: Date, ownTask: string | null): boolean {
  if (permitTaskId === null || permitTaskId === ownTask) return false;
  return permitUntil === null || permitUntil >= forgottenBefore(now);
}

/** Says when each of these is looked at next. */
export async function noteLooks(tx: Tx, looks: readonly Readonly<{ id: string; at: Date | null }>[]): Promise<void> {
  for (const [, alike] of Map.groupBy(looks, ({ at }) => at?.getTime())) {
    const at = alike[0]?.at ?? null;
    for (const piece of pieces(
      alike.map(({ id }) => id),
      MOST_IN,
    )) {
      await tx.update(RestorePointEntity, { id: In(piece) }, { nextLookAt: at });
    }
  }
}

/**
 * Points of the chain whose time is over are looked at with the next retention: what kept them may be gone. Those that are due
 * already keep their place: what retention refuses waits behind what it has not looked at.
 */
export async function wakeChain(
  tx: Tx,
  { tableArn, tableId }: Readonly<{ tableArn: string; tableId: string | null }>,
  now: Date,
): Promise<void> {
  const over = { tableArn, tableId: tableId ?? IsNull(), deletedAt: IsNull(), expiresAt: LessThanOrEqual(now) };
  const asleep = [
    { ...over, nextLookAt: IsNull() },
    { ...over, nextLookAt: MoreThan(now) },
  ];
  await tx.update(RestorePointEntity, asleep, { nextLookAt: () => 'expires_at' });
}

/** The newest rows of each chain, as many as copies of one moment usually are; a chain with more at its top is given whole. */
export async function topsOfChains(
  db: Database,
  reader: Tx,
  chains: readonly Readonly<{ key: string; tableArn: string; tableId: string | null }>[],
): Promise<Map<string, LightRow[]>> {
  const isSame = db.dialect.kind === 'sqlite' ? 'IS' : '<=>';
  const term = `SELECT * FROM (SELECT id FROM restore_point WHERE table_arn = ? AND table_id ${isSame} ?
    AND deleted_at IS NULL AND foreign_because IS NULL ORDER BY created_at DESC, id DESC LIMIT ${TOP}) AS t`;
  const tops = new Map<string, LightRow[]>();
  // SQLite allows 500 terms in a compound SELECT.
  for (const some of pieces(chains, 400)) {
    const found = await reader.query<{ id: string }[]>(
      some.map(() => term).join(' UNION ALL '),
      some.flatMap(({ tableArn, tableId }) => [tableArn, tableId]),
    );
    const rows = await lightPoints(
      reader,
      found.map(({ id }) => id),
    );
    const byChain = Map.groupBy(rows, ({ tableArn, tableId }) => `${tableArn} ${tableId ?? ''}`);
    for (const chain of some) tops.set(chain.key, byChain.get(chain.key) ?? []);
  }
  return tops;
}

/** A backup and its copies in three Regions. */
export const TOP = 4;

/** Whether the point's vault has it, as data that somebody could restore: what AWS calls expired, or shows no more, is no loss. */
export function isThere(row: LightRow): boolean {
  return stateOf(row) !== 'SPENT';
}

/** How many points of the chain are there, over by their time and due for a look, though not all may go. */
export async function countDue(
  reader: Tx,
  { tableArn, tableId }: Readonly<{ tableArn: string; tableId: string | null }>,
  now: Date,
): Promise<number> {
  const ours = { tableArn, tableId: tableId ?? IsNull(), deletedAt: IsNull(), foreignBecause: IsNull() };
  const there = { missingSince: IsNull(), awsStatus: Or(IsNull(), Not('EXPIRED')) };
  const over = { holdReason: IsNull(), expiresAt: LessThanOrEqual(now), nextLookAt: LessThanOrEqual(now) };
  return reader.countBy(RestorePointEntity, { ...ours, ...there, ...over });
}

/** How many points of the chain are there, counted no further than `enough`. */
export async function countChain(
  db: Database,
  reader: Tx,
  { tableArn, tableId }: Readonly<{ tableArn: string; tableId: string | null }>,
  enough: number,
): Promise<number> {
  const isSame = db.dialect.kind === 'sqlite' ? 'IS' : '<=>';
  const [row] = await reader.query<{ points: number | string }[]>(
    `SELECT COUNT(*) AS points FROM (SELECT 1 FROM restore_point WHERE table_arn = ? AND table_id ${isSame} ?
       AND deleted_at IS NULL AND foreign_because IS NULL AND missing_since IS NULL
       AND (aws_status IS NULL OR aws_status <> 'EXPIRED') LIMIT ${Math.ceil(enough)}) AS t`,
    [tableArn, tableId],
  );
  return Number(row?.points ?? 0);
}
