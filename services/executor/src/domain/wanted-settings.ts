import type { RestoreChanges, SettingsSnapshot, TableSettings } from '@tablekeep/schema/settings';
import { movedPolicy } from './move-policy.ts';

/**
 * What a restored table should look like: the settings at backup with what the caller asked changed. A null or unknown
 * part is one nobody can say anything about, so it is left as AWS made it.
 */
export type WantedSettings = Pick<
  SettingsSnapshot,
  | 'tags'
  | 'pointInTimeRecovery'
  | 'billingMode'
  | 'provisioned'
  | 'onDemandMaximum'
  | 'encryption'
  | 'tableClass'
  | 'timeToLive'
  | 'deletionProtection'
  | 'stream'
  | 'resourcePolicy'
  | 'autoScaling'
  | 'contributorInsights'
> &
  Readonly<{
    /** By index name; empty for on-demand tables. */
    indexCapacity: Readonly<Record<string, { read: number; write: number }>>;
    /** By index name; empty for provisioned tables. */
    indexOnDemandMaximum: Readonly<Record<string, { read: number; write: number } | null>>;
    /** At least so much, where it was asked for; null: as AWS gives it. */
    warmThroughput: Readonly<{ read: number; write: number }> | null;
    /** By index name. */
    indexWarmThroughput: Readonly<Record<string, { read: number; write: number }>>;
    hold: Readonly<{ timeToLive: boolean; stream: boolean }>;
  }>;

const DEFAULT_RECOVERY_PERIOD_DAYS = 35;

/**
 * Pure. New provisioned numbers apply to the indexes too unless `indexCapacity` names them. A resource policy names the
 * table's ARN: where the table comes back under another one, the policy is wanted with that one, if it names no other table.
 */
export function wantedSettings(atBackup: SettingsSnapshot, changes: RestoreChanges, targetArn: string): WantedSettings {
  const billingMode = changes.billingMode ?? atBackup.billingMode;
  const onDemand = billingMode === 'PAY_PER_REQUEST';
  const warms = changes.warmThroughput === 'REAPPLY';
  const provisioned = wantedCapacity(atBackup, changes, billingMode);
  return {
    tags: withoutReserved(atBackup.tags),
    pointInTimeRecovery: wantedRecovery(atBackup, changes),
    billingMode,
    provisioned,
    onDemandMaximum: onDemand ? atBackup.onDemandMaximum : null,
    encryption: changes.encryption ?? atBackup.encryption,
    tableClass: changes.tableClass ?? atBackup.tableClass,
    timeToLive: atBackup.timeToLive,
    deletionProtection: changes.deletionProtection ?? atBackup.deletionProtection,
    stream: atBackup.stream,
    resourcePolicy: wantedPolicy(atBackup, targetArn),
    // Application Auto Scaling moves provisioned units only.
    autoScaling: onDemand ? { state: 'known', value: [] } : atBackup.autoScaling,
    contributorInsights: atBackup.contributorInsights,
    indexCapacity: provisioned === null ? {} : wantedIndexCapacity(atBackup, changes, provisioned),
    indexOnDemandMaximum: onDemand
      ? Object.fromEntries(atBackup.globalIndexes.map((index) => [index.name, index.onDemandMaximum]))
      : {},
    warmThroughput: warms ? (atBackup.warmThroughput ?? null) : null,
    indexWarmThroughput: warms
      ? Object.fromEntries(
          atBackup.globalIndexes.flatMap(({ name, warmThroughput }) =>
            warmThroughput ? [[name, warmThroughput]] : [],
          ),
        )
      : {},
    hold: { timeToLive: changes.timeToLive === 'HOLD', stream: changes.streams === 'HOLD' },
  };
}

function wantedPolicy({ resourcePolicy, tableArn }: TableSettings, targetArn: string): TableSettings['resourcePolicy'] {
  if (resourcePolicy.state === 'unknown' || resourcePolicy.value === null || targetArn === tableArn) {
    return resourcePolicy;
  }
  const moved = movedPolicy(resourcePolicy.value, tableArn, targetArn);
  if (moved !== null) return { state: 'known', value: moved };
  const because = 'It names more than the table it was written for, and the table comes back under another ARN.';
  return { state: 'unknown', because };
}

/** Tags beginning with `aws:` belong to AWS and cannot be set by anyone else. */
function withoutReserved(tags: TableSettings['tags']): TableSettings['tags'] {
  if (tags.state === 'unknown') return tags;
  return { state: 'known', value: tags.value.filter((tag) => !tag.key.startsWith('aws:')) };
}

function wantedRecovery(atBackup: TableSettings, changes: RestoreChanges): TableSettings['pointInTimeRecovery'] {
  if (changes.pointInTimeRecovery === null) return atBackup.pointInTimeRecovery;
  if (!changes.pointInTimeRecovery) return { state: 'known', value: null };
  const before = atBackup.pointInTimeRecovery;
  const days =
    before.state === 'known' && before.value ? before.value.recoveryPeriodDays : DEFAULT_RECOVERY_PERIOD_DAYS;
  return { state: 'known', value: { recoveryPeriodDays: days } };
}

function wantedCapacity(
  atBackup: TableSettings,
  changes: RestoreChanges,
  billingMode: TableSettings['billingMode'],
): { read: number; write: number } | null {
  if (billingMode !== 'PROVISIONED') return null;
  const read = changes.readCapacityUnits ?? atBackup.provisioned?.read;
  const write = changes.writeCapacityUnits ?? atBackup.provisioned?.write;
  return read === undefined || write === undefined ? null : { read, write };
}

function wantedIndexCapacity(
  atBackup: TableSettings,
  changes: RestoreChanges,
  table: { read: number; write: number },
): Record<string, { read: number; write: number }> {
  return Object.fromEntries(
    atBackup.globalIndexes.map((index) => {
      const named = changes.indexCapacity.find((one) => one.indexName === index.name);
      if (named) return [index.name, { read: named.readCapacityUnits, write: named.writeCapacityUnits }];
      const before = index.provisioned ?? table;
      const read = changes.readCapacityUnits ?? before.read;
      const write = changes.writeCapacityUnits ?? before.write;
      return [index.name, { read, write }];
    }),
  );
}
