import { databaseTime, type Database, type Tx } from '@tablekeep/platform/database';
import { derivedId } from '@tablekeep/platform/ids';
import { currentTraceparent } from '@tablekeep/platform/tracing';
import type { PerformItem } from '@tablekeep/schema/work-items';
import { attemptOfTemporary, temporaryTableName } from '@tablekeep/schema/temporary-tables';
import { In, IsNull, Not } from 'typeorm';
import { kindOf, wayOf, type Step } from '../domain/job-machine.ts';
import type { JobState } from '../domain/job-state.ts';
import { JobEntity, type JobRow } from './entities.ts';
import { laneName, type Claim } from './lanes.ts';
import { slotOf } from './slots.ts';

const JOB_NAMESPACE = '6d0a2b0e-6f0c-4f0a-9c52-3c6c1f6f6a11';

/** Stores a work item as a job, due at once; false when this attempt is stored already. */
export async function insertJob(db: Database, tx: Tx, item: PerformItem, now: Date): Promise<boolean> {
  const { parameters } = item;
  const state: JobState = { since: now.toISOString(), tries: 0 };
  const isNew = await db.insertOnce(tx, JobEntity, {
    id: derivedId(JOB_NAMESPACE, item.taskId, String(item.attempt)),
    taskId: item.taskId,
    attempt: item.attempt,
    sessionId: item.sessionId,
    kind: kindOf(parameters),
    lane: laneName(item.accountId, item.region),
    accountId: item.accountId,
    region: item.region,
    busyArn: busyArnOf(parameters),
    slot: slotOf(item),
    sizeBytes: parameters.kind === 'BACKUP' ? (parameters.sizeBytes ?? 0) : 0,
    item,
    step: 'queued',
    state,
    awsJobId: null,
    cancelReason: null,
    nextAt: null,
    heldSince: null,
    createdAt: now,
    finishedAt: null,
    outcome: null,
    lookFirst: item.firstSentAt !== null,
    lastWord: null,
    traceparent: currentTraceparent(),
  });
  if (isNew) await makeDue(db, tx, item.taskId, item.attempt);
  return isNew;
}

/**
 * Nobody backs up a table of ours while it makes way for another. Of two that put off AWS's deletion of a point one would
 * write what the other has just made later.
 */
function busyArnOf(parameters: PerformItem['parameters']): string | null {
  if (parameters.kind === 'LIFECYCLE') return parameters.recoveryPointArn;
  const is = parameters.kind === 'BACKUP' || parameters.kind === 'COPY' || wayOf(parameters) === 'REPLACE';
  return is && 'table' in parameters ? parameters.table.arn : null;
}

async function makeDue(db: Database, tx: Tx, taskId: string, attempt: number): Promise<void> {
  const sql = `UPDATE job SET next_at = ${databaseTime(db.dialect)} WHERE task_id = ? AND attempt = ? AND finished_at IS NULL`;
  await db.execute(tx, sql, [taskId, attempt]);
}

/** Notes the wish to stop an attempt and makes it due; its lane's owner carries the wish out. */
export async function askToCancel(
  db: Database,
  tx: Tx,
  taskId: string,
  attempt: number,
  reason: string,
): Promise<void> {
  const sql =
    'UPDATE job SET cancel_reason = ? WHERE task_id = ? AND attempt = ? AND finished_at IS NULL AND cancel_reason IS NULL';
  if ((await db.execute(tx, sql, [reason, taskId, attempt])) > 0) await makeDue(db, tx, taskId, attempt);
}

/** The job of an attempt, as this transaction sees it. */
export async function jobOfAttempt(db: Database, tx: Tx, taskId: string, attempt: number): Promise<JobRow | null> {
  return tx.findOne(JobEntity, { where: { taskId, attempt }, ...db.forUpdate() });
}

/** Which of these AWS jobs belong to other jobs than this one. */
export async function takenAwsJobs(
  db: Database,
  jobId: string,
  awsJobIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (awsJobIds.length === 0) return new Set();
  const rows = await db.reader.find(JobEntity, {
    select: { awsJobId: true },
    where: { awsJobId: In([...awsJobIds]), id: Not(jobId) },
  });
  return new Set(rows.flatMap((row) => row.awsJobId ?? []));
}

