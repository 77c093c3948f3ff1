import { STARTED_WITHIN_MS } from '@tablekeep/schema/retention-rules';
import type { TaskParameters } from '@tablekeep/schema/work-items';
import { backoffMs } from './backoff.ts';
import { finalFault, type Fault } from './fault.ts';

/** `SETTINGS`: of a restore whose table is there. */
export type JobKind =
  'SCAN' | 'BACKUP' | 'COPY' | 'RESTORE' | 'SETTINGS' | 'DELETE' | 'IMPORT' | 'VERIFY' | 'LIFECYCLE';
/** A restore in the place of a table that is there goes a longer way than others of its kind. */
export type Way = JobKind | 'REPLACE';
export type Step =
  | 'queued'
  | 'scanning'
  | 'checking'
  | 'starting'
  | 'following'
  | 'collecting'
  | 'settling'
  | 'reapplying'
  | 'reporting'
  | 'deleting'
  | 'prolonging'
  | 'verifying'
  | 'reaping'
  | 'marking'
  | 'inspecting'
  | 'removing'
  | 'concluding'
  | 'unprotecting'
  | 'clearing';

/** What is true while a job stands at a step, and whether its data may be relied on. */
export const STEPS: Readonly<Record<Step, string>> = {
  queued: 'Stored; waits for its table or for room under AWS’s limits. Nothing has been asked of AWS.',
  scanning: 'Tables and their settings, or the points of a vault, are being read. Nothing changes in AWS.',
  checking: 'What the job needs is being read. Nothing changes in AWS.',
  starting: 'The call that starts the AWS job may be out: whoever resumes here looks before calling again.',
  following: 'The AWS job runs. Nothing usable yet.',
  collecting: 'The AWS job has ended well; its recovery point is being described.',
  settling: 'AWS has restored the items; the table and its indexes become active. Settings are still missing.',
  reapplying: 'Settings that AWS does not restore are set one by one. The items are there.',
  reporting: 'The table is compared with what was wanted. It is usable.',
  deleting:
    'The call that deletes the point may be out: whoever resumes here looks, and asks for a permit, before calling again.',
  verifying: 'AWS was asked to delete the point, or it is kept; AWS’s word is not believed until the point is gone.',
  prolonging:
    'AWS’s own deletion of the point is being put off: read, changed where it is too early, and read again. Done twice it is the same.',
  reaping: 'The inventory is read; temporary tables that verifications left behind are being deleted.',
  marking: 'AWS has restored the temporary table; it is being marked as such by a tag.',
  inspecting:
    'The temporary table is there and marked; it is compared with what it should be, and counted where asked.',
  removing:
    'The call that deletes the temporary table may be out: whoever resumes here looks before calling again. The verdict is fixed.',
  concluding: 'The temporary table is gone, or why not is known. The verdict is told.',
  unprotecting:
    'Everything has been checked and both points are usable. The old table’s deletion protection may have been switched off.',
  clearing:
    'The call that deletes the old table may be out: whoever resumes here looks before calling again. From here on the points alone hold its items.',
};

/** The way of each kind, first step to last. A job never goes back. */
export const WAYS: Readonly<Record<Way, readonly Step[]>> = {
  SCAN: ['queued', 'scanning', 'reaping'],
  BACKUP: ['queued', 'checking', 'starting', 'following', 'collecting'],
  COPY: ['queued', 'checking', 'starting', 'following', 'collecting'],
  RESTORE: ['queued', 'checking', 'starting', 'following', 'settling', 'reapplying', 'reporting'],
  SETTINGS: ['queued', 'checking', 'reapplying', 'reporting'],
  DELETE: ['queued', 'checking', 'deleting', 'verifying'],
  IMPORT: ['queued', 'scanning'],
  LIFECYCLE: ['queued', 'prolonging'],
  VERIFY: [
    'queued',
    'checking',
    'starting',
    'following',
    'settling',
    'marking',
    'inspecting',
    'removing',
    'concluding',
  ],
  REPLACE: [
    'queued',
    'checking',
    'unprotecting',
    'clearing',
    'starting',
    'following',
    'settling',
    'reapplying',
    'reporting',
  ],
};

export function kindOf(parameters: TaskParameters): JobKind {
  return parameters.kind === 'RESTORE' && parameters.settingsOf ? 'SETTINGS' : parameters.kind;
}

