import type { Database, Tx } from '@tablekeep/platform/database';
import { UserErrors } from '@tablekeep/platform/errors';
import { derivedId, newId } from '@tablekeep/platform/ids';
import { recordEvent } from '@tablekeep/platform/outbox';
import { daysWithNet, isBound, mustPutOff, type NettedPoint } from './domain/retention/safety-net.ts';
import { SAFETY } from './domain/retention/safety.ts';
import { judgeRows } from './judge-points.ts';
import type { RestorePointRow } from './store/entities.ts';
import { noteAnnounced } from './store/retained-accounts.ts';
import { retainedPoint, type LightRow } from './store/retained-points.ts';
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
  for await (const rows of netsUntil(tx, { accountId, until })) {
    const { judged } = await judgeRows(db, tx, rows, o);
    for (const { row, reasons } of judged) {
      const { awsDeleteAt, safetyNetDays } = row;
      if (awsDeleteAt === null || safetyNetDays === null || retainedPoint(row, now).state === 'SPENT') continue;
      if (mustPutOff({ awsDeleteAt, reasons }, now)) toPutOff.push(netted(row, safetyNetDays, now));
      else if (isBound({ awsDeleteAt, reasons }, now)) bound.push(row);
    }
  }
  return { toPutOff, bound };
}

function netted(row: LightRow, safetyNetDays: number, now: Date): NettedPoint {
  const { id, accountId, awsAccountId, region, vaultName, recoveryPointArn, createdAt, expiresAt } = row;
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

/**
 * Of points that a person wants to stay: those that AWS deletes before, soon.
 * @param until null: for good
 */
export function caughtByNets(points: readonly RestorePointRow[], until: Date | null, now: Date): RestorePointRow[] {
  const ahead = now.getTime() + SAFETY.netAheadMs;
  return points.filter(
    ({ safetyNetDays, awsDeleteAt }) =>
      safetyNetDays !== null &&
      awsDeleteAt !== null &&
      awsDeleteAt.getTime() <= ahead &&
      (until === null || awsDeleteAt < until),
  );
}

/** Throws UserErrors where nobody can promise any more that AWS's deletion is put off in time. */
export function refuseTooNear(caught: readonly RestorePointRow[], ids: readonly string[], now: Date): void {
  const near = now.getTime() + SAFETY.netTooNearMs;
  const problems = caught
    .filter(({ awsDeleteAt }) => awsDeleteAt !== null && awsDeleteAt.getTime() <= near)
    .map(({ id, awsDeleteAt, safetyNetDays }) => ({
      code: 'SAFETY_NET_TOO_NEAR',
      message:
        `AWS deletes it by itself at ${awsDeleteAt?.toISOString() ?? ''} (${safetyNetDays ?? 0} days after its last flag); ` +
        'that this is put off in time cannot be promised. Copy it, or restore it, to keep what it holds.',
      path: ['restorePointIds', String(ids.indexOf(id))],
    }));
  if (problems.length > 0) throw new UserErrors(problems);
}

/** What was promised to stay is kept from AWS's hand in the transaction that promises it. */
export async function announceNetsOf(
  db: Database,
  tx: Tx,
  caught: readonly RestorePointRow[],
  now: Date,
): Promise<void> {
  for (const accountId of new Set(caught.map((point) => point.accountId))) {
    await announceNets(db, tx, { accountId, sessionId: newId(), now });
  }
}
