import type { SettingsSnapshot, TableSettings } from '@tablekeep/schema/settings';
import { changeAutoScaling, changeContributorInsights, type AttachedChange } from './compare-attached.ts';
import type { WantedSettings } from './wanted-settings.ts';

type Units = Readonly<{ read: number; write: number }>;

/** One change of a restored table: exactly one AWS call; for a scalable target, itself and its policies. */
export type Change =
  | AttachedChange
  | Readonly<{ property: 'tags'; add: readonly { key: string; value: string }[] }>
  | Readonly<{ property: 'resourcePolicy'; policy: string }>
  | Readonly<{ property: 'pointInTimeRecovery'; recoveryPeriodDays: number | null }>
  | Readonly<{
      property: 'capacity';
      /** Null where the mode stays. */
      billingMode: 'PROVISIONED' | 'PAY_PER_REQUEST' | null;
      table: Units | null;
      indexes: Readonly<Record<string, Units>>;
    }>
  | Readonly<{ property: 'onDemandMaximum'; read: number; write: number }>
  | Readonly<{ property: 'indexOnDemandMaximum'; indexes: Readonly<Record<string, Units>> }>
  | Readonly<{ property: 'warmThroughput'; read: number; write: number }>
  | Readonly<{ property: 'indexWarmThroughput'; indexes: Readonly<Record<string, Units>> }>
  | Readonly<{ property: 'stream'; viewType: string | null }>
  | Readonly<{ property: 'encryption'; encryption: TableSettings['encryption'] }>
  | Readonly<{ property: 'tableClass'; tableClass: TableSettings['tableClass'] }>
  | Readonly<{ property: 'timeToLive'; attribute: string }>
  | Readonly<{ property: 'deletionProtection'; enabled: boolean }>;

export type ReapplyProperty = Change['property'];

/** Names one change among those of its property, so that each is tried, and given up, for itself. */
export type ChangeKey = ReapplyProperty | `autoScaling.${string}` | `contributorInsights.${string}`;

type Rule = (found: SettingsSnapshot, wanted: WantedSettings, given: ReadonlySet<ChangeKey>) => Change | null;

/**
 * The order matters: permissions may hang on tags; UpdateTable takes one kind of change at a time; auto scaling moves
 * capacity, so it comes after it; TTL starts deleting long-expired items at once, so it comes late; deletion protection
 * last, so that a table that went wrong can be deleted.
 */
const rules: readonly Rule[] = [
  changeTags,
  changeResourcePolicy,
  changeRecovery,
  changeCapacity,
  changeOnDemandMaximum,
  changeIndexMaximum,
  changeWarmThroughput,
  changeIndexWarmThroughput,
  changeStream,
  changeEncryption,
  changeTableClass,
  changeAutoScaling,
  changeContributorInsights,
  changeTimeToLive,
  changeDeletionProtection,
];

/**
 * The first thing that differs between the table as found and as wanted, or null when there is nothing left to do.
 * Pure, and re-run after each change: every step is read, compare, write, so it may be repeated after a crash.
 * @param given changes that were tried and given up, with which one lives on
 * @param only the properties that may be changed; null: all
 */
export function nextChange(
  found: SettingsSnapshot,
  wanted: WantedSettings,
  given: ReadonlySet<ChangeKey>,
  only: ReadonlySet<ReapplyProperty> | null = null,
): Change | null {
  for (const rule of rules) {
    const change = rule(found, wanted, given);
    if (change === null || given.has(keyOf(change))) continue;
    if (only === null || only.has(change.property)) return change;
  }
  return null;
}

export function keyOf(change: Change): ChangeKey {
  switch (change.property) {
    case 'autoScaling':
      return `autoScaling.${change.target.index ?? ''}.${change.target.capacity}`;
    case 'contributorInsights':
      return `contributorInsights.${change.index ?? ''}`;
    default:
      return change.property;
  }
}

export function propertyOf(key: ChangeKey): ReapplyProperty {
  return (key.split('.')[0] ?? key) as ReapplyProperty;
}

function changeTags(found: TableSettings, wanted: WantedSettings): Change | null {
  if (wanted.tags.state === 'unknown') return null;
  const there = new Map(found.tags.state === 'known' ? found.tags.value.map((tag) => [tag.key, tag.value]) : []);
  const add = wanted.tags.value.filter((tag) => there.get(tag.key) !== tag.value);
  return add.length === 0 ? null : { property: 'tags', add };
}

function changeResourcePolicy(found: TableSettings, wanted: WantedSettings): Change | null {
  if (wanted.resourcePolicy.state === 'unknown' || wanted.resourcePolicy.value === null) return null;
  if (found.resourcePolicy.state === 'known' && samePolicy(found.resourcePolicy.value, wanted.resourcePolicy.value))
    return null;
  return { property: 'resourcePolicy', policy: wanted.resourcePolicy.value };
}

function changeRecovery(found: TableSettings, wanted: WantedSettings): Change | null {
  if (wanted.pointInTimeRecovery.state === 'unknown') return null;
  const days = wanted.pointInTimeRecovery.value?.recoveryPeriodDays ?? null;
  if (found.pointInTimeRecovery.state === 'known') {
    if ((found.pointInTimeRecovery.value?.recoveryPeriodDays ?? null) === days) return null;
  } else if (days === null) return null;
  return { property: 'pointInTimeRecovery', recoveryPeriodDays: days };
}