export function wayOf(parameters: TaskParameters): Way {
  const kind = kindOf(parameters);
  return kind === 'RESTORE' && 'mode' in parameters && parameters.mode === 'REPLACE' ? 'REPLACE' : kind;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * How long a step may go on without an answer ("could not tell", or "not yet") before the job is given up, in
 * milliseconds of AWS's time. `following` has a deadline of its own, from the job's windows; `starting` outlasts the window
 * in which AWS may leave a job unstarted.
 */
export const PATIENCE_MS: Readonly<Record<Step, number>> = {
  queued: 7 * 24 * HOUR,
  scanning: 2 * HOUR,
  checking: HOUR,
  starting: STARTED_WITHIN_MS,
  following: Number.POSITIVE_INFINITY,
  // Nothing is held any more, and the point is there: it is not given up lightly.
  collecting: 24 * HOUR,
  settling: 24 * HOUR,
  reapplying: 24 * HOUR,
  reporting: 2 * HOUR,
  deleting: 12 * HOUR,
  // A day before AWS deletes somebody must have heard of it.
  prolonging: 12 * HOUR,
  // AWS may show DELETING for days.
  verifying: 7 * 24 * HOUR,
  reaping: HOUR,
  marking: 24 * HOUR,
  // Every item of a big table is counted at the pace of its capacity.
  inspecting: 7 * 24 * HOUR,
  removing: 7 * 24 * HOUR,
  concluding: HOUR,
  unprotecting: HOUR,
  clearing: 12 * HOUR,
};

/** Above the longest pause between two looks. */
const LONGEST_GAP_MS = 15 * MINUTE;

/** What was seen when a step was carried out. */
export type Observation =
  | Readonly<{ seen: 'done' }>
  /** Everything is in order, but not yet: look again after so long (AWS's time). */
  | Readonly<{ seen: 'not-yet'; because: string; inMs: number }>
  /** AWS could not be asked. Never the job's failure. */
  | Readonly<{ seen: 'unknown'; fault: Fault }>
  | Readonly<{ seen: 'failed'; fault: Fault }>
  | Readonly<{ seen: 'canceled'; reason: string }>;

export type Position = Readonly<{
  kind: Way;
  step: Step;
  /** How long the job has been waited for at this step, in milliseconds of AWS's time; our own downtime does not count. */
  waitedMs: number;
  /** Consecutive `unknown`s at this step. */
  tries: number;
}>;

export type Decision =
  /** `fault`: it goes on only to clean up after this. `leftUndone`: why the step it leaves was not. */
  | Readonly<{ then: 'go-on'; step: Step; fault?: Fault; leftUndone?: string }>
  | Readonly<{ then: 'again'; inMs: number; tries: number }>
  | Readonly<{ then: 'succeed' }>
  | Readonly<{ then: 'fail'; fault: Fault }>
  | Readonly<{ then: 'cancel'; reason: string }>;

/** The only place a job moves. No clock, no chance, no I/O: `chance` in [0, 1) is an argument. */
export function advance(position: Position, observation: Observation, chance: number): Decision {
  switch (observation.seen) {
    case 'done':
      return goOn(position);
    case 'failed':
      return failAt(position, observation.fault);
    case 'canceled':
      return cancelAt(position, observation.reason);
    case 'not-yet':
      if (outOfPatience(position)) return giveUp(position, gaveUp(position, observation.because));
      return { then: 'again', inMs: observation.inMs, tries: 0 };
    case 'unknown':
      if (outOfPatience(position))
        return giveUp(position, { ...observation.fault, ...gaveUpWords(position, observation.fault) });
      return { then: 'again', inMs: backoffMs(position.tries, chance), tries: position.tries + 1 };
  }
}

/** Whether a wish to stop can still be granted by not starting anything. */
export function nothingStarted(step: Step): boolean {
  return step === 'queued' || step === 'scanning' || step === 'checking';
}

function goOn(position: Position): Decision {
  const way = WAYS[position.kind];
  const next = way[way.indexOf(position.step) + 1];
  return next === undefined ? { then: 'succeed' } : { then: 'go-on', step: next };
}

/**
 * The items are there while settings are being set: what could not be set is for the report, not the job's failure. And the
 * verdict of a verification stands whether its table could be deleted or not.
 */
function giveUp(position: Position, fault: Fault): Decision {
  // The last call may have been sent a moment ago: only the point itself tells what became of it.
  if (position.step === 'deleting') return { then: 'go-on', step: 'verifying', leftUndone: fault.reason };
  if (position.step === 'removing') return { then: 'go-on', step: 'concluding', leftUndone: fault.reason };
  return position.step === 'reapplying' ? goOn(position) : failAt(position, fault);
}

/** Where a temporary table may be, it is removed before the job ends. */
const LEAVES_A_TABLE = new Set<Step>(['starting', 'following', 'settling', 'marking', 'inspecting']);

function failAt({ kind, step }: Position, fault: Fault): Decision {
  if (kind === 'VERIFY' && LEAVES_A_TABLE.has(step)) return { then: 'go-on', step: 'removing', fault };
  return { then: 'fail', fault };
}

/** Nothing of the job is in AWS while it stands at the start; from then on AWS may have left a table. */
function cancelAt({ kind, step }: Position, reason: string): Decision {
  const leaves = kind === 'VERIFY' && step !== 'starting' && LEAVES_A_TABLE.has(step);
  return leaves ? { then: 'go-on', step: 'removing' } : { then: 'cancel', reason };
}

/**
 * How much of the time between two looks counts as waiting: a long gap was our own downtime, in which nobody looked.
 * Milliseconds of AWS's time.
 */
export function countedWait(gapMs: number): number {
  return Math.max(0, Math.min(gapMs, LONGEST_GAP_MS));
}

function outOfPatience(position: Position): boolean {
  return position.waitedMs > PATIENCE_MS[position.step];
}

function gaveUp(position: Position, because: string): Fault {
  return finalFault(
    'TIMED_OUT',
    `${because} Given up after ${spoken(PATIENCE_MS[position.step])}.`,
    mayBeginAnew(position),
  );
}

function gaveUpWords(position: Position, fault: Fault): Pick<Fault, 'reason' | 'retryable'> {
  return {
    reason: `${fault.reason} Given up after ${spoken(PATIENCE_MS[position.step])} without an answer.`,
    retryable: mayBeginAnew(position),
  };
}

/** What may have been started must not be started a second time by a new attempt: the old one may be alive in AWS. */
function mayBeginAnew(position: Position): boolean {
  return nothingStarted(position.step);
}

function spoken(ms: number): string {
  return ms % HOUR === 0 ? `${ms / HOUR} h` : `${Math.round(ms / MINUTE)} min`;
}
