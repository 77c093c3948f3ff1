import { InvariantError } from '@tablekeep/platform/errors';
import { attemptOfTemporary, TEMPORARY_TAG, temporaryMark } from '@tablekeep/schema/temporary-tables';
import { changeTable } from '../aws/change-table.ts';
import { deleteTable } from '../aws/delete-table.ts';
import { AwsCallError } from '../aws/explain-fault.ts';
import { NotSentError } from '../aws/not-sent.ts';
import { describeTable } from '../aws/read-settings.ts';
import type { RegionAws } from '../aws/region-aws.ts';
import { isAtWork } from '../aws/why-busy.ts';
import type { Leftover } from '../domain/job-state.ts';
import { done, type StepFunction, type StepRun } from './step.ts';

/**
 * Deletes what verifications left behind, in the lane that has just seen it. Not worth waiting for: what cannot be deleted
 * now is seen by the next scan, and what may not be deleted is told. A second time finds the tables gone.
 */
export const reapLeftovers: StepFunction = async (run) => {
  const { leftovers = [], scanned = null, remarks = [] } = run.job.state;
  const warnings = [...remarks];
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
async function reap({ engine, aws, lease }: StepRun, table: Leftover): Promise<string | null> {
  try {
    const found = await describeTable(aws, table.name);
    if (found?.TableId !== table.tableId || isAtWork(found)) return null;
    if (table.unmarked) await mark(aws, table, lease.leftMs);
    await deleteTable(aws, table, 'temporary', lease.leftMs);
    engine.log.info({ table: table.name, region: aws.region }, 'deleted a table that a verification had left behind');
    return null;
  } catch (error) {
    if (error instanceof NotSentError) return null;
    if (!(error instanceof AwsCallError)) throw error;
    return error.fault.transient ? null : error.fault.reason;
  }
}

/** Nothing is deleted that does not bear its mark. Where the mark does not show at once, the next scan finds both. */
async function mark(aws: RegionAws, table: Leftover, leaseLeftMs: () => number): Promise<void> {
  const of = attemptOfTemporary(table.name);
  if (of === null) throw new InvariantError(`${table.name} is no name of a temporary table`);
  const tag = { key: TEMPORARY_TAG, value: temporaryMark(of.taskId, of.attempt) };
  await changeTable(aws, table, { property: 'tags', add: [tag] }, leaseLeftMs);
}
