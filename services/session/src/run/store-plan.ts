import { derivedId } from '@tablekeep/platform/ids';
import type { PlannedTask } from '@tablekeep/schema/events';
import { assemblePlan, type PlanChunk } from '../domain/assemble-plan.ts';
import { sayPlanned } from '../domain/say.ts';
import { LEFT_TO_POLICY, retally } from '../domain/tally.ts';
import type { TaskRow } from '../store/entities.ts';
import { dropChunks, insertAttempts, insertTasks, lockChunks, storeChunk } from '../store/tasks.ts';
import { attemptOf, recordPerform, sentNow } from './dispatch-task.ts';
import { say, type SessionRun } from './session-run.ts';

/**
 * Keeps a part of a plan; with the last part of a round, makes its tasks and sends those that wait for nothing.
 * A chunk of a round that is already planned, and a second copy of a chunk, change nothing.
 */
export async function storePlan(run: SessionRun, chunk: PlanChunk): Promise<void> {
  const { session, tx, deps } = run;
  if (session.planFailed || session.stopRequestedBy !== null || chunk.round !== session.plannedRound + 1) return;
  const { sessionId, round } = chunk;
  if (!(await storeChunk(deps.db, tx, { sessionId, round, chunk: chunk.chunk, data: chunk }))) return;
  const stored = await lockChunks(deps.db, tx, sessionId, round);
  const plan = assemblePlan(stored.map((row) => row.data));
  if (plan.state === 'incomplete') return;
  await dropChunks(tx, sessionId);
  if (plan.state === 'broken') return failPlan(run, plan.problems);

  session.plannedRound = round;
  session.planFinal = plan.final;
  session.planDueAt = null;
  say(run, 'INFO', sayPlanned(plan.tasks, plan.final));
  for (const remark of plan.remarks) say(run, 'INFO', remark);
  for (const note of plan.notes) say(run, 'WARNING', note);
  session.notes = [...new Set([...session.notes, ...plan.notes])];
  if (plan.unplanned.length > 0) failPlan(run, plan.unplanned);
  await startTasks(run, plan.tasks);
  await recordLeft(run, plan.left, plan.tasks.length);
}

/** Ends the planning for good: what is out is followed to its end, then the session is FAILED. */
export function failPlan(run: SessionRun, reasons: readonly string[]): void {
  run.session.planFailed = true;
  run.session.planDueAt = null;
  run.session.notes = [...new Set([...run.session.notes, ...reasons])];
  for (const reason of reasons) say(run, 'ERROR', reason);
}

async function startTasks(run: SessionRun, planned: readonly PlannedTask[]): Promise<void> {
  const rows = planned.map((task, position) => newTask(run, task, position));
  for (const row of rows) run.session.tally = retally(run.session.tally, null, row);
  await insertTasks(run.deps.db, run.tx, rows);
  const sent = rows.filter((row) => row.dispatchedAt !== null);
  await insertAttempts(
    run.deps.db,
    run.tx,
    sent.map((row) => attemptOf(row, run.now)),
  );
  for (const row of sent) await recordPerform(run, row, null);
}

/** Tables that another policy processes: never begun, and over from the beginning. */
async function recordLeft(
  run: SessionRun,
  left: readonly Readonly<{ task: PlannedTask; reason: string }>[],
  position: number,
): Promise<void> {
  const rows = left.map(({ task, reason }, i): TaskRow => ({
    ...newTask(run, task, position + i),
    status: 'SKIPPED',
    reason,
    reasonCode: LEFT_TO_POLICY,
    finishedAt: run.now,
    dispatchedAt: null,
    resendAt: null,
    retryAt: null,
  }));
  for (const row of rows) run.session.tally = retally(run.session.tally, null, row);
  await insertTasks(run.deps.db, run.tx, rows);
}

function newTask(run: SessionRun, task: PlannedTask, position: number): TaskRow {
  const { id: sessionId, plannedRound: round } = run.session;
  const sent = task.after === null ? sentNow(run) : { dispatchedAt: null, resendAt: null, retryAt: null };
  return {
    id: derivedId(sessionId, `${round}`, task.key),
    sessionId,
    round,
    position,
    taskKey: task.key,
    afterKey: task.after,
    accountId: task.accountId,
    awsAccountId: task.awsAccountId,
    region: task.region,
    tableArn: task.table?.arn ?? null,
    tableName: task.table?.name ?? null,
    tableRegion: task.table?.region ?? null,
    kind: task.parameters.kind,
    status: 'QUEUED',
    attempt: 1,
    parameters: task.parameters,
    queuedAt: run.now,
    ...sent,
    acceptedAt: null,
    startedAt: null,
    finishedAt: null,
    percent: null,
    awsJobId: null,
    reason: null,
    reasonCode: null,
    warnings: [],
    pointArn: null,
    cataloguedArn: null,
    scanId: null,
    restored: null,
  };
}
