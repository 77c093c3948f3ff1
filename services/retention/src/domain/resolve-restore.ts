import type { UserError } from '@tablekeep/platform/errors';
import type { RestoreItem } from '@tablekeep/schema/events';
import type { RestoreChanges } from '@tablekeep/schema/settings';
import { wholeSettings, type CatalogSettings } from '@tablekeep/schema/vault-points';

/** What a restore needs to know of a point. */
export type RestorablePoint = Readonly<{
  id: string;
  accountId: string;
  awsAccountId: string;
  region: string;
  vaultName: string;
  recoveryPointArn: string;
  createdAt: Date;
  table: Readonly<{ arn: string; name: string; region: string; tableId: string | null }>;
  settings: CatalogSettings | null;
  deletedAt: Date | null;
}>;

/** A restore that may be asked of AWS: defaults filled in. */
export type ResolvedRestore = Readonly<{
  point: RestorablePoint;
  targetRegion: string;
  targetTableName: string;
  mode: 'ORIGINAL' | 'NEW';
  changes: RestoreChanges;
}>;

export type Resolution = Readonly<{ restores: readonly ResolvedRestore[]; problems: readonly UserError[] }>;

/** A re-applied TTL starts deleting long-expired items at once, and a stream then tells the world: old points wait for a person. */
const FRESH_MS = 24 * 60 * 60 * 1000;
const TABLE_NAME = /^[\w.-]{3,255}$/u;

/**
 * Judges every item of a restore: either the restore it means, or all its problems, each with its place in the input.
 * Whether the target table exists is a question for AWS, asked afterwards.
 */
export function resolveRestores(
  items: readonly RestoreItem[],
  points: ReadonlyMap<string, RestorablePoint>,
  now: Date,
): Resolution {
  if (items.length === 0)
    return {
      restores: [],
      problems: [{ code: 'NO_ITEMS', message: 'Name at least one restore point.', path: ['items'] }],
    };
  const problems: UserError[] = [];
  const restores: ResolvedRestore[] = [];
  items.forEach((item, i) => {
    const point = points.get(item.restorePointId);
    const wrong = (code: string, message: string, ...path: string[]) =>
      problems.push({ code, message, path: ['items', String(i), ...path] });
    if (!point) return wrong('NOT_FOUND', `There is no restore point ${item.restorePointId}.`, 'restorePointId');
    if (point.deletedAt !== null) {
      const since = point.deletedAt.toISOString();
      return wrong('GONE', `Restore point ${item.restorePointId} has been gone since ${since}.`, 'restorePointId');
    }
    const before = problems.length;
    const target = targetOf(item, point);
    targetProblems(item, point, target, wrong);
    encryptionProblems(item, point, target, wrong);
    capacityProblems(item, point, wrong);
    if (problems.length > before) return undefined;
    restores.push({ point, ...target, mode: item.mode, changes: changesOf(item, point, now) });
    return undefined;
  });
  const accounts = new Set(restores.map((restore) => restore.point.accountId));
  if (accounts.size > 1) {
    problems.push({
      code: 'SEVERAL_ACCOUNTS',
      message: 'The points of one restore belong to one account; start one restore for each.',
      path: ['items'],
    });
  }
  return { restores, problems: [...problems, ...duplicateTargets(items, points)] };
}

type Wrong = (code: string, message: string, ...path: string[]) => void;
type Target = Readonly<{ targetRegion: string; targetTableName: string }>;

function targetOf(item: RestoreItem, point: RestorablePoint): Target {
  if (item.mode === 'ORIGINAL') return { targetRegion: point.table.region, targetTableName: point.table.name };
  return { targetRegion: item.region ?? point.region, targetTableName: item.tableName ?? point.table.name };
}

function targetProblems(item: RestoreItem, point: RestorablePoint, target: Target, wrong: Wrong): void {
  if (item.mode === 'ORIGINAL') {
    if (item.tableName !== null && item.tableName !== point.table.name)
      wrong('NOT_ORIGINAL', 'The original place has the original name; use mode NEW.', 'tableName');
    if (item.region !== null && item.region !== point.table.region)
      wrong('NOT_ORIGINAL', 'The original place is in the original Region; use mode NEW.', 'region');
  }
  if (target.targetRegion !== point.region) {
    const place = item.mode === 'ORIGINAL' || item.region === null ? 'restorePointId' : 'region';
    wrong(
      'POINT_IN_OTHER_REGION',
      `The point lies in ${point.region}, and AWS restores where a point lies; choose the copy in ${target.targetRegion}.`,
      place,
    );
  }
  if (item.mode === 'NEW' && item.tableName === null && target.targetRegion === point.table.region) {
    wrong('NAME_REQUIRED', 'Name the new table.', 'tableName');
  }
  if (!TABLE_NAME.test(target.targetTableName)) {
    wrong('BAD_TABLE_NAME', 'A table name has 3 to 255 letters, digits, "_", "-" or ".".', 'tableName');
  }
}

