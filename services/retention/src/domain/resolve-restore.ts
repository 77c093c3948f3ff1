import type { UserError } from '@tablekeep/platform/errors';
import type { RestoreItem } from '@tablekeep/schema/events';
import type { RestoreChanges } from '@tablekeep/schema/settings';
import { wholeSettings, type CatalogSettings } from '@tablekeep/schema/vault-points';
import { cappedCapacity } from './scaled-capacity.ts';

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
  /** When AWS moves it to cold storage; null: never. */
  coldAt: Date | null;
  deletedAt: Date | null;
}>;

/** A restore that may be asked of AWS: defaults filled in. */
export type ResolvedRestore = Readonly<{
  point: RestorablePoint;
  targetRegion: string;
  targetTableName: string;
  mode: 'ORIGINAL' | 'NEW';
  changes: RestoreChanges;
  /** Where the point lies in another Region: the vault it is copied to first, null for one that is made for it. */
  through: Readonly<{ vaultName: string | null }> | null;
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
    const point = pointOf(item, points);
    const wrong = (code: string, message: string, ...path: string[]) =>
      problems.push({ code, message, path: ['items', String(i), ...path] });
    if (!point) return wrong('NOT_FOUND', `There is no restore point ${item.restorePointId ?? ''}.`, 'restorePointId');
    if (point.deletedAt !== null) {
      const since = point.deletedAt.toISOString();
      return wrong('GONE', `Restore point ${point.id} has been gone since ${since}.`, 'restorePointId');
    }
    const before = problems.length;
    const target = targetOf(item, point);
    targetProblems(item, point, target, wrong);
    elsewhereProblems(item, point, target, now, wrong);
    encryptionProblems(item, point, target, wrong);
    capacityProblems(item, point, wrong);
    if (problems.length > before) return undefined;
    const through = target.targetRegion === point.region ? null : { vaultName: item.throughVaultName ?? null };
    restores.push({ point, ...target, mode: item.mode, changes: changesOf(item, point, now), through });
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

function pointOf(item: RestoreItem, points: ReadonlyMap<string, RestorablePoint>): RestorablePoint | undefined {
  return item.restorePointId === null ? undefined : points.get(item.restorePointId);
}

/** AWS keeps it in cold storage: it can be restored where it lies only, and takes hours longer. */
export function isCold({ coldAt }: Pick<RestorablePoint, 'coldAt'>, now: Date): boolean {
  return coldAt !== null && coldAt <= now;
}

/** Only what advanced backup has made can be copied to another Region. */
export function isAdvanced({ recoveryPointArn }: Pick<RestorablePoint, 'recoveryPointArn'>): boolean {
  return recoveryPointArn.split(':')[2] === 'backup';
}

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
  if (item.mode === 'NEW' && item.tableName === null && target.targetRegion === point.table.region) {
    wrong('NAME_REQUIRED', 'Name the new table.', 'tableName');
  }
  if (!TABLE_NAME.test(target.targetTableName)) {
    wrong('BAD_TABLE_NAME', 'A table name has 3 to 255 letters, digits, "_", "-" or ".".', 'tableName');
  }
}

const VAULT_NAME = /^[\w-]{2,50}$/u;

/** A point in another Region is copied to the target Region first, which AWS does with warm points of advanced backup. */
function elsewhereProblems(item: RestoreItem, point: RestorablePoint, target: Target, now: Date, wrong: Wrong): void {
  if (item.throughVaultName != null && !VAULT_NAME.test(item.throughVaultName)) {
    wrong('BAD_VAULT_NAME', 'A vault name has 2 to 50 letters, digits, "-" or "_".', 'throughVaultName');
  }
  if (target.targetRegion === point.region) return;
  const place = item.mode === 'ORIGINAL' || item.region === null ? 'restorePointId' : 'region';
  const here = `choose a point in ${target.targetRegion}, or restore in ${point.region}`;
  if (isCold(point, now)) {
    wrong(
      'POINT_IS_COLD',
      `The point is in cold storage in ${point.region}, and AWS copies no cold points: ${here}.`,
      place,
    );
  } else if (!isAdvanced(point)) {
    const message = `The point was made in ${point.region} without advanced DynamoDB backup, and AWS copies no such points: ${here}.`;
    wrong('POINT_NOT_COPYABLE', message, place);
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
    ...(item.scaledCapacity === 'MINIMUM' && cappedCapacity(item, wholeSettings(point.settings))),
    deletionProtection,
    pointInTimeRecovery,
    encryption,
    timeToLive: item.timeToLive ?? fresh,
    streams: item.streams ?? fresh,
    ...(item.warmThroughput && { warmThroughput: item.warmThroughput }),
  };
}

function duplicateTargets(items: readonly RestoreItem[], points: ReadonlyMap<string, RestorablePoint>): UserError[] {
  const seen = new Set<string>();
  return items.flatMap((item, i): UserError[] => {
    const point = pointOf(item, points);
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
