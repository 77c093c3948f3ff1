import type { RestoreChanges, SettingsSnapshot } from '@tablekeep/schema/settings';
import fc from 'fast-check';

/** A table as it might be read; tests change what they are about. */
export const settings: SettingsSnapshot = {
  tableName: 'Flights',
  tableArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/Flights',
  tableId: '5b0e4a7c-0f0e-4a35-9a2c-4a5e1c2d3f40',
  createdAt: '2026-11-01T08:00:00.000Z',
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
  itemCount: 25,
  sizeBytes: 4_096,
  tags: { state: 'known', value: [] },
  timeToLive: { state: 'known', value: null },
  pointInTimeRecovery: { state: 'known', value: null },
  resourcePolicy: { state: 'known', value: null },
  autoScaling: { state: 'known', value: [] },
  contributorInsights: { state: 'known', value: [] },
  kinesisDestinations: { state: 'known', value: [] },
};

const units = fc.record({ read: fc.integer({ min: 1, max: 40 }), write: fc.integer({ min: 1, max: 40 }) });
const known = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 5, arbitrary: value.map((one) => ({ state: 'known' as const, value: one })) },
    fc.constant({ state: 'unknown' as const, because: 'The role may not read it.' }),
  );
const indexNames = ['by-country', 'by-city'];
const place = fc.constantFrom(null, ...indexNames);

/** At most one policy and two targets: with everything else set, more would not fit into a point's tags. */
const scalableTarget = fc.record({
  index: place,
  capacity: fc.constantFrom('READ' as const, 'WRITE' as const),
  minimum: fc.integer({ min: 1, max: 5 }),
  maximum: fc.integer({ min: 5, max: 40_000 }),
  suspended: fc.record({ scaleIn: fc.boolean(), scaleOut: fc.boolean(), scheduled: fc.boolean() }),
  policies: fc.array(
    fc.record({
      name: fc.constantFrom('keep', 'DynamoDBReadCapacityUtilization:table/Flights'),
      targetPercent: fc.integer({ min: 20, max: 90 }),
      scaleInCooldownSeconds: fc.option(fc.nat(600), { nil: null }),
      scaleOutCooldownSeconds: fc.option(fc.nat(600), { nil: null }),
      scaleInDisabled: fc.boolean(),
      customMetric: fc.constant(null),
    }),
    { maxLength: 1 },
  ),
});
const attached = {
  autoScaling: known(
    fc.uniqueArray(scalableTarget, { maxLength: 2, selector: ({ index, capacity }) => `${index} ${capacity}` }),
  ),
  contributorInsights: known(
    fc.uniqueArray(fc.record({ index: place, mode: fc.constantFrom(null, 'THROTTLED_KEYS' as const) }), {
      selector: ({ index }) => index,
    }),
  ),
  kinesisDestinations: known(
    fc.uniqueArray(
      fc.record({
        streamArn: fc.constantFrom('arn:aws:kinesis:us-east-1:111122223333:stream/changes'),
        precision: fc.constantFrom(null, 'MICROSECOND' as const),
      }),
      { selector: ({ streamArn }) => streamArn },
    ),
  ),
};

/** Any settings a table of this shape can have; two of them differ in everything but schema. */
export const anySettings: fc.Arbitrary<SettingsSnapshot> = fc
  .record({
    tableClass: fc.constantFrom('STANDARD' as const, 'STANDARD_INFREQUENT_ACCESS' as const),
    capacity: fc.option(fc.record({ table: units, indexes: fc.tuple(units, units) }), { nil: null }),
    onDemandMaximum: fc.option(units, { nil: null }),
    deletionProtection: fc.boolean(),
    encryption: fc.constantFrom(
      { type: 'AWS_OWNED' as const, kmsKeyArn: null },
      { type: 'AWS_MANAGED' as const, kmsKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/managed' },
      { type: 'CUSTOMER_MANAGED' as const, kmsKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/a' },
      { type: 'CUSTOMER_MANAGED' as const, kmsKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/b' },
    ),
    stream: fc.option(fc.constantFrom({ viewType: 'KEYS_ONLY' }, { viewType: 'NEW_IMAGE' }), { nil: null }),
    tags: known(
      fc.uniqueArray(
        fc.record({ key: fc.constantFrom('a', 'b', 'c', 'aws:stack'), value: fc.string({ maxLength: 5 }) }),
        { selector: (tag) => tag.key },
      ),
    ),
    timeToLive: known(fc.option(fc.constantFrom({ attribute: 'expires' }, { attribute: 'gone' }), { nil: null })),
    pointInTimeRecovery: known(
      fc.option(fc.record({ recoveryPeriodDays: fc.integer({ min: 1, max: 35 }) }), { nil: null }),
    ),
    resourcePolicy: known(
      fc.option(fc.constantFrom('{"Statement":[]}', '{ "Statement": [] }', '{"Version":"2012-10-17"}'), { nil: null }),
    ),
    ...attached,
  })
  .map(({ capacity, onDemandMaximum, ...rest }) => ({
    ...settings,
    ...rest,
    billingMode: capacity ? ('PROVISIONED' as const) : ('PAY_PER_REQUEST' as const),
    provisioned: capacity?.table ?? null,
    onDemandMaximum: capacity ? null : onDemandMaximum,
    globalIndexes: indexNames.map((name, at) => ({
      name,
      keySchema: [{ attribute: name, role: 'HASH' as const }],
      projection: { type: 'ALL' as const, nonKeyAttributes: [] },
      provisioned: capacity ? (capacity.indexes[at] ?? null) : null,
      onDemandMaximum: capacity || at > 0 ? null : onDemandMaximum,
    })),
  }));

export const anyChanges: fc.Arbitrary<RestoreChanges> = fc.record({
  tableClass: fc.constantFrom(null, 'STANDARD' as const, 'STANDARD_INFREQUENT_ACCESS' as const),
  billingMode: fc.constantFrom(null, 'PAY_PER_REQUEST' as const, 'PROVISIONED' as const),
  readCapacityUnits: fc.constantFrom(null, 7),
  writeCapacityUnits: fc.constantFrom(null, 9),
  indexCapacity: fc.constantFrom([], [{ indexName: 'by-city', readCapacityUnits: 3, writeCapacityUnits: 2 }]),
  deletionProtection: fc.constantFrom(null, true, false),
  pointInTimeRecovery: fc.constantFrom(null, true, false),
  encryption: fc.constantFrom(null, { type: 'AWS_OWNED' as const, kmsKeyArn: null }),
  timeToLive: fc.constantFrom('REAPPLY' as const, 'HOLD' as const),
  streams: fc.constantFrom('REAPPLY' as const, 'HOLD' as const),
});
