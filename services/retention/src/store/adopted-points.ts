import type { Database, Tx } from '@tablekeep/platform/database';
import { restorePointIdOf } from '@tablekeep/platform/ids';
import { wholeSettings, type VaultScanned } from '@tablekeep/schema/vault-points';
import { In, IsNull } from 'typeorm';
import { adoptPoint, isAdoptable, type AdoptedPoint } from '../domain/adopt-point.ts';
import { SAFETY } from '../domain/retention/safety.ts';
import { isForgotten, type Finding } from '../domain/is-forgotten.ts';
import { linkCopies } from '../domain/link-copies.ts';
import { isTemporaryVault } from '../domain/temporary-copies.ts';
import { freshFate, RestorePointEntity, type RestorePointRow } from './entities.ts';
import { isTold, lockPoints } from './restore-points.ts';

/** What a chunk of described points changed in the catalog. */
export type Adopted = Readonly<{ rows: readonly RestorePointRow[]; known: number }>;

/**
 * Takes described points into the catalog; under the account's gate. One that the catalog has is left as it is, with two
 * exceptions: one taken as foreign becomes ours where its tags can be read now, and one that was believed gone is back.
 */
export async function adoptPoints(db: Database, tx: Tx, scanned: VaultScanned, now: Date): Promise<Adopted> {
  const { points, accountId, awsAccountId, region, vaultName } = scanned;
  const place = { accountId, awsAccountId, region, vaultName };
  const adopted = points.flatMap((point) =>
    point.tags !== null && isAdoptable(point) ? [adoptPoint(point, point.tags, place)] : [],
  );
  const ids = adopted.map((point) => restorePointIdOf(point.recoveryPointArn));
  // Whole rows are written back: what a person says in the meantime, like a legal hold, waits for us and is not overwritten.
  const known = new Map((await lockPoints(db, tx, ids)).map((row) => [row.id, row]));
  const startedAt = new Date(scanned.startedAt);
  const isToldOfAccount = await isTold(tx, accountId);
  const finding = { now, isToldOfAccount, awsAheadMs: scanned.awsAheadMs ?? 0 };
  const fresh: RestorePointRow[] = [];
  const changed: RestorePointRow[] = [];
  for (const point of adopted) {
    const row = rowOf(point, finding);
    const found = known.get(row.id);
    if (!found) {
      fresh.push(row);
      continue;
    }
    const next = changeOf(found, row, { startedAt, now });
    if (next !== null) changed.push(next);
  }
  const linked = await withLinks(tx, fresh, changed);
  await db.insertMany(tx, RestorePointEntity, linked.fresh);
  for (const row of linked.changed) await tx.update(RestorePointEntity, { id: row.id }, row);
  const rows = [...linked.fresh, ...linked.changed];
  return { rows, known: adopted.length - rows.length };
}

/** What the catalog shall have of a point it knows; null: what it has. */
function changeOf(
  found: RestorePointRow,
  seen: RestorePointRow,
  { startedAt, now }: Readonly<{ startedAt: Date; now: Date }>,
): RestorePointRow | null {
  const isBack = found.deletedAt !== null && found.deletedAt < startedAt;
  const isOurs = found.foreignBecause !== null && seen.foreignBecause === null;
  const version = found.version + 1;
  const back = isBack
    ? { deletedAt: null, deletedBecause: null, missingSince: null, ...firstLook(found, now), version }
    : {};
  if (isOurs) {
    return { ...seen, ...saidOf(found), ...back, nextLookAt: seen.nextLookAt, version };
  }
  return isBack ? { ...found, ...back } : null;
}

/** Of a point that turns out to be ours: what people said of it, and what looks saw, stays; all else is known better now. */
export function saidOf(found: RestorePointRow) {
  const { holdReason, holdBy, heldAt, deletedAt, deletedBecause } = found;
  const { permitTaskId, permitAttempt, permitUntil, permitDecidedBy } = found;
  const { verification, verifiedOutcome, lastSeenAt, missingSince, sourceVaultArn } = found;
  const { awsStatus, awsStatusSince, awsStorageClass, awsSizeBytes } = found;
  return {
    ...{ holdReason, holdBy, heldAt, deletedAt, deletedBecause },
    ...{ permitTaskId, permitAttempt, permitUntil, permitDecidedBy },
    ...{ verification, verifiedOutcome, lastSeenAt, missingSince, sourceVaultArn },
    ...{ awsStatus, awsStatusSince, awsStorageClass, awsSizeBytes },
  };
}

