import { recordEvent } from '@tablekeep/platform/outbox';
import type { Tx } from '@tablekeep/platform/database';
import type { Fault } from '../domain/fault.ts';
import { advance, countedWait, wayOf, type Decision, type Observation, type Step } from '../domain/job-machine.ts';
import type { JobState } from '../domain/job-state.ts';
import { withWayBack } from '../domain/way-back.ts';
import type { JobRow, TaskEvent } from '../store/entities.ts';
import { nudgeWaiting, writeJob, type JobWrite } from '../store/jobs.ts';
import { hasRoom } from '../store/slots.ts';
import type { Engine } from './engine.ts';
import type { Lease } from './lease.ts';
import { attemptOf, notYet, type AnyEvent, type StepResult } from './step.ts';

/**
 * Records what a step brought, decides what follows, and writes state and events in one transaction. True when the job
 * goes on at once. A lane that was lost meanwhile, or a job that moved, writes nothing.
 * @throws a duplicate-key error where the table or point is busy
 */
export async function recordStep(engine: Engine, lease: Lease, job: JobRow, result: StepResult): Promise<boolean> {
  const goesOn = await engine.db.transaction(async (tx) => {
    const decision = decide(engine, job, await withRoom(engine, tx, job, result.observation));
    const lastWord = lastWordOf(job, result, decision);
    const write = { ...writeOf(engine, job, result, decision), lastWord };
    if (!(await writeJob(engine.db, tx, lease.claim, job, write))) return null;
    for (const event of result.events ?? []) await record(engine, tx, event);
    if (lastWord !== null) await record(engine, tx, lastWord);
    if (write.hold === 'release' || write.outcome !== null) await nudgeWaiting(engine.db, tx, job);
    if (decision.then === 'again') return result.intent ?? false;
    return decision.then === 'go-on' && decision.step !== 'following';
  });
  if (goesOn === null) {
    engine.log.info({ jobId: job.id, step: job.step }, 'no longer mine: dropped');
    await lease.check();
  }
  return goesOn ?? false;
}

/** AWS's time. Whoever gives a place back nudges the next in line; this is for the nudge that went to one who could not. */
const FULL_LOOK_MS = 600_000;

/** Leaving the queue takes a place of what AWS limits across lanes. */
async function withRoom(engine: Engine, tx: Tx, job: JobRow, observation: Observation): Promise<Observation> {
  if (job.step !== 'queued' || observation.seen !== 'done' || job.slot === null) return observation;
  const { slot, sizeBytes, kind } = job;
  if (await hasRoom(engine.db, tx, { slot, sizeBytes, kind }, engine.settings)) return observation;
  return notYet('As many such jobs run as this installation’s share of AWS’s limit allows.', FULL_LOOK_MS);
}

function decide(engine: Engine, job: JobRow, observation: Observation): Decision {
  const { step, item } = job;
  const kind = wayOf(item.parameters);
  return advance({ kind, step, waitedMs: waitedMs(engine, job), tries: job.state.tries }, observation, engine.chance());
}

function waitedMs({ clock, settings }: Engine, { state }: JobRow): number {
  const gapMs = clock.now().getTime() - Date.parse(state.lookedAt ?? state.since);
  return (state.waitedMs ?? 0) + countedWait(gapMs * settings.timeScale);
}

