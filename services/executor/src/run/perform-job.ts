import { isDuplicateKey } from '@tablekeep/platform/database';
import { withCorrelation } from '@tablekeep/platform/logging';
import { inSpan, type NewSpan } from '@tablekeep/platform/tracing';
import type { AccountRef } from '@tablekeep/schema/events';
import type { TaskParameters } from '@tablekeep/schema/work-items';
import { AwsCallError } from '../aws/explain-fault.ts';
import { finalFault, NOT_SIGNED_IN, transientFault, type Fault } from '../domain/fault.ts';
import { nothingStarted, wayOf } from '../domain/job-machine.ts';
import type { JobRow } from '../store/entities.ts';
import { findJob } from '../store/jobs.ts';
import type { Engine } from './engine.ts';
import type { Lease } from './lease.ts';
import { accountGone } from './account-gone.ts';
import { recordStep } from './record-step.ts';
import { signIn } from './sign-in.ts';
import { isFirstCall } from './start-once.ts';
import { failed, notYet, progressed, unseen, type StepResult } from './step.ts';
import { stepFunction } from './steps.ts';

/**
 * Carries a job from its step as far as it goes now: each step is read from the database, carried out, and recorded in a
 * transaction of its own before the next begins. Ends when the job waits, is over, or is no longer ours.
 */
export async function performJob(engine: Engine, lease: Lease, jobId: string): Promise<void> {
  let fresh = false;
  while (!lease.signal.aborted) {
    const job = await findJob(engine.db, jobId);
    if (!job || job.finishedAt !== null) return;
    const { sessionId, taskId } = job;
    const correlation = { correlationId: job.item.correlationId, sessionId, taskId };
    const goOn = await withCorrelation(correlation, () =>
      inSpan(stepSpan(job), () => performStep(engine, lease, job, fresh)),
    );
    if (!goOn) return;
    fresh = true;
  }
}

function stepSpan({ kind, step, sessionId, taskId, attempt, traceparent }: JobRow): NewSpan {
  return {
    service: 'executor',
    name: `${kind} ${step}`,
    kind: 'internal',
    attributes: {
      'tablekeep.session.id': sessionId,
      'tablekeep.task.id': taskId,
      'tablekeep.task.attempt': attempt,
    },
    parent: traceparent,
    neverFirst: true,
  };
}

async function performStep(engine: Engine, lease: Lease, job: JobRow, fresh: boolean): Promise<boolean> {
  const result = await carryOut(engine, lease, job, fresh);
  if (lease.signal.aborted && result.observation.seen === 'unknown') return false;
  try {
    return await recordStep(engine, lease, job, result);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const because =
      job.kind === 'LIFECYCLE'
        ? 'Another session puts off AWS’s deletion of this point; one at a time does.'
        : 'Another backup or copy of this table is running; AWS allows one at a time.';
    return recordStep(engine, lease, job, { observation: notYet(because, engine.settings.tickMs) });
  }
}

async function carryOut(engine: Engine, lease: Lease, job: JobRow, fresh: boolean): Promise<StepResult> {
  if (job.cancelReason !== null && nothingStarted(job.step)) {
    return { observation: { seen: 'canceled', reason: job.cancelReason } };
  }
  try {
    const account = await engine.account(job.accountId);
    if (account.state === 'unknown') return couldNotTell('ACCOUNT_UNKNOWN', account.because);
    if (account.value === null) return failed(accountGone(job));
    const use = useOf(job.item.parameters);
    if (nothingStarted(job.step) && !markedFor(account.value, use)) {
      const reason = `The roles of account "${account.value.name}" are not marked for ${use}; updateAccount marks them.`;
      return { observation: { seen: 'failed', fault: finalFault(`NOT_FOR_${use}`, reason) } };
    }
    const signedIn = await signIn(engine, account.value, job);
    if ('code' in signedIn) return failed(signedIn);
    const { keys, close } = signedIn;
    try {
      const aws = signedIn.aws.at(account.value, job.region, lease);
      const run = { engine: { ...engine, aws: signedIn.aws }, lease, job, aws, keys, fresh };
      return await stepFunction(wayOf(job.item.parameters), job.step)(run);
    } finally {
      close();
    }
  } catch (error) {
    if (error instanceof AwsCallError) {
      if (error.fault.transient) return { observation: { seen: 'unknown', fault: error.fault } };
      if (outOfKeys(error, job, fresh)) return parked(job, error.fault);
      return endsJob(error, job, fresh) ? failed(error.fault) : unseen(job, error.fault);
    }
    // Ours to mend: the job waits, so that a repaired release finishes it.
    engine.log.error({ err: error, jobId: job.id, step: job.step }, 'step failed unexpectedly');
    return couldNotTell('INTERNAL', 'The executor met a problem of its own; its log says more.');
  }
}

/** What the roles must be marked for; scans and deletions are always theirs. */
function useOf(parameters: TaskParameters): 'BACKUP' | 'RESTORE' | null {
  switch (parameters.kind) {
    case 'BACKUP':
      return 'BACKUP';
    case 'COPY':
      return parameters.forRestore ? 'RESTORE' : 'BACKUP';
    case 'RESTORE':
    case 'VERIFY':
      return 'RESTORE';
    default:
      return null;
  }
}

function markedFor({ uses }: AccountRef, use: 'BACKUP' | 'RESTORE' | null): boolean {
  return use === null || uses === undefined || uses.includes(use);
}

/**
 * A refusal ends a job only where nothing of it can be in AWS: before its start call, or as the answer to that call. Later a
 * look that is refused says nothing about what runs there: it is looked at again until the step's patience ends.
 */
function endsJob({ fault, changes }: AwsCallError, job: JobRow, fresh: boolean): boolean {
  if (nothingStarted(job.step)) return true;
  return NOT_SIGNED_IN.has(fault.code) ? isFirstCall({ fresh, job }) : changes;
}

/** The keys were refused or have expired while something of the job is in AWS: the role looks after it from here. */
function outOfKeys(error: AwsCallError, job: JobRow, fresh: boolean): boolean {
  if (!job.item.oneTimeKeys || job.state.needsCredentials || !NOT_SIGNED_IN.has(error.fault.code)) return false;
  return !endsJob(error, job, fresh) || job.kind === 'DELETE';
}

function parked(job: JobRow, { reason }: Fault): StepResult {
  const told = progressed(job, job.state.percent ?? null, `Needs credentials: ${reason}`);
  return { observation: notYet(reason, 0), state: { needsCredentials: true }, events: [told] };
}

function couldNotTell(code: string, reason: string): StepResult {
  return { observation: { seen: 'unknown', fault: transientFault(code, reason) } };
}
