import type { Database, Tx } from '@tablekeep/platform/database';
import { sessionStatus, sessionType, type SessionStatus, type SessionType } from '@tablekeep/schema/events';
import { LessThan, And, MoreThanOrEqual } from 'typeorm';
import { isOver } from '../domain/session-status.ts';
import type { Stat } from '../domain/stats.ts';
import { SessionEntity, SessionStatEntity } from './entities.ts';

/** Adds an ended session to its hour. Once for each session: the caller's transaction is the one that ends it. */
export async function addStat(db: Database, tx: Tx, { start: hour, ...stat }: Stat): Promise<void> {
  if (await db.insertOnce(tx, SessionStatEntity, { hour, ...stat })) return;
  const { type, status } = stat;
  for (const column of ['sessions', 'durationSeconds', 'tasksSucceeded', 'tasksWarning', 'tasksFailed'] as const) {
    if (stat[column] !== 0) await tx.increment(SessionStatEntity, { hour, type, status }, column, stat[column]);
  }
}

export type PolicyDuration = Readonly<{
  policyId: string;
  policyName: string | null;
  runs: number;
  durationSecondsAverage: number;
  durationSecondsMax: number;
}>;

/** Policies by how long their runs took that were asked for since then and are over; the longest first. */
export async function longestPolicies(db: Database, from: Date, most: number): Promise<PolicyDuration[]> {
  const seconds =
    db.dialect.kind === 'sqlite'
      ? '(julianday(finished_at) - julianday(started_at)) * 86400'
      : 'TIMESTAMPDIFF(MICROSECOND, started_at, finished_at) / 1000000';
  const rows = await db.reader
    .createQueryBuilder(SessionEntity, 'session')
    .select('policy_id', 'policyId')
    .addSelect('MAX(policy_name)', 'policyName')
    .addSelect('COUNT(*)', 'runs')
    .addSelect(`AVG(${seconds})`, 'average')
    .addSelect(`MAX(${seconds})`, 'longest')
    .where("session.type = 'POLICY_BACKUP' AND session.createdAt >= :from", { from })
    .andWhere('finished_at IS NOT NULL AND started_at IS NOT NULL AND policy_id IS NOT NULL')
    .groupBy('policy_id')
    .orderBy('average', 'DESC')
    .addOrderBy('policy_id')
    .limit(most)
    .getRawMany<{ policyId: string; policyName: string | null; runs: unknown; average: unknown; longest: unknown }>();
  return rows.map(({ policyId, policyName, runs, average, longest }) => ({
    policyId,
    policyName,
    runs: Number(runs),
    durationSecondsAverage: Number(average),
    durationSecondsMax: Number(longest),
  }));
}

/** Hours from `from` on and before `to`. */
export async function listStats(db: Database, from: Date, to: Date): Promise<Stat[]> {
  const rows = await db.reader.find(SessionStatEntity, {
    where: { hour: And(MoreThanOrEqual(from), LessThan(to)) },
    order: { hour: 'ASC', type: 'ASC', status: 'ASC' },
  });
  return rows.map(({ hour: start, ...stat }) => ({ start, ...stat }));
}

/** How many there are of every type and status, those of none too, since this database began. */
export async function endedSessions(
  db: Database,
): Promise<readonly { type: SessionType; status: SessionStatus; sessions: number }[]> {
  const rows = await db.reader
    .createQueryBuilder(SessionStatEntity, 'stat')
    .select('stat.type', 'type')
    .addSelect('stat.status', 'status')
    .addSelect('SUM(stat.sessions)', 'sessions')
    .groupBy('stat.type')
    .addGroupBy('stat.status')
    .getRawMany<{ type: SessionType; status: SessionStatus; sessions: unknown }>();
  const found = new Map(rows.map(({ type, status, sessions }) => [`${type} ${status}`, Number(sessions)]));
  return sessionType.options.flatMap((type) =>
    sessionStatus.options
      .filter(isOver)
      .map((status) => ({ type, status, sessions: found.get(`${type} ${status}`) ?? 0 })),
  );
}

/** Those that are not over, by type. */
export async function openSessions(db: Database): Promise<readonly { type: SessionType; sessions: number }[]> {
  const rows = await db.reader
    .createQueryBuilder(SessionEntity, 'session')
    .select('session.type', 'type')
    .addSelect('COUNT(*)', 'sessions')
    .where('session.finished_at IS NULL')
    .groupBy('session.type')
    .getRawMany<{ type: SessionType; sessions: unknown }>();
  const found = new Map(rows.map(({ type, sessions }) => [type, Number(sessions)]));
  return sessionType.options.map((type) => ({ type, sessions: found.get(type) ?? 0 }));
}
