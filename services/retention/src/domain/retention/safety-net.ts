import type { PlannedTask } from '@tablekeep/schema/events';
import type { TableRef } from '@tablekeep/schema/work-items';
import { isTemporaryVault } from '../temporary-copies.ts';
import type { Reason, ReasonCode } from './judge-retention.ts';
import { SAFETY } from './safety.ts';

/*
 * A safety net is AWS's own lifecycle: should nobody delete a point, AWS does, days after its last flag. AWS knows of no hold
 * and no frozen chain, so its deletion is put off in time wherever a point must stay.
 */

const DAY_MS = 86_400_000;
/** AWS Backup API, Lifecycle. */
const MOST_DAYS = 36_500;
/** The shortest net that a policy may ask for; what has none is put off by so much at a time. */
const SHORTEST_NET_DAYS = 14;

/** With these a point is not ours to keep, or not there to be kept. */
const NOT_OURS: ReadonlySet<ReasonCode> = new Set(['GONE', 'FOREIGN', 'LOCKED_VAULT', 'BEING_DELETED']);

/**
 * Whether AWS's deletion must be put off: something keeps the point; or nothing does, yet it is still there shortly before its
 * net although retention runs daily, so that somebody was in doubt about it. Errs on the side of keeping.
 * @param point `netted`: AWS's deletion is a net. Where it is the point's own end, as of one made in a vault that was locked
 * then, only what keeps the point beyond it counts.
 */
export function mustPutOff(
  { awsDeleteAt, netted, reasons }: Readonly<{ awsDeleteAt: Date; netted: boolean; reasons: readonly Reason[] }>,
  now: Date,
): boolean {
  const leftMs = awsDeleteAt.getTime() - now.getTime();
  if (leftMs > SAFETY.netAheadMs || reasons.some(({ code }) => NOT_OURS.has(code))) return false;
  if (!netted) return reasons.some(outlives(awsDeleteAt));
  return reasons.length > 0 || leftMs <= SAFETY.netInDoubtMs;
}

/**
 * Whether AWS deletes a point soon that must stay longer, and nobody can put that off: its vault is locked,
 * and AWS refuses every change of a lifecycle there.
 */
export function isBound(
  { awsDeleteAt, reasons }: Readonly<{ awsDeleteAt: Date; reasons: readonly Reason[] }>,
  now: Date,
): boolean {
  if (awsDeleteAt.getTime() - now.getTime() > SAFETY.netAheadMs) return false;
  const others = reasons.filter(({ code }) => code !== 'LOCKED_VAULT');
  if (others.length === reasons.length || others.some(({ code }) => NOT_OURS.has(code))) return false;
  return others.some(outlives(awsDeleteAt));
}

/** AWS may tell of the same moment with fewer digits. */
const SAME_MOMENT_MS = 60_000;

function outlives(awsDeleteAt: Date): (reason: Reason) => boolean {
  return ({ until }) => until === null || until.getTime() > awsDeleteAt.getTime() + SAME_MOMENT_MS;
}

/**
 * Whether AWS deletes a point by somebody's own choice, which retention's rules do not change: what a restore copied for
 * itself, and a copy that was found in its vault and that nobody here planned. An end that people set here counts instead. A
 * hold does not: AWS's deletion is put off no longer than it stands.
 */
export function isLeftToAws(
  point: Readonly<{
    kind: 'BACKUP' | 'COPY' | 'MANUAL';
    vaultName: string;
    expiresAt: Date | null;
    expirySetBy: string | null;
    awsDeleteAt: Date | null;
    adoptedAt: Date | null;
  }>,
): boolean {
  if (point.awsDeleteAt === null || point.expirySetBy !== null) return false;
  if (isTemporaryVault(point.vaultName)) return true;
  return point.kind === 'COPY' && point.adoptedAt !== null && point.expiresAt === null;
}

/**
 * After how many days of the point's life AWS may delete it from now on: its net after its end as known now, counted from now
 * where that is past. What is kept for ever gets the most that AWS takes.
 */
export function daysWithNet(
  point: Readonly<{ createdAt: Date; expiresAt: Date | null; safetyNetDays: number | null }>,
  now: Date,
): number {
  const { createdAt, expiresAt, safetyNetDays } = point;
  if (expiresAt === null) return MOST_DAYS;
  const from = Math.max(expiresAt.getTime(), now.getTime());
  return Math.min(MOST_DAYS, Math.ceil((from - createdAt.getTime()) / DAY_MS) + (safetyNetDays ?? SHORTEST_NET_DAYS));
}

export type NettedPoint = Readonly<{
  id: string;
  accountId: string;
  awsAccountId: string;
  region: string;
  vaultName: string;
  recoveryPointArn: string;
  table: TableRef;
  deleteAfterDays: number;
}>;

/** One task for each point, in the lane of the Region where it lies. */
export function planNets(points: readonly NettedPoint[]): PlannedTask[] {
  return points.map(
    ({ id, accountId, awsAccountId, region, vaultName, recoveryPointArn, table, deleteAfterDays }): PlannedTask => ({
      key: `lifecycle:${id}`,
      ...{ accountId, awsAccountId, region, after: null, table },
      parameters: { kind: 'LIFECYCLE', table, restorePointId: id, recoveryPointArn, vaultName, deleteAfterDays },
    }),
  );
}