/** The jobs of the attempts that these tables bear the names of, by table name. */
export async function verificationsByTable(
  db: Database,
  tableNames: readonly string[],
): Promise<ReadonlyMap<string, JobRow>> {
  const taskIds = tableNames.flatMap((name) => attemptOfTemporary(name)?.taskId ?? []);
  if (taskIds.length === 0) return new Map();
  const rows = await db.reader.find(JobEntity, { where: { taskId: In(taskIds), kind: 'VERIFY' } });
  return new Map(rows.map((row) => [temporaryTableName(row.taskId, row.attempt), row]));
}

export async function findJob(db: Database, id: string): Promise<JobRow | null> {
  return db.reader.findOneBy(JobEntity, { id });
}

/** Ids of jobs of a lane whose step is due: restores first, for somebody waits for them; then the longest due. */
export async function dueJobs(db: Database, lane: string, limit: number): Promise<readonly string[]> {
  const due = async (kinds: string, most: number) => {
    if (most === 0) return [];
    const rows = await db.reader
      .createQueryBuilder(JobEntity, 'job')
      .select('job.id', 'id')
      .where('job.lane = :lane AND job.finished_at IS NULL', { lane })
      .andWhere(`job.next_at <= ${databaseTime(db.dialect)} AND ${kinds}`)
      .orderBy('job.next_at')
      .limit(most)
      .getRawMany<{ id: string }>();
    return rows.map((row) => row.id);
  };
  const restores = await due("job.kind = 'RESTORE'", limit);
  return [...restores, ...(await due("job.kind <> 'RESTORE'", limit - restores.length))];
}

/** Jobs of a lane whose AWS job runs. */
export async function followedJobs(db: Database, lane: string): Promise<readonly JobRow[]> {
  return db.reader.findBy(JobEntity, { lane, step: 'following', awsJobId: Not(IsNull()), finishedAt: IsNull() });
}

export type JobWrite = Readonly<{
  step: Step;
  state: JobState;
  awsJobId: string | null;
  /** Milliseconds from now; null: not due by time; `when-canceled`: due only if somebody wants it stopped. */
  nextInMs: number | null | 'when-canceled';
  /** Takes what the job is at and its slot, or gives them back. */
  hold: 'take' | 'release' | 'keep';
  outcome: JobRow['outcome'];
  lastWord: JobRow['lastWord'];
}>;

/**
 * Writes what a step has brought, if the lane is still this owner's and the job still stands where it was read; false
 * otherwise: then it is no longer mine, and is dropped. Taking what is busy fails on the unique index.
 */
export async function writeJob(db: Database, tx: Tx, claim: Claim, job: JobRow, write: JobWrite): Promise<boolean> {
  const now = databaseTime(db.dialect);
  const held = write.hold === 'take' ? now : write.hold === 'release' ? 'NULL' : 'held_since';
  const changed = await db.execute(
    tx,
    `UPDATE job SET step = ?, state = ?, aws_job_id = ?, outcome = ?, last_word = ?, held_since = ${held},
       next_at = ${nextAt(db, write.nextInMs)},
       finished_at = ${write.outcome === null ? 'NULL' : now}
     WHERE id = ? AND step = ? AND finished_at IS NULL
       AND EXISTS (SELECT 1 FROM lane WHERE lane.name = ? AND lane.owner = ? AND lane.epoch = ?)`,
    [
      write.step,
      JSON.stringify(write.state),
      write.awsJobId,
      write.outcome,
      write.lastWord === null ? null : JSON.stringify(write.lastWord),
      job.id,
      job.step,
      claim.lane,
      claim.owner,
      claim.epoch,
    ],
  );
  return changed > 0;
}

