import type { Database, Tx } from '@tablekeep/platform/database';
import { In, MoreThan } from 'typeorm';
import {
  AppliedScanEntity,
  OpenSessionEntity,
  RegionScanEntity,
  RunRegionEntity,
  type RegionScanRow,
} from './entities.ts';
import { forgetTimesAhead } from './inventory.ts';

/** A scheduled run takes what a scan saw that was done so long ago; a thousand that come due together share it. */
const FRESH_MS = 5 * 60 * 1000;
/**
 * A scan that has not come in this time is not waited for any longer: the next run scans by itself. Well above what the most
 * tables that AWS allows in a Region take at the rate Tablekeep takes by default, which is 2,000 s, with tries again beside.
 */
const LONGEST_SCAN_MS = 2 * 60 * 60 * 1000;

/** Regions of which the inventory holds a scan that was done after this moment, and was not begun long before. */
async function scannedSince(tx: Tx, accountId: string, since: Date): Promise<ReadonlySet<string>> {
  const startedAt = MoreThan(new Date(since.getTime() - LONGEST_SCAN_MS));
  const scans = await tx.find(AppliedScanEntity, { where: { accountId, appliedAt: MoreThan(since), startedAt } });
  return new Set(scans.map(({ region }) => region));
}

type Run = Readonly<{ sessionId: string; accountId: string; now: Date }>;

/** Those of these Regions that the run has to scan itself: what a person asks for looks at everything anew. */
export async function scansOfRun(
  db: Database,
  tx: Tx,
  run: Run & Readonly<{ byHand: boolean }>,
  regions: readonly string[],
): Promise<string[]> {
  if (!run.byHand) return shareScans(db, tx, run, regions);
  await claimScans(db, tx, run, regions);
  return [...regions];
}

/**
 * Those of these Regions that the run has to scan itself; from now on others wait for its scans. What is fresh in the
 * inventory, or is being scanned by another run, it leaves, and notes whom it waits for. It has seen to all of them then. The
 * caller holds the account's row.
 */
async function shareScans(db: Database, tx: Tx, run: Run, regions: readonly string[]): Promise<string[]> {
  const { sessionId, accountId, now } = run;
  if (regions.length === 0) return [];
  await forgetTimesAhead(tx, accountId, now);
  const fresh = await scannedSince(tx, accountId, new Date(now.getTime() - FRESH_MS));
  const wanted = regions.filter((region) => !fresh.has(region));
  const scanning = await scansUnderWay(tx, accountId, now);
  const joined = wanted.flatMap((region) => {
    const scannedBy = scanning.get(region)?.sessionId;
    if (scannedBy === undefined || scannedBy === sessionId) return [];
    return [{ sessionId, region, accountId, state: 'JOINED' as const, scannedBy, since: now }];
  });
  await db.insertMany(tx, RunRegionEntity, joined);
  const others = regions.filter((region) => !joined.some((one) => one.region === region));
  const mine = others.filter((region) => !fresh.has(region));
  await noteSeenTo(
    db,
    tx,
    run,
    others.filter((region) => fresh.has(region)),
  );
  await claimScans(db, tx, run, mine);
  return mine;
}

/** The run scans these Regions; others that come due may wait for it. The caller holds the account's row. */
async function claimScans(db: Database, tx: Tx, run: Run, regions: readonly string[]): Promise<void> {
  const { sessionId, accountId, now } = run;
  if (regions.length === 0) return;
  await tx.delete(RegionScanEntity, { accountId, region: In([...regions]) });
  await db.insertMany(
    tx,
    RegionScanEntity,
    regions.map((region) => ({ accountId, region, sessionId, claimedAt: now })),
  );
  await noteSeenTo(db, tx, run, regions);
}

/** What these Regions hold for the run is in the inventory, or will be with its own scan. */
async function noteSeenTo(db: Database, tx: Tx, run: Run, regions: readonly string[]): Promise<void> {
  const { sessionId, accountId, now } = run;
  await db.insertMany(
    tx,
    RunRegionEntity,
    regions.map((region) => ({ sessionId, region, accountId, state: 'SEEN_TO' as const, scannedBy: null, since: now })),
  );
}

