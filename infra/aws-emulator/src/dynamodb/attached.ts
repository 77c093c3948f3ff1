import { validation } from '../errors.ts';
import { structure, text } from '../wire/read.ts';
import { findTable, inUse, save } from './find-table.ts';
import type { Call } from '../call.ts';
import type { Table } from './model.ts';

/** A change AWS has accepted and not finished: -ING until then. AWS does not say how long it takes. */
const SETTLE_MS = 10_000;

/** A change of Contributor Insights; the last one counts. */
export interface Insights {
  readonly on: boolean;
  readonly mode: string;
  readonly changedAt: number;
}

export interface KinesisDestination {
  readonly streamArn: string;
  readonly precision: string;
  readonly on: boolean;
  readonly changedAt: number;
}

const MODES = ['ACCESSED_AND_THROTTLED_KEYS', 'THROTTLED_KEYS'];
const PRECISIONS = ['MILLISECOND', 'MICROSECOND'];

function oneOf(given: string | null, values: readonly string[], member: string): string {
  if (given !== null && values.includes(given)) return given;
  throw validation(
    `1 validation error detected: Value '${given ?? 'null'}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
  );
}

/** The table's own place is '', an index's is its name. */
function placeOf(call: Call, table: Table): string {
  const index = text(call.input, 'IndexName');
  if (index !== null && !table.globalIndexes.some((one) => one.name === index)) {
    throw validation(`The table does not have the specified index: ${index}`);
  }
  return index ?? '';
}

const insightsStatus = (now: number, insights: Insights | undefined): string => {
  if (insights === undefined) return 'DISABLED';
  const settled = now - insights.changedAt >= SETTLE_MS;
  if (insights.on) return settled ? 'ENABLED' : 'ENABLING';
  return settled ? 'DISABLED' : 'DISABLING';
};

function describeInsights(call: Call, table: Table, place: string): Record<string, unknown> {
  const insights = table.insights?.[place];
  return {
    TableName: table.name,
    ...(place !== '' && { IndexName: place }),
    ContributorInsightsStatus: insightsStatus(call.now, insights),
    ...(insights?.on === true && { ContributorInsightsMode: insights.mode }),
  };
}

/** API Reference, DescribeContributorInsights. */
export function describeContributorInsights(call: Call): unknown {
  const table = findTable(call, text(call.input, 'TableName'));
  return describeInsights(call, table, placeOf(call, table));
}

/** API Reference, UpdateContributorInsights. */
export function updateContributorInsights(call: Call): unknown {
  const table = findTable(call, text(call.input, 'TableName'));
  const place = placeOf(call, table);
  const action = oneOf(
    text(call.input, 'ContributorInsightsAction'),
    ['ENABLE', 'DISABLE'],
    'contributorInsightsAction',
  );
  const mode = oneOf(text(call.input, 'ContributorInsightsMode') ?? MODES[0] ?? '', MODES, 'contributorInsightsMode');
  table.insights = { ...table.insights, [place]: { on: action === 'ENABLE', mode, changedAt: call.now } };
  save(call, table);
  return describeInsights(call, table, place);
}

const destinationStatus = (now: number, { on, changedAt }: KinesisDestination): string => {
  const settled = now - changedAt >= SETTLE_MS;
  if (on) return settled ? 'ACTIVE' : 'ENABLING';
  return settled ? 'DISABLED' : 'DISABLING';
};

/** API Reference, DescribeKinesisStreamingDestination: disabled destinations stay in the list. */
export function describeKinesisDestinations(call: Call): unknown {
  const table = findTable(call, text(call.input, 'TableName'));
  return {
    TableName: table.name,
    KinesisDataStreamDestinations: (table.kinesis ?? []).map((one) => ({
      StreamArn: one.streamArn,
      DestinationStatus: destinationStatus(call.now, one),
      ApproximateCreationDateTimePrecision: one.precision,
    })),
  };
}

/** Whether the stream exists is not looked at: there is no Kinesis here. */
function changeDestination(call: Call, on: boolean): unknown {
  const table = findTable(call, text(call.input, 'TableName'));
  const streamArn = text(call.input, 'StreamArn');
  if (streamArn === null || !/^arn:aws:kinesis:[^:]+:\d{12}:stream\/.+$/.test(streamArn)) {
    throw validation('StreamArn must be the ARN of a Kinesis data stream');
  }
  const configuration = structure(call.input, 'EnableKinesisStreamingConfiguration') ?? {};
  const given = text(configuration, 'ApproximateCreationDateTimePrecision');
  const destinations = table.kinesis ?? [];
  const before = destinations.find((one) => one.streamArn === streamArn);
  if ((before?.on ?? false) === on) {
    throw inUse(`Table is not in a valid state to ${on ? 'enable' : 'disable'} Kinesis Streaming Destination`);
  }
  const precision = given === null ? (before?.precision ?? 'MILLISECOND') : oneOf(given, PRECISIONS, 'precision');
  const after: KinesisDestination = { streamArn, precision, on, changedAt: call.now };
  table.kinesis = [...destinations.filter((one) => one !== before), after];
  save(call, table);
  return { TableName: table.name, StreamArn: streamArn, DestinationStatus: destinationStatus(call.now, after) };
}

/** API Reference, EnableKinesisStreamingDestination. */
export const enableKinesisDestination = (call: Call): unknown => changeDestination(call, true);
/** API Reference, DisableKinesisStreamingDestination. */
export const disableKinesisDestination = (call: Call): unknown => changeDestination(call, false);