function nextAt(db: Database, inMs: JobWrite['nextInMs']): string {
  if (inMs === null) return 'NULL';
  if (inMs === 'when-canceled') return `CASE WHEN cancel_reason IS NULL THEN NULL ELSE ${databaseTime(db.dialect)} END`;
  return databaseTime(db.dialect, inMs);
}

/**
 * Who waits for this table or point, and for this slot, looks again now. One or two each: thousands may wait. Only a nudge:
 * whoever owns them decides.
 */
export async function nudgeWaiting(db: Database, tx: Tx, job: Pick<JobRow, 'id' | 'busyArn' | 'slot'>): Promise<void> {
  const now = databaseTime(db.dialect);
  const next = new Set([
    job.busyArn === null ? null : await oldestWaitingFor(db, tx, job.busyArn),
    job.slot === null ? null : await nextForSlot(db, tx, job.slot),
    // The place may be one of those that big tables may not take.
    job.slot === null ? null : await smallestForSlot(db, tx, job.slot),
    // Nor may verifications, which would leave a restore waiting beside a free place.
    job.slot === null ? null : await oldestRestoreForSlot(db, tx, job.slot),
  ]);
  for (const id of [...next].filter((one) => one !== null)) {
    await db.execute(tx, `UPDATE job SET next_at = ${now} WHERE id = ? AND next_at > ${now}`, [id]);
  }
}

async function oldestWaitingFor(db: Database, tx: Tx, busyArn: string): Promise<string | null> {
  const rows = await tx.query<{ id: string }[]>(
    `SELECT id FROM job WHERE table_arn = ? AND finished_at IS NULL AND step = 'queued'
       AND next_at > ${databaseTime(db.dialect)} ORDER BY created_at LIMIT 1`,
    [busyArn],
  );
  return rows[0]?.id ?? null;
}

/**
 * The smallest of the session that has the fewest jobs in the slot: a run of ten thousand tables does not keep one of three
 * waiting until its end.
 */
async function nextForSlot(db: Database, tx: Tx, slot: string): Promise<string | null> {
  const rows = await tx.query<{ session_id: string; created_at: unknown }[]>(
    `SELECT waiting.session_id, waiting.created_at FROM
       (SELECT session_id, MIN(created_at) AS created_at FROM job
          WHERE slot = ? AND finished_at IS NULL AND step = 'queued' AND next_at > ${databaseTime(db.dialect)}
          GROUP BY session_id) waiting
     LEFT JOIN
       (SELECT session_id, COUNT(*) AS jobs FROM job
          WHERE slot = ? AND finished_at IS NULL AND step IN ('checking', 'starting', 'following')
          GROUP BY session_id) at_work ON at_work.session_id = waiting.session_id
     ORDER BY COALESCE(at_work.jobs, 0), waiting.created_at LIMIT 1`,
    [slot, slot],
  );
  const [chosen] = rows;
  if (!chosen) return null;
  const [first] = await tx.query<{ id: string }[]>(
    `SELECT id FROM job WHERE slot = ? AND finished_at IS NULL AND step = 'queued' AND session_id = ?
       AND next_at > ${databaseTime(db.dialect)} ORDER BY size_bytes, created_at LIMIT 1`,
    [slot, chosen.session_id],
  );
  return first?.id ?? null;
}

async function oldestRestoreForSlot(db: Database, tx: Tx, slot: string): Promise<string | null> {
  const rows = await tx.query<{ id: string }[]>(
    `SELECT id FROM job WHERE slot = ? AND finished_at IS NULL AND step = 'queued' AND kind = 'RESTORE'
       AND next_at > ${databaseTime(db.dialect)} ORDER BY created_at LIMIT 1`,
    [slot],
  );
  return rows[0]?.id ?? null;
}

async function smallestForSlot(db: Database, tx: Tx, slot: string): Promise<string | null> {
  const rows = await tx.query<{ id: string }[]>(
    `SELECT id FROM job WHERE slot = ? AND finished_at IS NULL AND step = 'queued'
       AND next_at > ${databaseTime(db.dialect)} ORDER BY size_bytes, created_at LIMIT 1`,
    [slot],
  );
  return rows[0]?.id ?? null;
}
