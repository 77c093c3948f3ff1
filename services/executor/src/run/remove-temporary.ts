import { identityOf } from '../aws/change-table.ts';
import { deleteTable } from '../aws/delete-table.ts';
import { AwsCallError } from '../aws/explain-fault.ts';
import { NotSentError } from '../aws/not-sent.ts';
import { describeTable, seenTable } from '../aws/read-settings.ts';
import { whyBusy } from '../aws/why-busy.ts';
import { strangerBecause } from '../domain/stranger.ts';
import { mayStillCome } from '../domain/temporary-fate.ts';
import { restoringOf } from './restoring.ts';
import { done, notYet, type StepFunction, type StepResult } from './step.ts';
import { markOnce } from './verify-point.ts';

const LOOK_AGAIN_MS = 5_000;

/**
 * Deletes the temporary table and believes no answer but its absence. Each round looks first, so that whoever resumes here
 * asks only for what is still there; asked twice, AWS deletes one table. That it cannot be deleted is told with the verdict.
 */
export const removeTemporary: StepFunction = async (run) => {
  const { aws, job, lease } = run;
  const { targetTableName: name } = restoringOf(job);
  const found = await describeTable(aws, name);
  if (found === null) return { observation: done, ...(mayStillCome(job.state) && { state: { mayStillCome: true } }) };
  // A restore that failed, or was given up, may have left a table that nobody looked at.
  if (strangerBecause(seenTable(found), job.state) !== null) return stays('another table has taken its name.');
  const table = identityOf(found);
  if (found.TableStatus === 'DELETING') return { observation: notYet(`${name} is being deleted.`, LOOK_AGAIN_MS) };
  const busy = whyBusy(found);
  if (busy !== null && found.TableStatus !== 'INACCESSIBLE_ENCRYPTION_CREDENTIALS') {
    return { observation: notYet(busy, LOOK_AGAIN_MS), state: { restored: table } };
  }
  try {
    const marked = await markOnce(run, table);
    if (marked.observation.seen === 'failed') return { observation: notYet(`${name} is going.`, LOOK_AGAIN_MS) };
    if (marked.observation.seen !== 'done') return { ...marked, state: { ...marked.state, restored: table } };
    await deleteTable(aws, table, 'temporary', lease.leftMs);
  } catch (error) {
    return afterRefusal(error);
  }
  return { observation: notYet(`${name} is being deleted.`, LOOK_AGAIN_MS), state: { restored: table } };
};

function afterRefusal(error: unknown): StepResult {
  if (error instanceof NotSentError) {
    if (error.because === 'lease') return { observation: notYet(`Not sent: ${error.message}.`, LOOK_AGAIN_MS) };
    return stays(`${error.message}.`);
  }
  if (error instanceof AwsCallError && error.changes && !error.fault.transient) return stays(error.fault.reason);
  throw error;
}

function stays(notRemoved: string): StepResult {
  return { observation: done, state: { notRemoved } };
}
