import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent, recordPlan } from '@tablekeep/platform/outbox';
import type { Clock } from '@tablekeep/platform/clock';
import type { ImportRequest } from '@tablekeep/schema/catalog-events';
import type { EventData } from '@tablekeep/schema/events';
import { isAdoptable } from './domain/adopt-point.ts';
import { planListings, planReadings, sayBrought, type Brought, type Unknown } from './domain/plan-import.ts';
import { tellDrift } from './tell-drift.ts';
import type { RestorePointRow } from './store/entities.ts';
import { countAwaiting } from './store/awaiting-points.ts';
import { findPoints } from './store/restore-points.ts';
import { AdoptionEntity } from './store/vault-entities.ts';
import { pagesOfScan } from './store/vault-scans.ts';

type RoundFinished = EventData<'dev.tablekeep.session.round.finished.v1'>;

/** The first round lists the vaults. */
export async function planFirstLooks(db: Database, tx: Tx, sessionId: string, request: ImportRequest): Promise<void> {
  const round = { sessionId, round: 1, final: false, notes: [], remarks: [] };
  await recordPlan(db, tx, round, planListings(accountOf(request), request.vaults));
}

/**
 * The second round reads the points that the catalog lacks. The third has no task: it begins once the catalog holds what the
 * second has read, so that who reads SUCCEEDED finds the points.
 */
export async function planNextLooks(
  db: Database,
  clock: Clock,
  tx: Tx,
  finished: RoundFinished,
  request: ImportRequest,
): Promise<void> {
  const { sessionId } = finished;
  const next = { sessionId, round: finished.round + 1, notes: [], remarks: [] };
  if (finished.round === 1) {
    const tasks = planReadings(accountOf(request), await unknownPoints(tx, finished, request));
    if (tasks.length > 0) return recordPlan(db, tx, { ...next, final: false }, tasks);
  }
  const now = clock.now();
  await tellDrift(db, tx, request.accountId, now);
  const brought = await broughtBy(tx, sessionId);
  const awaiting = await countAwaiting(tx, request.accountId);
  const said = sayBrought({ ...brought, awaiting });
  if (brought.ours > 0 && awaiting > 0) {
    const { accountId } = request;
    await recordEvent(db, tx, {
      type: 'dev.tablekeep.catalog.unreviewed.v1',
      subject: accountId,
      data: { accountId, sessionId, points: awaiting, at: now.toISOString() },
    });
  }
  await recordPlan(db, tx, { ...next, final: true, ...said }, []);
}

function accountOf({ accountId, awsAccountId }: ImportRequest) {
  return { accountId, awsAccountId: awsAccountId ?? '' };
}

/** What the listings show and the catalog does not have, or has only as sealed, or believes gone. */
async function unknownPoints(tx: Tx, { vaultScans }: RoundFinished, request: ImportRequest): Promise<Unknown[]> {
  const unknown: Unknown[] = [];
  for (const { scanId, region, vaultName } of vaultScans) {
    const recoveryPointArns: string[] = [];
    for await (const page of pagesOfScan(tx, scanId)) {
      const known = new Map(
        (
          await findPoints(
            tx,
            page.map((seen) => seen.pointId),
          )
        ).map((row) => [row.id, row]),
      );
      for (const { pointId, recoveryPointArn, point } of page) {
        if (isAdoptable(point) && isToBeRead(known.get(pointId), request)) recoveryPointArns.push(recoveryPointArn);
      }
    }
    unknown.push({ region, vaultName, recoveryPointArns });
  }
  return unknown;
}

function isToBeRead(row: RestorePointRow | undefined, { readSealedAgain }: ImportRequest): boolean {
  if (!row || row.deletedAt !== null) return true;
  return readSealedAgain && row.sealedWith !== null;
}

async function broughtBy(tx: Tx, sessionId: string): Promise<Omit<Brought, 'awaiting'>> {
  const rows = await tx.findBy(AdoptionEntity, { sessionId });
  const sealed = new Map<string, number>();
  for (const row of rows) {
    for (const [key, points] of Object.entries(row.sealed)) sealed.set(key, (sealed.get(key) ?? 0) + points);
  }
  const sum = (of: 'ours' | 'foreignPoints') => rows.reduce((total, row) => total + row[of], 0);
  return { ours: sum('ours'), foreign: sum('foreignPoints'), sealed };
}
