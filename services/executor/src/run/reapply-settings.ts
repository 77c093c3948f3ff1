import type { SettingsSnapshot } from '@tablekeep/schema/settings';
import { changeTable } from '../aws/change-table.ts';
import { AwsCallError } from '../aws/explain-fault.ts';
import { NotSentError } from '../aws/not-sent.ts';
import { describeTable, readSettings } from '../aws/read-settings.ts';
import { readSnapshot } from '../aws/read-snapshot.ts';
import { whyBusy } from '../aws/why-busy.ts';
import {
  keyOf,
  nextChange,
  propertyOf,
  type Change,
  type ChangeKey,
  type ReapplyProperty,
} from '../domain/compare-settings.ts';
import type { Tried } from '../domain/job-state.ts';
import type { WantedSettings } from '../domain/wanted-settings.ts';
import { NOT_SIGNED_IN, type Fault } from '../domain/fault.ts';
import { quotaWaitMs } from '../domain/quota-wait.ts';
import { onlyOf, plan } from './restore-table.ts';
import { done, notYet, progressed, refused, type StepFunction, type StepResult, type StepRun } from './step.ts';

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
  // What is left waits for other keys, or for somebody who leaves it to the role.
  if (run.keys === 'gone') return { observation: done, state: { needsCredentials: true } };
  if (!table || wanted === null) return { observation: done };
  const description = await describeTable(aws, table.name);
  if (description === null || description.TableId !== table.tableId) return gone(table.name);
  const busy = whyBusy(description);
  if (busy !== null) return { observation: notYet(busy, BUSY_LOOK_MS) };
  const tried = job.state.reapplied ?? {};
  const change = await findChange(run, table.name, wanted, tried);
  if (change === 'gone') return gone(table.name);
  if (change === null) return { observation: done };
  const key = keyOf(change);
  const before = tried[key];
  const sinceMs = before
    ? (engine.clock.now().getTime() - Date.parse(before.lastAt)) * engine.settings.timeScale
    : Infinity;
  if (sinceMs < SETTLING_MS) return { observation: notYet(`${change.property} is being set.`, SETTLING_MS - sinceMs) };
  if (before && before.tries >= MOST_ACCEPTED) {
    return note(run, key, `AWS accepted the change ${before.tries} times, yet the table does not show it.`);
  }
  try {
    await changeTable(aws, table, change, run.lease.leftMs);
  } catch (error) {
    return afterRefusal(run, key, error);
  }
  return {
    ...note(run, key, null),
    events: [progressed(job, null, `Set ${change.property} of ${table.name}`)],
  };
};

/** What comes after auto scaling and Contributor Insights: before it, or when all is done, these are looked at. */
const last: ReadonlySet<ReapplyProperty> = new Set(['timeToLive', 'deletionProtection']);

/**
 * The next thing that differs. What hangs on the table in other APIs costs calls for each index: it is looked at only where
 * something there is wanted, and once it is its turn.
 */
async function findChange(
  { aws, job }: StepRun,
  tableName: string,
  wanted: WantedSettings,
  tried: Readonly<Record<string, Tried>>,
): Promise<Change | 'gone' | null> {
  const { autoScaling, contributorInsights } = wanted;
  const only = onlyOf(job);
  const settings = await readSettings(aws, tableName);
  if (settings === null) return 'gone';
  const kinesisDestinations = { state: 'known' as const, value: [] };
  const asWanted = { ...settings, autoScaling, contributorInsights, kinesisDestinations };
  const change = nextChange(asWanted, wanted, leaveAlone(asWanted, tried), only);
  const wantsAttached = [autoScaling, contributorInsights].some((one) => one.state === 'known' && one.value.length > 0);
  if (!wantsAttached || (change !== null && !last.has(change.property))) return change;
  const found = await readSnapshot(aws, tableName);
  return found === null ? 'gone' : nextChange(found, wanted, leaveAlone(found, tried), only);
}

