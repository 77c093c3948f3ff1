import type { TableSettings } from '@tablekeep/schema/settings';
import { changeTable } from '../aws/change-table.ts';
import { AwsCallError } from '../aws/explain-fault.ts';
import { NotSentError } from '../aws/not-sent.ts';
import { describeTable, readSettings } from '../aws/read-settings.ts';
import { whyBusy } from '../aws/why-busy.ts';
import { nextChange, type ReapplyProperty } from '../domain/compare-settings.ts';
import type { JobState } from '../domain/job-state.ts';
import { plan } from './restore-table.ts';
import { done, notYet, progressed, refused, type StepFunction, type StepResult, type StepRun } from './step.ts';

type Tried = NonNullable<JobState['reapplied']>;

const BUSY_LOOK_MS = 5_000;
/** Reads lag behind accepted writes; what was just set is not set again. AWS's time. */
const SETTLING_MS = 10_000;
/** Accepted so often and still not there: AWS means something else by it. */
const MOST_ACCEPTED = 4;
/** Refused for now so often: a person should look. With the backoff about a quarter of an hour of AWS's time. */
const MOST_REFUSED = 16;

/**
 * One round of read, compare, write: the first property that differs is set, alone, and the next round looks again. So it
 * may be cut off anywhere and resumed by anyone. Done when nothing is left to set or the rest was given up.
 */
export const reapplySettings: StepFunction = async (run) => {
  const { aws, job, engine } = run;
  const table = job.state.restored;
  const { wanted } = plan(job);
  if (!table || wanted === null) return { observation: done };
  const description = await describeTable(aws, table.name);
  if (description === null || description.TableId !== table.tableId) return gone(table.name);
  const busy = whyBusy(description);
  if (busy !== null) return { observation: notYet(busy, BUSY_LOOK_MS) };
  const found = await readSettings(aws, table.name);
  if (found === null) return gone(table.name);

  const tried: Tried = job.state.reapplied ?? {};
  const change = nextChange(found, wanted, leaveAlone(found, tried));
  if (change === null) return { observation: done };
  const before = tried[change.property];
  const sinceMs = before
    ? (engine.clock.now().getTime() - Date.parse(before.lastAt)) * engine.settings.timeScale
    : Infinity;
  if (sinceMs < SETTLING_MS) return { observation: notYet(`${change.property} is being set.`, SETTLING_MS - sinceMs) };
  if (before && before.tries >= MOST_ACCEPTED) {
    return note(run, change.property, `AWS accepted the change ${before.tries} times, yet the table does not show it.`);
  }
  try {
    await changeTable(aws, table, change, run.lease.leftMs);
  } catch (error) {
    return afterRefusal(run, change.property, error);
  }
  return {
    ...note(run, change.property, null),
    events: [progressed(job, null, `Set ${change.property} of ${table.name}`)],
  };
};

/** Given up, or set once and not readable: writing it again and again would not make it readable. */
function leaveAlone(found: TableSettings, tried: Tried): ReadonlySet<ReapplyProperty> {
  const unreadable = (property: ReapplyProperty) =>
    (property === 'tags' ||
      property === 'timeToLive' ||
      property === 'pointInTimeRecovery' ||
      property === 'resourcePolicy') &&
    found[property].state === 'unknown';
  const left = Object.entries(tried).flatMap(([name, one]) => {
    const property = name as ReapplyProperty;
    return one.givenUp !== undefined || (one.tries > 0 && unreadable(property)) ? [property] : [];
  });
  return new Set(left);
}

/** Remembers an attempt; with a reason: that the property was given up. */
function note({ engine, job }: StepRun, property: ReapplyProperty, givenUp: string | null): StepResult {
  const before = job.state.reapplied?.[property];
  const tries = (before?.tries ?? 0) + (givenUp === null ? 1 : 0);
  const entry = { ...before, tries, lastAt: engine.clock.now().toISOString(), ...(givenUp !== null && { givenUp }) };
  const reapplied = { ...job.state.reapplied, [property]: entry };
  return {
    observation: notYet(`${property} is being set.`, givenUp === null ? BUSY_LOOK_MS : 0),
    state: { reapplied },
  };
}

/** A property that cannot be set is a warning of the restore, in AWS's words; never its failure. */
function afterRefusal(run: StepRun, property: ReapplyProperty, error: unknown): StepResult {
  if (error instanceof NotSentError) {
    if (error.because === 'other-table') return gone(run.job.state.restored?.name ?? '');
    return { observation: notYet('The lane’s lease is too short for a call.', BUSY_LOOK_MS) };
  }
  if (!(error instanceof AwsCallError)) throw error;
  const { fault } = error;
  const before = run.job.state.reapplied?.[property];
  const refusals = (before?.refusals ?? 0) + 1;
  if (!fault.transient || refusals > MOST_REFUSED) return note(run, property, fault.reason);
  const lastAt = before?.lastAt ?? new Date(0).toISOString();
  const entry = { tries: before?.tries ?? 0, lastAt, refusals };
  return {
    observation: { seen: 'unknown', fault },
    state: { reapplied: { ...run.job.state.reapplied, [property]: entry } },
  };
}

function gone(name: string): StepResult {
  return refused('TABLE_REPLACED', `The restored table ${name} was deleted or replaced while its settings were set.`);
}
