import { recordEvent } from '@tablekeep/platform/outbox';
import { brief, briefly } from '@tablekeep/schema/brief';
import { endOfSession, operationOf } from '../domain/operation.ts';
import { sayFinished, sayTask } from '../domain/say.ts';
import { advance } from '../domain/session-status.ts';
import { verdictOf, type SessionFacts } from '../domain/settle-session.ts';
import { bucketStart } from '../domain/stats.ts';
import type { SessionRow, TaskRow } from '../store/entities.ts';
import { addToCounts } from '../store/operation-counts.ts';
import { addStat } from '../store/stats.ts';
import {
  countCopiesMade,
  countTableProblems,
  dropChunks,
  lockCopiesBehind,
  lockProblems,
  lockTasksOfRound,
  someTaskDone,
} from '../store/tasks.ts';
import { say, type SessionRun } from './session-run.ts';

/** At most so many tables are named in `session.finished`; the counts have them all. */
const PROBLEMS_NAMED = 100;

/** Brings the draft's status in line with its facts and records what the house must hear of it. */
export async function settle(run: SessionRun): Promise<void> {
  const { session, now } = run;
  const result = advance(session, factsOf(session), now);
  Object.assign(session, result.session);
  if (result.announce !== null) await announceRound(run, result.announce);
  if (result.statusChanged) await announceChange(run);
  if (result.finished) await announceEnd(run);
  else if (waitsFor(session) === 'catalog') {
    session.planDueAt ??= new Date(now.getTime() + run.deps.catalogDeadlineMs);
  }
}

/** What the session waits for now; null where it does not. */
export function waitsFor(session: SessionRow): 'tasks' | 'plan' | 'catalog' | null {
  const verdict = verdictOf(factsOf(session), session.announcedRound);
  return verdict.kind === 'wait' ? verdict.for : null;
}

function factsOf(session: SessionRow): SessionFacts {
  const { tally, plannedRound, planFinal, planFailed } = session;
  const stopRequested = session.stopRequestedBy !== null;
  return { tally, plannedRound, planFinal, planFailed, stopRequested, notes: session.notes.length };
}

async function announceRound(run: SessionRun, round: number): Promise<void> {
  const { db, planDeadlineMs } = run.deps;
  const { session, tx, now } = run;
  session.planDueAt = new Date(now.getTime() + planDeadlineMs);
  const tasks = await lockTasksOfRound(db, tx, session.id, round);
  const scans = tasks.filter((task) => task.kind === 'SCAN');
  const done = scans.flatMap(({ region, scanId }) => (scanId === null ? [] : [{ region, scanId }]));
  const failedRegions = scans.filter(({ scanId }) => scanId === null).map(({ region }) => region);
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.session.round.finished.v1',
    subject: session.id,
    data: { sessionId: session.id, round, request: session.request, scans: done, failedRegions, ...vaultsOf(tasks) },
  });
}

/** What became of the round's looks at vaults; a vault of which one look failed is named once. */
function vaultsOf(tasks: readonly TaskRow[]) {
  const looks = tasks.flatMap(({ parameters, region, scanId }) =>
    parameters.kind === 'IMPORT' ? [{ region, vaultName: parameters.vaultName, scanId }] : [],
  );
  const failed = looks.filter((look) => look.scanId === null);
  return {
    vaultScans: looks.flatMap(({ scanId, ...vault }) => (scanId === null ? [] : [{ ...vault, scanId }])),
    failedVaults: [
      ...new Map(
        failed.map(({ region, vaultName }) => [`${region} ${vaultName}`, { region, vaultName }] as const),
      ).values(),
    ],
  };
}

async function announceChange(run: SessionRun): Promise<void> {
  const { id, type, status, policyId, tally } = run.session;
  const { total, open, succeeded, warning, failed } = tally;
  await recordEvent(run.deps.db, run.tx, {
    type: 'dev.tablekeep.session.changed.v1',
    subject: id,
    data: { sessionId: id, type, status, policyId, counts: { total, open, succeeded, warning, failed } },
  });
}

async function announceEnd(run: SessionRun): Promise<void> {
  const { session, tx, now, deps } = run;
  session.planDueAt = null;
  await dropChunks(tx, session.id);
  await countEnd(run);
  const { status, tally } = session;
  await addStat(deps.db, tx, {
    start: bucketStart(session.finishedAt ?? now, 'HOUR'),
    type: session.type,
    status,
    sessions: 1,
    durationSeconds: Math.round(
      ((session.finishedAt ?? now).getTime() - (session.startedAt ?? session.createdAt).getTime()) / 1_000,
    ),
    tasksSucceeded: tally.succeeded,
    tasksWarning: tally.warning,
    tasksFailed: tally.failed,
  });
  say(run, status === 'SUCCEEDED' ? 'INFO' : status === 'FAILED' ? 'ERROR' : 'WARNING', sayFinished(status, tally));
  const problems = await lockProblems(deps.db, tx, session.id, PROBLEMS_NAMED);
  const { total, succeeded, warning, failed, canceled, skipped } = tally;
  await recordEvent(deps.db, tx, {
    type: 'dev.tablekeep.session.finished.v1',
    subject: session.id,
    data: {
      sessionId: session.id,
      type: session.type,
      status,
      accountId: session.accountId,
      policyId: session.policyId,
      policyName: session.policyName,
      requestedBy: session.requestedBy,
      trigger: session.trigger,
      reason: session.reason,
      startedAt: (session.startedAt ?? session.createdAt).toISOString(),
      finishedAt: (session.finishedAt ?? now).toISOString(),
      counts: { total, succeeded, warning, failed, canceled, skipped },
      notes: brief([...session.notes, ...problems.flatMap(noteWithoutTable)]),
      problems: problems.flatMap(outcomeOfTable),
      problemsInAll: await countTableProblems(tx, session.id),
      copiesBehind: await lockCopiesBehind(deps.db, tx, session.id),
      copiesMade: await countCopiesMade(tx, session.id),
    },
  });
}

/** The kind of task that makes what the session was asked for. */
const MAKES = { backup: 'BACKUP', restore: 'RESTORE', verification: 'VERIFY' } as const;

async function countEnd({ session, tx, now, deps: { db } }: SessionRun): Promise<void> {
  const { id, status, policyId, startedAt, createdAt, finishedAt } = session;
  const operation = operationOf(session.request.type);
  if (operation === null) return;
  const someDone = status === 'FAILED' && (await someTaskDone(db, tx, id, MAKES[operation]));
  const durationMs = (finishedAt ?? now).getTime() - (startedAt ?? createdAt).getTime();
  await addToCounts(db, tx, { operation, policyId }, endOfSession({ status, someDone, durationMs }));
}

/** A problem that belongs to no table (a scan) can only be told as a note. */
function noteWithoutTable(task: TaskRow): string[] {
  if (task.tableArn !== null) return [];
  const why = whyOf(task);
  return [`${sayTask(task)} ended ${task.status}${why === null ? '' : `: ${why}`}`];
}

function outcomeOfTable(task: TaskRow) {
  const { tableArn: arn, tableName: name, tableRegion, status, kind } = task;
  if (arn === null) return [];
  return [{ arn, name: name ?? arn, region: tableRegion ?? task.region, status, reason: whyOf(task), kind }];
}

/** A warning may hold a whole resource policy; the task has it in full. */
function whyOf(task: TaskRow): string | null {
  const why = task.reason ?? (task.warnings.length > 0 ? task.warnings.join('; ') : null);
  return why === null ? null : briefly(why);
}
