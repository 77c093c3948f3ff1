import { deleteTable } from '../aws/delete-table.ts';
import { AwsCallError } from '../aws/explain-fault.ts';
import { NotSentError } from '../aws/not-sent.ts';
import { describeTable } from '../aws/read-settings.ts';
import { done, type StepFunction, type StepRun } from './step.ts';

/**
 * Deletes what verifications left behind, in the lane that has just seen it. Not worth waiting for: what cannot be deleted
 * now is seen by the next scan, and what may not be deleted is told. A second time finds the tables gone.
 */
export const reapLeftovers: StepFunction = async (run) => {
  const { leftovers = [], scanned = null } = run.job.state;
  const warnings: string[] = [];
  for (const table of leftovers) {
    const refusal = await reap(run, table);
    if (refusal === null) continue;
    warnings.push(
      `The table ${table.name} in ${run.job.region} is left over from a verification, and cannot be deleted: ${refusal}`,
    );
  }
  return { observation: done, success: { scan: scanned, warnings } };
};

/** Why it may not be deleted; null where it was, or will be looked at again. */
async function reap(
  { engine, aws, lease }: StepRun,
  table: Readonly<{ name: string; arn: string; tableId: string }>,
): Promise<string | null> {
  try {
    const found = await describeTable(aws, table.name);
    if (found?.TableId !== table.tableId || found.TableStatus === 'DELETING') return null;
    await deleteTable(aws, table, 'temporary', lease.leftMs);
    engine.log.info({ table: table.name, region: aws.region }, 'deleted a table that a verification had left behind');
    return null;
  } catch (error) {
    if (error instanceof NotSentError) return null;
    if (!(error instanceof AwsCallError)) throw error;
    return error.fault.transient ? null : error.fault.reason;
  }
}
