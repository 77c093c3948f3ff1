import { databaseTime, type Database, type Tx } from '@tablekeep/platform/database';
import { IsNull } from 'typeorm';
import { JobEntity, LaneEntity, type LaneRow } from './entities.ts';

export function laneName(accountId: string, region: string): string {
  return `${accountId}/${region}`;
}

/** One owner's hold on a lane. Every write of the owner is guarded by it. */
export type Claim = Readonly<{ lane: string; accountId: string; region: string; owner: string; epoch: number }>;

export async function ensureLane(db: Database, tx: Tx, accountId: string, region: string): Promise<void> {
  const row = { name: laneName(accountId, region), accountId, region, owner: null, epoch: 0, leaseUntil: null };
  await db.insertOnce(tx, LaneEntity, row);
}

/** Lanes with open jobs that nobody holds. */
export async function freeLanes(db: Database): Promise<readonly LaneRow[]> {
  return db.reader
    .createQueryBuilder(LaneEntity, 'lane')
    .where(`(lane.lease_until IS NULL OR lane.lease_until <= ${databaseTime(db.dialect)})`)
    .andWhere('EXISTS (SELECT 1 FROM job WHERE job.lane = lane.name AND job.finished_at IS NULL)')
    .getMany();
}

/**
 * Takes a lane whose lease has run out; null when another was faster. `tookOver` says that its last owner was somebody
 * else, of whom nobody knows what they have just spent of AWS's limits.
 */
export async function claimLane(
  db: Database,
  name: string,
  owner: string,
  leaseMs: number,
): Promise<(Claim & { tookOver: boolean }) | null> {
  return db.transaction(async (tx) => {
    const before = await tx.findOne(LaneEntity, { where: { name }, ...db.forUpdate() });
    if (!before) return null;
    await lookBeforeStarting(db, tx, name);
    const now = databaseTime(db.dialect);
    const changed = await db.execute(
      tx,
      `UPDATE lane SET owner = ?, epoch = epoch + 1, lease_until = ${databaseTime(db.dialect, leaseMs)}
       WHERE name = ? AND epoch = ? AND (lease_until IS NULL OR lease_until <= ${now})`,
      [owner, name, before.epoch],
    );
    if (changed === 0) return null;
    const { accountId, region } = before;
    return { lane: name, accountId, region, owner, epoch: before.epoch + 1, tookOver: before.owner !== owner };
  });
}

/** Nobody was here for so long: this database may have been restored from a copy of then. */
const LEFT_MS = 600_000;

/** What the open jobs of a lane that was left may have started since is in AWS, and not in this database. */
async function lookBeforeStarting(db: Database, tx: Tx, lane: string): Promise<void> {
  await db.execute(
    tx,
    `UPDATE job SET look_first = 1 WHERE lane = ? AND finished_at IS NULL AND EXISTS
       (SELECT 1 FROM lane WHERE lane.name = ? AND lane.lease_until < ${databaseTime(db.dialect, -LEFT_MS)})`,
    [lane, lane],
  );
}

/** Prolongs the lease; false when the lane is no longer this owner's. */
export async function renewLease(db: Database, claim: Claim, leaseMs: number): Promise<boolean> {
  const sql = `UPDATE lane SET lease_until = ${databaseTime(db.dialect, leaseMs)} WHERE name = ? AND owner = ? AND epoch = ?`;
  return (await db.transaction((tx) => db.execute(tx, sql, [claim.lane, claim.owner, claim.epoch]))) > 0;
}

/** Gives the lane back at once; its owner's name stays, as the last. */
export async function releaseLane(db: Database, claim: Claim): Promise<void> {
  const sql = `UPDATE lane SET lease_until = ${databaseTime(db.dialect)} WHERE name = ? AND owner = ? AND epoch = ?`;
  await db.transaction((tx) => db.execute(tx, sql, [claim.lane, claim.owner, claim.epoch]));
}

export async function hasOpenJobs(db: Database, lane: string): Promise<boolean> {
  return db.reader.existsBy(JobEntity, { lane, finishedAt: IsNull() });
}
