import { AwsError, invalidParameters, validation } from '../errors.ts';
import { flag, number, structure, text, texts } from '../wire/read.ts';
import { checkName, findByArn, findTable, inUse, lookUp, save } from './find-table.ts';
import { readTags } from './table-input.ts';
import type { Call } from '../call.ts';
import type { Table } from './model.ts';

const HOUR = 3_600_000;
const DAY = 86_400_000;

export function describeTimeToLive(call: Call): unknown {
  const { status, attribute } = findTable(call, text(call.input, 'TableName')).timeToLive;
  return {
    TimeToLiveDescription: { TimeToLiveStatus: status, ...(attribute !== null && { AttributeName: attribute }) },
  };
}

/** One accepted change an hour, and only a change. */
function checkTimeToLive(table: Table, enabled: boolean, attribute: string, now: number): void {
  const { status, attribute: current, changedAt } = table.timeToLive;
  if (changedAt !== null && now - changedAt < HOUR) {
    throw validation('Time to live has been modified multiple times within a fixed interval');
  }
  if (enabled && status === 'ENABLED') {
    throw validation(
      current === attribute
        ? 'TimeToLive is already enabled'
        : `TimeToLive is active on a different AttributeName: current AttributeName is ${current ?? ''}`,
    );
  }
  if (!enabled && status === 'DISABLED') throw validation('TimeToLive is already disabled');
  if (!enabled && current !== attribute) {
    throw validation(`TimeToLive is active on a different AttributeName: current AttributeName is ${current ?? ''}`);
  }
}

export function updateTimeToLive(call: Call): unknown {
  const table = findTable(call, text(call.input, 'TableName'));
  const specification = structure(call.input, 'TimeToLiveSpecification');
  const enabled = specification === null ? null : flag(specification, 'Enabled');
  const attribute = specification === null ? null : text(specification, 'AttributeName');
  if (enabled === null || attribute === null || attribute === '') {
    throw validation(
      "1 validation error detected: Value null at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must not be null",
    );
  }
  if (table.status !== 'ACTIVE')
    throw inUse(`Attempt to change a resource which is still in use: Table is being updated: ${table.name}`);
  checkTimeToLive(table, enabled, attribute, call.now);
  table.timeToLive = { status: enabled ? 'ENABLING' : 'DISABLING', attribute, changedAt: call.now };
  save(call, table);
  call.world.agenda.schedule(call.now + call.world.durations.updateTimeToLive, 'ttl.settled', call.scope, table.name);
  return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } };
}

function continuousBackups(call: Call, table: Table): Record<string, unknown> {
  const { recovery } = table;
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription:
        recovery === null
          ? { PointInTimeRecoveryStatus: 'DISABLED' }
          : {
              PointInTimeRecoveryStatus: 'ENABLED',
              RecoveryPeriodInDays: recovery.days,
              EarliestRestorableDateTime: Math.max(recovery.since, call.now - recovery.days * DAY) / 1_000,
              LatestRestorableDateTime: Math.max(recovery.since, call.now - 5 * 60_000) / 1_000,
            },
    },
  };
}

/** These two name a missing table TableNotFoundException where the others say ResourceNotFoundException. */
function tableForBackups(call: Call): Table {
  const given = text(call.input, 'TableName');
  const name = checkName(given);
  const table = lookUp(call, given ?? name);
  if (table === null) throw new AwsError('TableNotFoundException', `Table not found: ${name}`);
  return table;
}

export const describeContinuousBackups = (call: Call): unknown => continuousBackups(call, tableForBackups(call));

export function updateContinuousBackups(call: Call): unknown {
  const table = tableForBackups(call);
  const specification = structure(call.input, 'PointInTimeRecoverySpecification');
  const enabled = specification === null ? null : flag(specification, 'PointInTimeRecoveryEnabled');
  if (specification === null || enabled === null) {
    throw validation(
      "1 validation error detected: Value null at 'pointInTimeRecoverySpecification' failed to satisfy constraint: Member must not be null",
    );
  }
  const days = number(specification, 'RecoveryPeriodInDays');
  if (days !== null && (days < 1 || days > 35))
    throw invalidParameters('RecoveryPeriodInDays must be between 1 and 35');
  if (
    table.status === 'CREATING' ||
    call.now - table.created < call.world.durations.createTable + call.world.durations.updateContinuousBackups
  ) {
    throw new AwsError(
      'ContinuousBackupsUnavailableException',
      `Backups are being enabled for the table: ${table.name}. Please retry later`,
    );
  }
  table.recovery = enabled
    ? { days: days ?? table.recovery?.days ?? 35, since: table.recovery?.since ?? call.now }
    : null;
  save(call, table);
  return continuousBackups(call, table);
}

export function tagResource(call: Call): unknown {
  const table = findByArn(call, text(call.input, 'ResourceArn'));
  if (table.status !== 'ACTIVE' && table.status !== 'UPDATING')
    throw inUse(`Attempt to change a resource which is still in use: ${table.name}`);
  const tags = { ...table.tags, ...readTags(call.input) };
  if (Object.keys(tags).length > 50) throw validation('The number of tags exceeds the limit of 50');
  table.tags = tags;
  save(call, table);
  return null;
}

export function untagResource(call: Call): unknown {
  const table = findByArn(call, text(call.input, 'ResourceArn'));
  const keys = texts(call.input, 'TagKeys') ?? [];
  table.tags = Object.fromEntries(Object.entries(table.tags).filter(([key]) => !keys.includes(key)));
  save(call, table);
  return null;
}

/** Ten a page: AWS does not say how many; a small page makes callers follow the token. */
const TAGS_PER_PAGE = 10;

export function listTagsOfResource(call: Call): unknown {
  const table = findByArn(call, text(call.input, 'ResourceArn'));
  const after = text(call.input, 'NextToken');
  const keys = Object.keys(table.tags)
    .sort()
    .filter((key) => after === null || key > Buffer.from(after, 'base64url').toString());
  const page = keys.slice(0, TAGS_PER_PAGE);
  const last = page.at(-1);
  return {
    Tags: page.map((Key) => ({ Key, Value: table.tags[Key] })),
    ...(keys.length > page.length && last !== undefined && { NextToken: Buffer.from(last).toString('base64url') }),
  };
}