function encryptionProblems(item: RestoreItem, point: RestorablePoint, target: Target, wrong: Wrong): void {
  if (item.encryption === null && target.targetRegion !== point.table.region) {
    wrong(
      'ENCRYPTION_REQUIRED',
      `Say how to encrypt in ${target.targetRegion}: the table's own key belongs to ${point.table.region}.`,
      'encryption',
    );
  }
  if (item.encryption?.type === 'CUSTOMER_MANAGED' && item.encryption.kmsKeyArn === null) {
    wrong('KEY_REQUIRED', 'Name the customer-managed key.', 'encryption', 'kmsKeyArn');
  }
  if (item.encryption && item.encryption.type !== 'CUSTOMER_MANAGED' && item.encryption.kmsKeyArn !== null) {
    wrong(
      'KEY_NOT_ALLOWED',
      `A key is named only with CUSTOMER_MANAGED, not with ${item.encryption.type}.`,
      'encryption',
      'kmsKeyArn',
    );
  }
}

function capacityProblems(item: RestoreItem, point: RestorablePoint, wrong: Wrong): void {
  const settings = wholeSettings(point.settings);
  const mode = item.billingMode ?? settings?.billingMode ?? null;
  for (const field of ['readCapacityUnits', 'writeCapacityUnits'] as const) {
    const units = item[field];
    if (units !== null && units < 1) wrong('BAD_CAPACITY', 'Capacity is at least 1 unit.', field);
    if (units !== null && mode === 'PAY_PER_REQUEST')
      wrong('CAPACITY_NOT_ALLOWED', 'An on-demand table has no provisioned capacity.', field);
    if (units === null && item.billingMode === 'PROVISIONED' && settings?.billingMode !== 'PROVISIONED') {
      wrong('CAPACITY_REQUIRED', 'The table was on-demand: say its provisioned capacity.', field);
    }
  }
  item.indexCapacity.forEach((index, i) => {
    const path = ['indexCapacity', String(i)];
    if (mode === 'PAY_PER_REQUEST')
      wrong('CAPACITY_NOT_ALLOWED', 'An on-demand table has no provisioned capacity.', ...path);
    if (settings && !settings.globalIndexes.some((known) => known.name === index.indexName)) {
      wrong('UNKNOWN_INDEX', `The table has no global index "${index.indexName}".`, ...path, 'indexName');
    }
    for (const field of ['readCapacityUnits', 'writeCapacityUnits'] as const) {
      if (index[field] < 1) wrong('BAD_CAPACITY', 'Capacity is at least 1 unit.', ...path, field);
    }
  });
}

function changesOf(item: RestoreItem, point: RestorablePoint, now: Date): RestoreChanges {
  const fresh = now.getTime() - point.createdAt.getTime() < FRESH_MS ? 'REAPPLY' : 'HOLD';
  const {
    tableClass,
    billingMode,
    readCapacityUnits,
    writeCapacityUnits,
    deletionProtection,
    pointInTimeRecovery,
    encryption,
  } = item;
  return {
    tableClass,
    billingMode,
    readCapacityUnits,
    writeCapacityUnits,
    indexCapacity: [...item.indexCapacity],
    deletionProtection,
    pointInTimeRecovery,
    encryption,
    timeToLive: item.timeToLive ?? fresh,
    streams: item.streams ?? fresh,
  };
}

function duplicateTargets(items: readonly RestoreItem[], points: ReadonlyMap<string, RestorablePoint>): UserError[] {
  const seen = new Set<string>();
  return items.flatMap((item, i): UserError[] => {
    const point = points.get(item.restorePointId);
    if (!point) return [];
    const { targetRegion, targetTableName } = targetOf(item, point);
    const target = `${point.accountId} ${targetRegion} ${targetTableName}`;
    if (seen.has(target)) {
      return [
        {
          code: 'DUPLICATE_TARGET',
          message: `Two items would make ${targetTableName} in ${targetRegion}.`,
          path: ['items', String(i)],
        },
      ];
    }
    seen.add(target);
    return [];
  });
}