const mayBeUnreadable = [
  'tags',
  'timeToLive',
  'pointInTimeRecovery',
  'resourcePolicy',
  'autoScaling',
  'contributorInsights',
] as const;

/**
 * Given up, or set once and not readable: writing it again and again would not make it readable. Nor are units set again
 * once auto scaling moves them.
 */
function leaveAlone(found: SettingsSnapshot, tried: Readonly<Record<string, Tried>>): ReadonlySet<ChangeKey> {
  const unreadable = new Set<string>(mayBeUnreadable.filter((property) => found[property].state === 'unknown'));
  const keys = Object.entries(tried).map(([key, one]) => [key as ChangeKey, one] as const);
  const left = keys.flatMap(([key, one]) =>
    one.givenUp !== undefined || (one.tries > 0 && unreadable.has(propertyOf(key))) ? [key] : [],
  );
  const scales = keys.some(([key, one]) => propertyOf(key) === 'autoScaling' && one.tries > 0);
  return new Set<ChangeKey>(scales ? [...left, 'capacity'] : left);
}

/** Remembers an attempt; with a reason: that the property was given up. */
function note({ engine, job }: StepRun, key: ChangeKey, givenUp: string | null): StepResult {
  const before = job.state.reapplied?.[key];
  const tries = (before?.tries ?? 0) + (givenUp === null ? 1 : 0);
  const entry = { ...before, tries, lastAt: engine.clock.now().toISOString(), ...(givenUp !== null && { givenUp }) };
  const reapplied = { ...job.state.reapplied, [key]: entry };
  return {
    observation: notYet(`${propertyOf(key)} is being set.`, givenUp === null ? BUSY_LOOK_MS : 0),
    state: { reapplied },
  };
}

const keysEnd = ({ keys }: StepRun): string =>
  keys === 'none'
    ? ''
    : ' The one-time keys are erased before: applyHeldSettings sets it, by the role or with other keys.';

/** The rest goes on; the session service comes back to it when its time has come. */
function putOff(run: StepRun, key: ChangeKey, because: string, waitMs: number): StepResult {
  const { clock, settings } = run.engine;
  const { observation, state } = note(run, key, because);
  const waitsUntil = new Date(clock.now().getTime() + waitMs / settings.timeScale).toISOString();
  const noted = state?.reapplied?.[key];
  if (!noted) return { observation };
  return { observation, state: { reapplied: { ...state.reapplied, [key]: { ...noted, waitsUntil } } } };
}

/** A property that cannot be set is a warning of the restore, in AWS's words; never its failure. */
function afterRefusal(run: StepRun, key: ChangeKey, error: unknown): StepResult {
  if (error instanceof NotSentError) {
    if (error.because === 'other-table') return gone(run.job.state.restored?.name ?? '');
    return { observation: notYet('The lane’s lease is too short for a call.', BUSY_LOOK_MS) };
  }
  if (!(error instanceof AwsCallError)) throw error;
  const { fault } = error;
  if (run.keys === 'alive' && NOT_SIGNED_IN.has(fault.code)) throw error;
  const waitMs = quotaWaitMs(propertyOf(key), fault);
  if (waitMs !== null) return putOff(run, key, `${fault.reason}${keysEnd(run)}`, waitMs);
  return refusedForNow(run, key, fault);
}

function refusedForNow(run: StepRun, key: ChangeKey, fault: Fault): StepResult {
  const before = run.job.state.reapplied?.[key];
  const refusals = (before?.refusals ?? 0) + 1;
  if (!fault.transient || refusals > MOST_REFUSED) return note(run, key, fault.reason);
  const lastAt = before?.lastAt ?? new Date(0).toISOString();
  const entry = { tries: before?.tries ?? 0, lastAt, refusals };
  return {
    observation: { seen: 'unknown', fault },
    state: { reapplied: { ...run.job.state.reapplied, [key]: entry } },
  };
}

function gone(name: string): StepResult {
  return refused('TABLE_REPLACED', `The restored table ${name} was deleted or replaced while its settings were set.`);
}
