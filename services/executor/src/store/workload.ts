import { databaseTime, type Database } from '@tablekeep/platform/database';
import type { JobRow } from './entities.ts';

export type LaneLoad = Readonly<{
  accountId: string;
  region: string;
  kind: JobRow['kind'];
  /** Nothing has been asked of AWS: it waits for its table or for room under AWS's limits. */
  waiting: boolean;
  jobs: number;
  /** By the database's clock. */
  oldestSeconds: number;
}>;

/** Jobs that are not over. */
export async function laneLoads(db: Database): Promise<LaneLoad[]> {
  const age =
    db.dialect.kind === 'sqlite'
      ? "(julianday('now') - julianday(MIN(created_at))) * 86400"
      : 'TIMESTAMPDIFF(MICROSECOND, MIN(created_at), UTC_TIMESTAMP(3)) / 1e6';
  const rows = await db.reader.query<Record<'account_id' | 'region' | 'kind' | 'waiting' | 'jobs' | 'age', unknown>[]>(
    `SELECT account_id, region, kind, CASE WHEN step = 'queued' THEN 1 ELSE 0 END AS waiting, COUNT(*) AS jobs, ${age} AS age
     FROM job WHERE finished_at IS NULL GROUP BY account_id, region, kind, CASE WHEN step = 'queued' THEN 1 ELSE 0 END`,
  );
  return rows.map((row) => ({
    accountId: String(row.account_id),
    region: String(row.region),
    kind: row.kind as JobRow['kind'],
    waiting: Number(row.waiting) === 1,
    jobs: Number(row.jobs),
    oldestSeconds: Math.max(0, Number(row.age)),
  }));
}

/** Lanes that ever had a job, and whether a process holds each. */
export async function lanesHeld(db: Database): Promise<{ accountId: string; region: string; held: boolean }[]> {
  const rows = await db.reader.query<{ account_id: string; region: string; held: unknown }[]>(
    `SELECT account_id, region, CASE WHEN lease_until > ${databaseTime(db.dialect)} THEN 1 ELSE 0 END AS held FROM lane`,
  );
  return rows.map(({ account_id: accountId, region, held }) => ({ accountId, region, held: Number(held) === 1 }));
}

/** What AWS limits across lanes, and how many jobs hold a place there, those with none too. */
export async function placesTaken(db: Database): Promise<{ slot: string; taken: number }[]> {
  const rows = await db.reader.query<{ name: string; taken: unknown }[]>(
    `SELECT slot_gate.name AS name, COUNT(job.id) AS taken FROM slot_gate
     LEFT JOIN job ON job.slot = slot_gate.name AND job.finished_at IS NULL AND job.held_since IS NOT NULL
     GROUP BY slot_gate.name`,
  );
  return rows.map(({ name, taken }) => ({ slot: name, taken: Number(taken) }));
}
