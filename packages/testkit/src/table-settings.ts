import type { SettingsSnapshot, TableSettings } from '@tablekeep/schema/settings';

/** The settings of a plain on-demand table, with what a test says of it. */
export function tableSettings(name: string, change: Partial<TableSettings> = {}): TableSettings {
  return {
    tableName: name,
    tableArn: `arn:aws:dynamodb:us-east-1:111122223333:table/${name}`,
    tableId: `id-of-${name}`,
    createdAt: '2026-01-01T00:00:00.000Z',
    keySchema: [{ attribute: 'iata', role: 'HASH' }],
    attributes: [{ name: 'iata', type: 'S' }],
    globalIndexes: [],
    localIndexes: [],
    tableClass: 'STANDARD',
    billingMode: 'PAY_PER_REQUEST',
    provisioned: null,
    onDemandMaximum: null,
    deletionProtection: false,
    encryption: { type: 'AWS_OWNED', kmsKeyArn: null },
    stream: null,
    replicas: [],
    itemCount: 3376,
    sizeBytes: 293_427,
    tags: { state: 'known', value: [{ key: 'backup', value: 'nightly' }] },
    timeToLive: { state: 'known', value: null },
    pointInTimeRecovery: { state: 'known', value: null },
    resourcePolicy: { state: 'known', value: null },
    ...change,
  };
}

/** The same as a backup reads it: nothing hangs on the table but what a test says. */
export function snapshotOf(name: string, change: Partial<SettingsSnapshot> = {}): SettingsSnapshot {
  return {
    ...tableSettings(name),
    autoScaling: { state: 'known', value: [] },
    contributorInsights: { state: 'known', value: [] },
    kinesisDestinations: { state: 'known', value: [] },
    ...change,
  };
}