/** Those of these Regions that the run has neither scanned nor left to others: they were added to its policy since. */
export async function notSeenTo(tx: Tx, sessionId: string, regions: readonly string[]): Promise<string[]> {
  const rows = await tx.find(RunRegionEntity, { where: { sessionId } });
  const seenTo = new Set(rows.map(({ region }) => region));
  return regions.filter((region) => !seenTo.has(region));
}

/** By Region: scans of runs that are not over, and not older than any scan takes. */
async function scansUnderWay(tx: Tx, accountId: string, now: Date): Promise<ReadonlyMap<string, RegionScanRow>> {
  const claimedAt = MoreThan(new Date(now.getTime() - LONGEST_SCAN_MS));
  const claims = await tx.find(RegionScanEntity, { where: { accountId, claimedAt } });
  const sessionIds = [...new Set(claims.map(({ sessionId }) => sessionId))];
  const open = await tx.find(OpenSessionEntity, { where: { sessionId: In(sessionIds) } });
  const alive = new Set(open.map(({ sessionId }) => sessionId));
  return new Map(claims.filter(({ sessionId }) => alive.has(sessionId)).map((claim) => [claim.region, claim]));
}

/** Nobody needs to wait for these scans any more: they are in the inventory, or failed, or their session is over. */
export async function releaseScans(tx: Tx, sessionId: string): Promise<boolean> {
  const { affected } = await tx.delete(RegionScanEntity, { sessionId });
  return (affected ?? 0) > 0;
}

/** Of the Regions that the run left to others: those whose scan is still to come, and those whose scan never will. */
export async function joinedRegions(
  tx: Tx,
  { sessionId, accountId, now }: Run,
): Promise<{ pending: string[]; dead: string[] }> {
  const joined = await tx.find(RunRegionEntity, { where: { sessionId, state: 'JOINED' } });
  if (joined.length === 0) return { pending: [], dead: [] };
  const first = new Date(Math.min(...joined.map(({ since }) => since.getTime())) - 1);
  const done = await scannedSince(tx, accountId, first);
  const scanning = await scansUnderWay(tx, accountId, now);
  const open = joined.filter(({ region }) => !done.has(region));
  const isAlive = ({ region, scannedBy }: (typeof open)[number]) => scanning.get(region)?.sessionId === scannedBy;
  return {
    pending: open.filter(isAlive).map(({ region }) => region),
    dead: open.filter((one) => !isAlive(one)).map(({ region }) => region),
  };
}

export async function forgetJoined(tx: Tx, sessionId: string, regions: readonly string[]): Promise<void> {
  await tx.delete(RunRegionEntity, { sessionId, region: In([...regions]) });
}

/** Remembers Regions whose scan failed, and gives all of this run: a later round does not name those of an earlier one. */
export async function failedRegionsOf(
  db: Database,
  tx: Tx,
  { sessionId, accountId, now }: Run,
  failed: readonly string[],
): Promise<ReadonlySet<string>> {
  if (failed.length > 0) await forgetJoined(tx, sessionId, failed);
  const rows = failed.map((region) => ({ sessionId, region, accountId, scannedBy: null, since: now }));
  await db.insertMany(
    tx,
    RunRegionEntity,
    rows.map((row) => ({ ...row, state: 'FAILED' as const })),
  );
  const all = await tx.find(RunRegionEntity, { where: { sessionId, state: 'FAILED' } });
  return new Set(all.map(({ region }) => region));
}

/** A session that is over scans nothing and waits for nothing. True where others may have waited for it. */
export async function forgetRegionsOf(tx: Tx, sessionId: string): Promise<boolean> {
  await tx.delete(RunRegionEntity, { sessionId });
  return releaseScans(tx, sessionId);
}