function writeOf(engine: Engine, job: JobRow, result: StepResult, decision: Decision): Omit<JobWrite, 'lastWord'> {
  const now = engine.clock.now().toISOString();
  const learned: JobState = { ...job.state, ...result.state };
  const awsJobId = result.awsJobId ?? job.awsJobId;
  switch (decision.then) {
    case 'go-on': {
      const intent = decision.step === 'starting' ? { intentAt: now } : {};
      const fault = decision.fault ? { fault: decision.fault } : {};
      const undone = decision.leftUndone === undefined ? {} : undoneAt(job.step, decision.leftUndone, now);
      return {
        step: decision.step,
        state: { ...learned, ...intent, ...fault, ...undone, since: now, waitedMs: 0, lookedAt: now, tries: 0 },
        awsJobId,
        nextInMs: decision.step === 'following' ? whileFollowed(job, learned) : 0,
        hold: holdOf(job.step),
        outcome: null,
      };
    }
    case 'again': {
      const tries = result.intent ? job.state.tries : decision.tries;
      const state = { ...learned, tries, waitedMs: waitedMs(engine, job), lookedAt: now };
      const isTimed = Number.isFinite(decision.inMs);
      const nextInMs = isTimed ? decision.inMs / engine.settings.timeScale : whileFollowed(job, state);
      return { step: job.step, state, awsJobId, nextInMs, hold: 'keep', outcome: null };
    }
    case 'succeed':
      return { step: job.step, state: learned, awsJobId, nextInMs: null, hold: 'release', outcome: 'SUCCEEDED' };
    case 'fail':
      return { step: job.step, state: learned, awsJobId, nextInMs: null, hold: 'release', outcome: 'FAILED' };
    case 'cancel':
      return { step: job.step, state: learned, awsJobId, nextInMs: null, hold: 'release', outcome: 'CANCELED' };
  }
}

/** A deletion that was given up is looked at from now on: its last call may be out. */
function undoneAt(step: Step, why: string, now: string): Partial<JobState> {
  return step === 'deleting' ? { keptBecause: why, deleteAskedAt: now } : { notRemoved: why };
}

/** The list looks after it; due only when a backup is to be stopped and AWS has not been asked to yet. */
function whileFollowed(job: JobRow, state: JobState): JobWrite['nextInMs'] {
  return job.kind === 'BACKUP' && state.stopAskedAt === undefined ? 'when-canceled' : null;
}

/** Table and slot are held while AWS may be at work on them, no longer. */
function holdOf(left: Step): JobWrite['hold'] {
  if (left === 'queued') return 'take';
  return left === 'following' ? 'release' : 'keep';
}

function lastWordOf(job: JobRow, result: StepResult, decision: Decision): TaskEvent | null {
  switch (decision.then) {
    case 'succeed':
      return succeeded(job, result);
    case 'fail': {
      const at = { step: job.step, state: { ...job.state, ...result.state } };
      return failure(job, result, withWayBack(job.item.parameters, at, decision.fault));
    }
    case 'cancel': {
      const data = { ...attemptOf(job), reason: decision.reason };
      return { type: 'dev.tablekeep.task.canceled.v1', subject: job.sessionId, data };
    }
    default:
      return null;
  }
}

function succeeded(job: JobRow, { success, awsJobId }: StepResult): TaskEvent {
  const data = {
    ...attemptOf(job),
    warnings: success?.warnings ?? [],
    point: success?.point ?? null,
    restored: success?.restored ?? null,
    scan: success?.scan ?? null,
    deleted: success?.deleted ?? null,
    vault: success?.vault ?? null,
    ...(success?.lifecycle && { lifecycle: success.lifecycle }),
    ...(success?.verification && { verification: success.verification }),
    awsJobId: awsJobId ?? job.awsJobId,
  };
  return { type: 'dev.tablekeep.task.succeeded.v1', subject: job.sessionId, data };
}

function failure(job: JobRow, { awsJobId, verification }: StepResult, fault: Fault): TaskEvent {
  const data = {
    ...attemptOf(job),
    code: fault.code,
    reason: fault.reason,
    retryable: fault.retryable,
    awsJobId: awsJobId ?? job.awsJobId,
    awsRequestId: fault.requestId,
    ...(verification && { verification }),
  };
  return { type: 'dev.tablekeep.task.failed.v1', subject: job.sessionId, data };
}

function record(engine: Engine, tx: Tx, event: AnyEvent): Promise<string> {
  return recordEvent(engine.db, tx, event);
}
