import { InvariantError } from '@tablekeep/platform/errors';
import type { NewEvent } from '@tablekeep/platform/outbox';
import type { EventData, EventType } from '@tablekeep/schema/events';
import type { Verification } from '@tablekeep/schema/verification';
import type { ParametersOf, TaskKind } from '@tablekeep/schema/work-items';
import type { RegionAws } from '../aws/region-aws.ts';
import { finalFault, type Fault } from '../domain/fault.ts';
import type { Observation } from '../domain/job-machine.ts';
import type { JobState } from '../domain/job-state.ts';
import type { JobRow } from '../store/entities.ts';
import type { Engine } from './engine.ts';
import type { Lease } from './lease.ts';

type Success = EventData<'dev.tablekeep.task.succeeded.v1'>;

/** An event of any type, as the outbox takes it. */
export type AnyEvent = { [T in EventType]: NewEvent<T> }[EventType];

/** What one step is given. */
export type StepRun = Readonly<{
  engine: Engine;
  lease: Lease;
  job: JobRow;
  /** The lane's account in the lane's Region. */
  aws: RegionAws;
  /** Whether AWS is asked with one-time keys. Gone: with the account's role, which may look but not act for the caller. */
  keys: 'none' | 'alive' | 'gone';
  /** The step was entered, or its intent recorded, just now by this process; otherwise somebody may have been here before. */
  fresh: boolean;
}>;

/** What one step brought: seen, learned, to be announced. */
export type StepResult = Readonly<{
  observation: Observation;
  state?: Partial<JobState>;
  /** With `not-yet`: this only records what is about to be called. The step goes on at once, `fresh`, its tries as they were. */
  intent?: true;
  awsJobId?: string;
  events?: readonly AnyEvent[];
  /** With the last step's `done`. */
  success?: Partial<
    Pick<Success, 'warnings' | 'point' | 'restored' | 'scan' | 'deleted' | 'vault' | 'verification' | 'lifecycle'>
  >;
  /** With a failure that says something about a point. */
  verification?: Verification;
}>;

export type StepFunction = (run: StepRun) => Promise<StepResult>;

export const done: Observation = { seen: 'done' };

/** The job cannot go on; whether another attempt may is the fault’s to say. */
export function failed(fault: Fault): StepResult {
  return { observation: { seen: 'failed', fault } };
}

/** AWS refuses to show what it does for the job: that is not the job's failure. Told once for each reason. */
export function unseen(job: JobRow, fault: Fault): StepResult {
  const observation = { seen: 'unknown', fault } as const;
  if (job.state.unseen === fault.reason) return { observation };
  const told = progressed(job, job.state.percent ?? null, `Cannot be looked at: ${fault.reason}`);
  return { observation, state: { unseen: fault.reason }, events: [told] };
}

export function refused(code: string, reason: string, retryable = false): StepResult {
  return failed(finalFault(code, reason, retryable));
}

/** @param inMs of AWS's time; Infinity: not due by time */
export function notYet(because: string, inMs: number): Observation {
  return { seen: 'not-yet', because, inMs };
}

export function parametersOf<K extends TaskKind>(job: JobRow, kind: K): ParametersOf<K> {
  const { parameters } = job.item;
  if (parameters.kind !== kind) throw new InvariantError(`job ${job.id} is no ${kind} but a ${parameters.kind}`);
  return parameters as ParametersOf<K>;
}

/** The part of every task event that says whose it is. */
export function attemptOf(job: JobRow): Pick<Success, 'sessionId' | 'taskId' | 'attempt' | 'kind'> {
  return { sessionId: job.sessionId, taskId: job.taskId, attempt: job.attempt, kind: job.item.parameters.kind };
}

export function started(job: JobRow, awsJobId: string | null): AnyEvent {
  const data = { ...attemptOf(job), awsJobId };
  return { type: 'dev.tablekeep.task.started.v1', subject: job.sessionId, data };
}

export function progressed(job: JobRow, percent: number | null, message: string): AnyEvent {
  const data = { ...attemptOf(job), percent, message };
  return { type: 'dev.tablekeep.task.progressed.v1', subject: job.sessionId, data };
}
