import type { Database, Tx } from '@tablekeep/platform/database';
import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import { derivedId, newId } from '@tablekeep/platform/ids';
import { recordEvent } from '@tablekeep/platform/outbox';
import { daysWithNet, isBound, isLeftToAws, mustPutOff, type NettedPoint } from './domain/retention/safety-net.ts';
import { SAFETY } from './domain/retention/safety.ts';
import { judgeRows, type ChainSeen } from './judge-points.ts';
import { noteAnnounced } from './store/retained-accounts.ts';
import { lightPoints, retainedPoint, type LightRow } from './store/retained-points.ts';
import { netsUntil } from './store/safety-nets.ts';

export type Nets = Readonly<{
  toPutOff: readonly NettedPoint[];
  /** AWS deletes them although they must stay, and nobody can put that off. */
  bound: readonly LightRow[];
}>;

/** The account's points that AWS would soon delete although they must stay. What it costs follows those of the next days. */
export async function netsToPutOff(
  db: Database,
  tx: Tx,
  o: Readonly<{ accountId: string; now: Date; lockedVaults: ReadonlySet<string> }>,
): Promise<Nets> {
  const { accountId, now } = o;
  const until = new Date(now.getTime() + SAFETY.netAheadMs);
  const toPutOff: NettedPoint[] = [];
  const bound: LightRow[] = [];
  const chains = new Map<string, ChainSeen>();
  for await (const rows of netsUntil(tx, { accountId, until })) {
    const { judged } = await judgeRows(db, tx, rows, o, chains);
    for (const { row, reasons } of judged) {
      const { awsDeleteAt, safetyNetDays, awsStatus } = row;
      if (awsDeleteAt === null || retainedPoint(row, now).state === 'SPENT' || awsStatus === 'DELETING') continue;
      if (isLeftToAws(row) && row.holdReason === null) continue;
      const net = { awsDeleteAt, netted: safetyNetDays !== null, reasons };
      if (mustPutOff(net, now)) toPutOff.push(nettedPoint(row, now));
      else if (isBound(net, now)) bound.push(row);
    }
  }
  return { toPutOff, bound };
}

function nettedPoint(row: LightRow, now: Date): NettedPoint {
  const { id, accountId, awsAccountId, region, vaultName, recoveryPointArn, createdAt, expiresAt, safetyNetDays } = row;
  const table = { arn: row.tableArn, name: row.tableName, region: row.tableRegion, tableId: row.tableId };
  const deleteAfterDays = daysWithNet({ createdAt, expiresAt, safetyNetDays }, now);
  return { id, accountId, awsAccountId, region, vaultName, recoveryPointArn, table, deleteAfterDays };
}

/** Of the nets that a day's retention found: one, however often it is told. */
export const netsSessionOf = (sessionId: string): string => derivedId('retention-nets', sessionId);

/** A session that puts them off begins at once; should nobody take it up, that is told as for a day's retention. */
export async function announceNets(
  db: Database,
  tx: Tx,
  { accountId, sessionId, now }: Readonly<{ accountId: string; sessionId: string; now: Date }>,
): Promise<void> {
  const day = now.toISOString().slice(0, 10);
  await noteAnnounced(db, tx, { sessionId, accountId, day, announcedAt: now, alerted: false });
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.retention.due.v1',
    subject: accountId,
    data: { accountId, sessionId, day, only: 'SAFETY_NETS' },
  });
}

/** Whether AWS would delete the point before `until`, soon. `until` null: it shall stay for good. */
export function isCaughtByNet({ foreignBecause, awsDeleteAt }: LightRow, until: Date | null, now: Date): boolean {
  if (foreignBecause !== null || awsDeleteAt === null) return false;
  return awsDeleteAt.getTime() <= now.getTime() + SAFETY.netAheadMs && (until === null || awsDeleteAt < until);
}

/** Nobody can promise any more that AWS's deletion is put off in time. */
export function isNetTooNear({ awsDeleteAt }: LightRow, now: Date): boolean {
  return awsDeleteAt !== null && awsDeleteAt.getTime() <= now.getTime() + SAFETY.netTooNearMs;
}

/**
 * To be asked by everybody who lets points stay longer, in the transaction that does: those of them that AWS deletes within a
 * week are kept from its hand by a session that begins at once. Judged by the rows as they are there, which nobody else
 * changes any more.
 * @param stay until when each point shall stay, by id; null: for good
 * @param refuse says what is wrong with points that AWS deletes too soon; thrown as UserErrors
 */
export async function keepFromNets(
  db: Database,
  tx: Tx,
  stay: ReadonlyMap<string, Date | null>,
  { now, refuse }: Readonly<{ now: Date; refuse: (tooNear: readonly LightRow[]) => readonly UserError[] }>,
): Promise<void> {
  const points = await lightPoints(tx, [...stay.keys()]);
  const caught = points.filter((point) => isCaughtByNet(point, stay.get(point.id) ?? null, now));
  const tooNear = caught.filter((point) => isNetTooNear(point, now));
  if (tooNear.length > 0) throw new UserErrors(refuse(tooNear));
  for (const accountId of new Set(caught.map((point) => point.accountId))) {
    await announceNets(db, tx, { accountId, sessionId: newId(), now });
  }
}

/** @param ids as they were named in the input */
export const sayTooNear =
  (ids: readonly string[]) =>
  (tooNear: readonly LightRow[]): UserError[] =>
    tooNear.map(({ id, awsDeleteAt }) => ({
      code: 'SAFETY_NET_TOO_NEAR',
      message:
        `AWS deletes it by itself at ${awsDeleteAt?.toISOString() ?? ''}, by the lifecycle it has there; ` +
        'that this is put off in time cannot be promised. Copy it, or restore it, to keep what it holds.',
      path: ['restorePointIds', String(ids.indexOf(id))],
    }));