function changeCapacity(found: TableSettings, wanted: WantedSettings): Change | null {
  if (wanted.billingMode === 'PAY_PER_REQUEST') {
    if (found.billingMode === 'PAY_PER_REQUEST') return null;
    return { property: 'capacity', billingMode: 'PAY_PER_REQUEST', table: null, indexes: {} };
  }
  if (wanted.provisioned === null) return null;
  const switches = found.billingMode !== 'PROVISIONED';
  const table = switches || !sameUnits(found.provisioned, wanted.provisioned) ? wanted.provisioned : null;
  // AWS refuses the numbers a table or index already has, and wants all of them when the mode changes.
  const indexes = Object.fromEntries(
    found.globalIndexes.flatMap((index) => {
      const units = wanted.indexCapacity[index.name] ?? (switches ? wanted.provisioned : null);
      if (!units || (!switches && sameUnits(index.provisioned, units))) return [];
      return [[index.name, units]];
    }),
  );
  if (table === null && Object.keys(indexes).length === 0) return null;
  return { property: 'capacity', billingMode: switches ? 'PROVISIONED' : null, table, indexes };
}

function changeOnDemandMaximum(found: TableSettings, wanted: WantedSettings): Change | null {
  if (wanted.billingMode !== 'PAY_PER_REQUEST') return null;
  const want = wanted.onDemandMaximum ?? { read: -1, write: -1 };
  if (sameUnits(found.onDemandMaximum ?? { read: -1, write: -1 }, want)) return null;
  return { property: 'onDemandMaximum', read: want.read, write: want.write };
}

function changeIndexMaximum(found: TableSettings, wanted: WantedSettings): Change | null {
  if (wanted.billingMode !== 'PAY_PER_REQUEST') return null;
  const none = { read: -1, write: -1 };
  const indexes = Object.fromEntries(
    found.globalIndexes.flatMap(({ name, onDemandMaximum }) => {
      const want = wanted.indexOnDemandMaximum[name];
      return want === undefined || sameUnits(onDemandMaximum ?? none, want ?? none) ? [] : [[name, want ?? none]];
    }),
  );
  return Object.keys(indexes).length === 0 ? null : { property: 'indexOnDemandMaximum', indexes };
}

function changeWarmThroughput(found: TableSettings, wanted: WantedSettings): Change | null {
  const units = warmer(found.warmThroughput, wanted.warmThroughput);
  return units && { property: 'warmThroughput', ...units };
}

function changeIndexWarmThroughput(found: TableSettings, wanted: WantedSettings): Change | null {
  const indexes = Object.fromEntries(
    found.globalIndexes.flatMap(({ name, warmThroughput }) => {
      const units = warmer(warmThroughput, wanted.indexWarmThroughput[name] ?? null);
      return units === null ? [] : [[name, units]];
    }),
  );
  return Object.keys(indexes).length === 0 ? null : { property: 'indexWarmThroughput', indexes };
}

/** AWS never cools down: only what falls short is asked for, and what is warmer stays. */
function warmer(found: Units | undefined, wanted: Units | null): Units | null {
  if (!found || wanted === null || isWarmEnough(found, wanted)) return null;
  return { read: Math.max(found.read, wanted.read), write: Math.max(found.write, wanted.write) };
}

export function isWarmEnough(found: Units, wanted: Units): boolean {
  return found.read >= wanted.read && found.write >= wanted.write;
}

function changeStream(found: TableSettings, wanted: WantedSettings): Change | null {
  if (wanted.hold.stream || wanted.stream === null) return null;
  if (found.stream === null) return { property: 'stream', viewType: wanted.stream.viewType };
  // A view type cannot be changed in place: off first, on in the next round.
  return found.stream.viewType === wanted.stream.viewType ? null : { property: 'stream', viewType: null };
}

function changeEncryption(found: TableSettings, wanted: WantedSettings): Change | null {
  if (sameEncryption(found.encryption, wanted.encryption)) return null;
  return { property: 'encryption', encryption: wanted.encryption };
}

function changeTableClass(found: TableSettings, wanted: WantedSettings): Change | null {
  return found.tableClass === wanted.tableClass ? null : { property: 'tableClass', tableClass: wanted.tableClass };
}

function changeTimeToLive(found: TableSettings, wanted: WantedSettings): Change | null {
  if (wanted.hold.timeToLive || wanted.timeToLive.state === 'unknown' || wanted.timeToLive.value === null) return null;
  if (found.timeToLive.state === 'known' && found.timeToLive.value?.attribute === wanted.timeToLive.value.attribute)
    return null;
  return { property: 'timeToLive', attribute: wanted.timeToLive.value.attribute };
}

function changeDeletionProtection(found: TableSettings, wanted: WantedSettings): Change | null {
  if (found.deletionProtection === wanted.deletionProtection) return null;
  return { property: 'deletionProtection', enabled: wanted.deletionProtection };
}

export function sameUnits(a: Units | null, b: Units | null): boolean {
  return a?.read === b?.read && a?.write === b?.write;
}

/** An AWS-owned or AWS-managed key is chosen by its kind; only a customer's key is told apart by its ARN. */
export function sameEncryption(a: TableSettings['encryption'], b: TableSettings['encryption']): boolean {
  if (a.type !== b.type) return false;
  return a.type !== 'CUSTOMER_MANAGED' || a.kmsKeyArn === b.kmsKeyArn;
}

/** AWS hands policies back with other white space. */
export function samePolicy(a: string | null, b: string | null): boolean {
  return normalPolicy(a) === normalPolicy(b);
}

function normalPolicy(text: string | null): string | null {
  if (text === null) return null;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