type Rows = Readonly<{ fresh: RestorePointRow[]; changed: RestorePointRow[] }>;

/** Links copies and sources with each other, in whichever order their vaults were read; others' links are written here. */
async function withLinks(
  tx: Tx,
  fresh: readonly RestorePointRow[],
  changed: readonly RestorePointRow[],
): Promise<Rows> {
  const own = [...fresh, ...changed];
  const ids = new Set(own.map((row) => row.id));
  const others = (await relatedTo(tx, own)).filter((row) => !ids.has(row.id));
  const links = linkCopies([...own, ...others]);
  const byArn = new Map([...own, ...others].map((row) => [row.recoveryPointArn, row]));
  for (const { id } of others) {
    const arn = links.get(id);
    if (arn !== undefined) await tx.update(RestorePointEntity, { id }, { sourceRecoveryPointArn: arn });
  }
  const linked = (row: RestorePointRow): RestorePointRow => {
    const arn = links.get(row.id);
    if (arn === undefined) return row;
    // A copy holds what its source held; who saw the source being made knows more than its tags.
    const settings = wholeSettings(byArn.get(arn)?.settings ?? null) ?? row.settings;
    return { ...row, sourceRecoveryPointArn: arn, settings };
  };
  return { fresh: fresh.map(linked), changed: changed.map(linked) };
}

/** Points of the same runs and, where no run is known, of the same tables and moments. */
async function relatedTo(tx: Tx, own: readonly RestorePointRow[]): Promise<RestorePointRow[]> {
  const runs = [...new Set(own.flatMap((row) => row.runTag ?? []))];
  const ofRuns = runs.length === 0 ? [] : await tx.find(RestorePointEntity, { where: { runTag: In(runs) } });
  const unsure = own.filter((row) => row.runTag === null || row.sourceVaultArn !== null);
  if (unsure.length === 0) return ofRuns;
  const ofMoments = await tx.find(RestorePointEntity, {
    where: {
      tableArn: In([...new Set(unsure.map((row) => row.tableArn))]),
      createdAt: In([...new Set(unsure.map((row) => row.createdAt))]),
      runTag: IsNull(),
    },
  });
  return [...ofRuns, ...ofMoments];
}

function rowOf(point: AdoptedPoint, finding: Finding): RestorePointRow {
  const { now } = finding;
  const { table, ...columns } = point;
  return {
    ...freshFate,
    ...columns,
    id: restorePointIdOf(point.recoveryPointArn),
    sourceRecoveryPointArn: null,
    tableArn: table.arn,
    tableName: table.name,
    tableRegion: table.region,
    tableId: table.tableId,
    cataloguedAt: now,
    adoptedAt: now,
    awaitsReviewSince: mayExpire(point) && isForgotten(point, finding) ? now : null,
    ...firstLook(point, now),
  };
}

/** Not one that is kept for ever or that is not ours; and what a restore left behind nobody means to keep. */
function mayExpire({ foreignBecause, expiresAt, vaultName }: AdoptedPoint): boolean {
  return foreignBecause === null && expiresAt !== null && !isTemporaryVault(vaultName);
}

/** Found, or found again, with its time over a point must not go the same night: somebody may want to look first. */
function firstLook({ foreignBecause, expiresAt }: Pick<RestorePointRow, 'foreignBecause' | 'expiresAt'>, now: Date) {
  if (foreignBecause !== null) return { graceUntil: null, nextLookAt: null };
  const grace = new Date(now.getTime() + SAFETY.graceAfterImportMs);
  const graceUntil = expiresAt !== null && expiresAt < grace ? grace : null;
  return { graceUntil, nextLookAt: graceUntil ?? expiresAt };
}
