import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { restorePointIdOf } from '@tablekeep/platform/ids';
import type { EventEnvelope, PointMade } from '@tablekeep/schema/events';
import { IsNull } from 'typeorm';
import { endOf } from '@tablekeep/schema/retention-rules';
import { wholeSettings } from '@tablekeep/schema/vault-points';
import { expiryOf, flagsOf } from '../domain/flags-of-point.ts';
import { sayCatalogued } from '../say-point.ts';
import { welcomePoint } from '../watch-chains.ts';
import { notePointVerified } from './point-verified.ts';
import { onDeletionSucceeded } from './deletion-ended.ts';
import { noteLifecycle } from './lifecycle-told.ts';
import { nextPointsOfTable } from '../store/points-of-table.ts';
import { saidOf } from '../store/adopted-points.ts';
import { freshFate, RestorePointEntity, type RestorePointRow } from '../store/entities.ts';
import { lockPoints } from '../store/restore-points.ts';

/**
 * Takes a new point into the catalog and says so. A second delivery is harmless: a point's id is derived from its ARN, so
 * it is inserted once. A point that is known already is announced all the same, for this task: its session waits to hear
 * that the point is in the catalog, and whoever listens bears hearing it twice. A copy may come before its source: it names
 * the source by ARN. A look at the vault may come before all of this: what its maker says then counts.
 */
export async function onTaskSucceeded(
  db: Database,
  clock: Clock,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.task.succeeded.v1'>,
): Promise<void> {
  const { point, deleted, verification, lifecycle, sessionId, taskId, attempt, kind } = event.data;
  if (verification) return notePointVerified(db, tx, { verification, sessionId, taskId });
  if (deleted) return onDeletionSucceeded(db, clock, tx, { ...event.data, deleted });
  if (lifecycle) return noteLifecycle(db, tx, lifecycle, new Date(event.time));
  if (!point) return;
  const runTag = kind === 'BACKUP' ? `${taskId}/${attempt}` : null;
  const row = { ...rowOf(point, sessionId), runTag, cataloguedAt: clock.now() };
  const isNew = await db.insertOnce(tx, RestorePointEntity, row);
  const isNews = isNew || (await tellOfFound(db, tx, row));
  if (isNews) await shareSettings(tx, row);
  const kept = isNew ? row : await tx.findOneByOrFail(RestorePointEntity, { recoveryPointArn: row.recoveryPointArn });
  // A late word of a point that has been deleted since does not bring it back.
  if (kept.deletedAt !== null) return;
  await announce(db, tx, kept, { sessionId, taskId });
  if (isNews) await welcomePoint(db, tx, kept, clock.now());
}

/**
 * A look at its vault may have found the point before its maker's word came, even without being able to read whose it is: the
 * maker knows better, except of what people have said since. Told again it is not found any more, and nothing changes. True
 * where the word was news.
 */
async function tellOfFound(db: Database, tx: Tx, told: RestorePointRow): Promise<boolean> {
  const [found] = await lockPoints(db, tx, [told.id]);
  if (!found || found.adoptedAt === null) return false;
  const isForeign = found.foreignBecause !== null;
  if (!isForeign && found.version > 1) {
    const { id, settings } = told;
    if (settings !== null && wholeSettings(found.settings) === null) {
      await tx.update(RestorePointEntity, { id }, { settings });
    }
    return false;
  }
  // No wish to delete what was somebody else's can be out; the clean-up after a restore asks at version 1.
  const { version } = found;
  const { awsDeleteAt, awsDeleteAtAsOf } = told.awsDeleteAt === null ? found : told;
  const seen = { runTag: told.runTag ?? found.runTag, awsDeleteAt, awsDeleteAtAsOf };
  await tx.update(RestorePointEntity, { id: told.id }, { ...told, ...saidOf(found), ...seen, version });
  return true;
}

async function announce(
  db: Database,
  tx: Tx,
  row: RestorePointRow,
  madeBy: Readonly<{ sessionId: string; taskId: string }>,
): Promise<void> {
  await sayCatalogued(db, tx, row, { ...madeBy, ofTable: await nextPointsOfTable(db, tx, row) });
}

/** A copy holds what its source held, settings included: given to it by whichever of the two comes second. */
async function shareSettings(tx: Tx, row: RestorePointRow): Promise<void> {
  if (row.settings !== null) {
    await tx.update(
      RestorePointEntity,
      { sourceRecoveryPointArn: row.recoveryPointArn, settings: IsNull() },
      { settings: row.settings },
    );
  } else if (row.sourceRecoveryPointArn !== null) {
    const source = await tx.findOne(RestorePointEntity, { where: { recoveryPointArn: row.sourceRecoveryPointArn } });
    if (source?.settings) await tx.update(RestorePointEntity, { id: row.id }, { settings: source.settings });
  }
}

function rowOf(point: PointMade, sessionId: string): RestorePointRow {
  const { origin, table } = point;
  const createdAt = new Date(point.createdAt);
  return {
    id: restorePointIdOf(point.recoveryPointArn),
    kind: origin.kind,
    recoveryPointArn: point.recoveryPointArn,
    sourceRecoveryPointArn: point.sourceRecoveryPointArn,
    accountId: point.accountId,
    awsAccountId: point.awsAccountId,
    tableArn: table.arn,
    tableName: table.name,
    tableRegion: table.region,
    tableId: table.tableId,
    region: point.region,
    vaultName: point.vaultName,
    sizeBytes: point.sizeBytes,
    createdAt,
    completedAt: new Date(point.completedAt),
    expiresAt: expiryOf(origin, createdAt),
    flags: flagsOf(origin, createdAt).map(({ flag, expiresAt }) => ({
      flag,
      expiresAt: expiresAt?.toISOString() ?? null,
    })),
    policyId: origin.policyId,
    policyName: origin.policyName,
    sessionId,
    settings: point.settings,
    selfSufficient: point.selfSufficient,
    ...freshFate,
    nextLookAt: expiryOf(origin, createdAt),
    keepNewest: origin.keepNewest ?? true,
    safetyNetDays: origin.safetyNetDays ?? null,
    awsDeleteAt: point.awsDeleteAt == null ? null : new Date(point.awsDeleteAt),
    coldAt: origin.coldAfterDays === null ? null : endOf(createdAt, { value: origin.coldAfterDays, unit: 'DAYS' }),
  };
}
