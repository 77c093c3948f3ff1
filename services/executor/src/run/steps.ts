import { InvariantError } from '@tablekeep/platform/errors';
import { AwsCallError } from '../aws/explain-fault.ts';
import { stopBackup } from '../aws/start-backup.ts';
import type { JobKind, Step, Way } from '../domain/job-machine.ts';
import { checkBackup, collectBackup, startBackupOnce } from './back-up-table.ts';
import { checkCopy, collectCopy, startCopyOnce } from './copy-point.ts';
import { checkDeletion, deletePoint, verifyDeletion } from './delete-point.ts';
import { prolongPoint } from './prolong-point.ts';
import { readVault } from './read-vault.ts';
import { reapplySettings } from './reapply-settings.ts';
import { checkReplacement, clearTable, unprotectTable } from './replace-table.ts';
import { checkRestore, checkSettings, reportRestore, settleTable, startRestoreOnce } from './restore-table.ts';
import { concludeVerification } from './conclude-verification.ts';
import { reapLeftovers } from './reap-leftovers.ts';
import { removeTemporary } from './remove-temporary.ts';
import { scanTables } from './scan-tables.ts';
import { done, notYet, started, type StepFunction } from './step.ts';
import { checkVerification, inspectTemporary, markTemporary, settleTemporary } from './verify-point.ts';

/** Kinds that no AWS job stands for: they begin when they leave the queue. */
const STARTS_HERE: ReadonlySet<JobKind> = new Set(['SCAN', 'DELETE', 'SETTINGS', 'IMPORT', 'LIFECYCLE']);

/** Taking the table and the slot happens in the transaction that leaves this step. */
const leaveQueue: StepFunction = async ({ job }) => ({
  observation: done,
  ...(STARTS_HERE.has(job.kind) ? { events: [started(job, null)] } : {}),
});

/** Due only when somebody wants it stopped; the AWS job itself is followed by list. Stopping is best effort. */
const followOrStop: StepFunction = async ({ engine, aws, job }) => {
  const observation = notYet('The AWS job is still running.', Number.POSITIVE_INFINITY);
  if (job.cancelReason === null || job.kind !== 'BACKUP' || job.awsJobId === null || job.state.stopAskedAt) {
    return { observation };
  }
  try {
    await stopBackup(aws, job.awsJobId);
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    if (error.fault.transient) throw error;
    engine.log.info(
      { jobId: job.id, because: error.fault.reason },
      'AWS does not stop the backup; it is followed to its end',
    );
  }
  return { observation, state: { stopAskedAt: engine.clock.now().toISOString() } };
};

const restoreSteps = {
  queued: leaveQueue,
  checking: checkRestore,
  starting: startRestoreOnce,
  following: followOrStop,
  settling: settleTable,
  reapplying: reapplySettings,
  reporting: reportRestore,
} as const;

const steps: Readonly<Record<Way, Readonly<Partial<Record<Step, StepFunction>>>>> = {
  SCAN: { queued: leaveQueue, scanning: scanTables, reaping: reapLeftovers },
  BACKUP: {
    queued: leaveQueue,
    checking: checkBackup,
    starting: startBackupOnce,
    following: followOrStop,
    collecting: collectBackup,
  },
  COPY: {
    queued: leaveQueue,
    checking: checkCopy,
    starting: startCopyOnce,
    following: followOrStop,
    collecting: collectCopy,
  },
  RESTORE: restoreSteps,
  REPLACE: { ...restoreSteps, checking: checkReplacement, unprotecting: unprotectTable, clearing: clearTable },
  VERIFY: {
    queued: leaveQueue,
    checking: checkVerification,
    starting: startRestoreOnce,
    following: followOrStop,
    settling: settleTemporary,
    marking: markTemporary,
    inspecting: inspectTemporary,
    removing: removeTemporary,
    concluding: concludeVerification,
  },
  SETTINGS: { queued: leaveQueue, checking: checkSettings, reapplying: reapplySettings, reporting: reportRestore },
  DELETE: { queued: leaveQueue, checking: checkDeletion, deleting: deletePoint, verifying: verifyDeletion },
  IMPORT: { queued: leaveQueue, scanning: readVault },
  LIFECYCLE: { queued: leaveQueue, prolonging: prolongPoint },
};

export function stepFunction(way: Way, step: Step): StepFunction {
  const found = steps[way][step];
  if (!found) throw new InvariantError(`a ${way} has no step ${step}`);
  return found;
}
