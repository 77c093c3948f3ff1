import { settingsSnapshot, type TableSettings } from '@tablekeep/schema/settings';
import { TEMPORARY_TAG, temporaryMark } from '@tablekeep/schema/temporary-tables';
import { changeTable, type TableIdentity } from '../aws/change-table.ts';
import { countPage } from '../aws/count-items.ts';
import { NotSentError } from '../aws/not-sent.ts';
import { describeTable, readSettings, readTags } from '../aws/read-settings.ts';
import { inspectRestored, type Inspection } from '../domain/inspect-restored.ts';
import type { JobState } from '../domain/job-state.ts';
import type { JobRow } from '../store/entities.ts';
import type { Engine } from './engine.ts';
import { pointProblem, settleTable } from './restore-table.ts';
import { restoringOf } from './restoring.ts';
import { done, notYet, parametersOf, refused, type StepFunction, type StepResult, type StepRun } from './step.ts';
import { verdictOn } from './conclude-verification.ts';

/** AWS's time. */
const BUSY_LOOK_MS = 5_000;
/** Reads lag behind accepted writes. AWS's time. */
const SETTLING_MS = 10_000;

/** Before anything changes: the point must be restorable, and nobody may have the name of our table. */
export const checkVerification: StepFunction = async (run) => {
  const { engine, aws, job } = run;
  const parameters = parametersOf(job, 'VERIFY');
  const { targetTableName } = restoringOf(job);
  // What an earlier life of this database started is found by the next step.
  if (!job.lookFirst && (await describeTable(aws, targetTableName)) !== null) {
    return refused(
      'TABLE_EXISTS',
      `A table ${targetTableName} exists in ${aws.region}, and this attempt has not made it.`,
    );
  }
  const problem = await pointProblem(aws, parameters);
  if (problem === null) return { observation: done };
  if (problem.observation.seen !== 'failed') return problem;
  return { ...problem, verification: verdictOn(engine, job, [problem.observation.fault.reason]) };
};

/** As of any restored table; what the restore took is known now. */
export const settleTemporary: StepFunction = async (run) => {
  const result = await settleTable(run);
  if (result.observation.seen !== 'done') return result;
  return { ...result, state: { ...result.state, restoreSeconds: restoreSeconds(run) } };
};

/** AWS's own clock measures the job; what the table took after it is our looking. Our downtime does not count. */
function restoreSeconds({ engine, job }: StepRun): number {
  const { awsSeconds, waitedMs = 0, intentAt, since } = job.state;
  if (awsSeconds !== undefined) return awsSeconds + waitedMs / 1_000;
  return ((engine.clock.now().getTime() - Date.parse(intentAt ?? since)) * engine.settings.timeScale) / 1_000;
}

/** Marks the table as one of ours, as soon as AWS takes a tag; read, compare, write, so it may be repeated. */
export const markTemporary: StepFunction = async (run) => markOnce(run, run.job.state.restored);

/** One round of marking: done once the mark shows, also where an earlier round has set it. Fails where the table is another. */
export async function markOnce(run: StepRun, table: TableIdentity | undefined): Promise<StepResult> {
  const { aws, job, engine, lease } = run;
  const found = table && (await describeTable(aws, table.name));
  if (!table || found?.TableId !== table.tableId) return gone(job);
  const mark = { key: TEMPORARY_TAG, value: temporaryMark(job.taskId, job.attempt) };
  const tags = await readTags(aws, table.arn);
  if (tags.some(({ key, value }) => key === mark.key && value === mark.value)) return { observation: done };
  const { markedAt } = job.state;
  const sinceMs = markedAt ? scaled(engine, Date.parse(markedAt)) : Infinity;
  if (sinceMs < SETTLING_MS) {
    return { observation: notYet('The mark of the temporary table does not show yet.', SETTLING_MS - sinceMs) };
  }
  try {
    await changeTable(aws, table, { property: 'tags', add: [mark] }, lease.leftMs);
  } catch (error) {
    if (!(error instanceof NotSentError)) throw error;
    return error.because === 'lease'
      ? { observation: notYet('The lane’s lease is too short.', BUSY_LOOK_MS) }
      : gone(job);
  }
  return {
    observation: notYet('The temporary table is being marked.', 1_000),
    state: { markedAt: engine.clock.now().toISOString() },
  };
}

function scaled({ clock, settings }: Engine, since: number): number {
  return (clock.now().getTime() - since) * settings.timeScale;
}

function gone(job: JobRow): StepResult {
  const { targetTableName } = restoringOf(job);
  return refused('TABLE_REPLACED', `The temporary table ${targetTableName} was deleted while it was looked at.`, true);
}

/** Looks at the table, and counts its items where somebody asked; who wants to stop is spared both. */
export const inspectTemporary: StepFunction = async (run) => {
  const { aws, job } = run;
  if (job.cancelReason !== null) return { observation: done };
  const { settings, countItems, countedBefore } = parametersOf(job, 'VERIFY');
  const { restored } = job.state;
  const found = restored && (await readSettings(aws, restored.name, 'little'));
  if (!found || found.tableId !== restored.tableId) return gone(job);
  const counted = job.state.counted ?? { items: 0, after: null, whole: false };
  if (countItems && !counted.whole) return countOn(run, found, counted);
  const atBackup = settingsSnapshot.safeParse(settings);
  const inspection: Inspection = inspectRestored(atBackup.success ? atBackup.data : null, found, {
    counted: countItems ? counted.items : null,
    countedBefore,
  });
  return { observation: done, state: { inspection } };
};

/** A quarter of what DynamoDB gives a new on-demand table. Source: DynamoDB Developer Guide, "On-demand capacity mode". */
const ON_DEMAND_UNITS = 3_000;
/** So much of the table's capacity in one go, in seconds; then the job gives its place to others. */
const BURST_SECONDS = 5;

/** Nobody else reads the table, so all it is provisioned for is ours; a maximum that somebody pays for is kept. */
function unitsPerSecond({ provisioned, onDemandMaximum }: TableSettings): number {
  if (provisioned !== null) return Math.max(1, provisioned.read);
  const maximum = onDemandMaximum?.read ?? -1;
  return maximum < 1 ? ON_DEMAND_UNITS : Math.min(maximum, ON_DEMAND_UNITS);
}

/**
 * Counts some seconds' worth and notes how far it came: whoever resumes goes on there. The place it notes holds the key of an
 * item, so it is sealed.
 */
async function countOn(
  { engine, aws, job }: StepRun,
  table: TableSettings,
  so: NonNullable<JobState['counted']>,
): Promise<StepResult> {
  const context = `counting/${job.id}`;
  const burst = unitsPerSecond(table) * BURST_SECONDS;
  let { items } = so;
  let after = so.after === null ? null : engine.unseal(so.after, context);
  let units = 0;
  do {
    const page = await countPage(aws, table.tableName, after);
    items += page.items;
    units += page.units;
    after = page.after;
  } while (after !== null && units < burst);
  const counted = { items, after: after === null ? null : engine.seal(after, context), whole: after === null };
  const pauseMs = after === null ? 0 : (units / unitsPerSecond(table)) * 1_000;
  return { observation: notYet(`${items} items are counted so far.`, pauseMs), state: { counted } };
}
