import type { Flag } from '@tablekeep/schema/retention-rules';
import type { CatalogSettings, PointMetadata, PointTags, VaultPoint } from '@tablekeep/schema/vault-points';
import type { PointOrigin, TableRef } from '@tablekeep/schema/work-items';
import { expiryOf, flagsOf } from './flags-of-point.ts';
import { isTemporaryVault, LEFT_DAYS } from './temporary-copies.ts';

const DAY_MS = 86_400_000;

/** Where a point was found. */
export type Place = Readonly<{ accountId: string; awsAccountId: string; region: string; vaultName: string }>;

/** What the catalog says of a point that its vault has shown. */
export type AdoptedPoint = Place &
  Readonly<{
    kind: 'BACKUP' | 'COPY' | 'MANUAL';
    recoveryPointArn: string;
    table: TableRef;
    sizeBytes: number;
    createdAt: Date;
    completedAt: Date;
    expiresAt: Date | null;
    flags: readonly Readonly<{ flag: Flag; expiresAt: string | null }>[];
    policyId: string | null;
    policyName: string | null;
    sessionId: string | null;
    settings: CatalogSettings | null;
    selfSufficient: boolean;
    coldAt: Date | null;
    keepNewest: boolean;
    safetyNetDays: number | null;
    runTag: string | null;
    sourceVaultArn: string | null;
    foreignBecause: string | null;
    sealedWith: string | null;
  }>;

/** AWS has them whole: they can be restored, or at least are paid for. */
const ADOPTABLE: ReadonlySet<string> = new Set(['COMPLETED', 'AVAILABLE', 'EXPIRED']);

/** A point that is only being made is told by its own task; one that is going, or was stopped, is of no use to anybody. */
export function isAdoptable({ status }: Pick<VaultPoint, 'status'>): boolean {
  return ADOPTABLE.has(status);
}

/**
 * The point as the catalog would have had it, had it been told when the point was made: kind, flags, ends, settings. What our
 * tags do not speak for is taken read-only, with the reason.
 */
export function adoptPoint(point: VaultPoint, tags: PointTags, place: Place): AdoptedPoint {
  const { metadata } = tags;
  if (metadata === null) {
    return foreignPoint(point, place, tags.because ?? 'Its tags could not be read.', tags.sealedWith);
  }
  if (metadata.table.arn !== point.tableArn) {
    const because = `Its tags are those of a point of ${metadata.table.arn}: somebody moved them here.`;
    return foreignPoint(point, place, because, null);
  }
  return ourPoint(point, metadata, tags.userTags, place);
}

function ourPoint(
  point: VaultPoint,
  metadata: PointMetadata,
  userTags: PointTags['userTags'],
  place: Place,
): AdoptedPoint {
  const origin = originOf(metadata.origin, point, place);
  const createdAt = new Date(point.createdAt);
  const custom = new Set(metadata.customKeys ?? []);
  const tags = userTags.filter((tag) => !custom.has(tag.key));
  return {
    ...common(point, place),
    kind: origin.kind,
    table: metadata.table,
    expiresAt: expiryOf(origin, createdAt),
    flags: flagsOf(origin, createdAt).map(({ flag, expiresAt }) => ({
      flag,
      expiresAt: expiresAt?.toISOString() ?? null,
    })),
    policyId: origin.policyId,
    policyName: origin.policyName,
    sessionId: metadata.sessionId,
    settings: metadata.settings && { ...metadata.settings, tags: { state: 'known', value: tags } },
    selfSufficient: isWhole(metadata),
    keepNewest: origin.keepNewest ?? true,
    safetyNetDays: origin.safetyNetDays ?? null,
    runTag: `${metadata.taskId}/${metadata.attempt}`,
    foreignBecause: null,
    sealedWith: null,
  };
}

/**
 * A copy bears its source's tags; that it is a copy shows from its source vault, and how long it stays from where it lies. One
 * that nobody planned, or of which its tags do not say how long, stays until somebody says so.
 */
function originOf(source: PointOrigin, point: VaultPoint, { region, vaultName }: Place): PointOrigin {
  if (point.sourceVaultArn === null) return source;
  if (isTemporaryVault(vaultName)) return leftover(point);
  const kind = source.kind === 'MANUAL' ? 'MANUAL' : 'COPY';
  const planned = source.copies?.find((copy) => copy.region === region && copy.vaultName === vaultName);
  if (source.copies && !planned) {
    return { ...source, kind, retention: { backupDays: null, copyDays: null }, rules: [] };
  }
  const days = planned?.days ?? null;
  const keepCopies = days === null ? null : ({ value: days, unit: 'DAYS' } as const);
  return {
    ...source,
    kind,
    retention: { backupDays: kind === 'MANUAL' ? days : source.retention.backupDays, copyDays: days },
    rules: keepCopies === null ? source.rules : source.rules.map((rule) => ({ ...rule, keepCopies })),
  };
}

/** What a restore copied for itself and did not remove: it goes when AWS's lifecycle says so, and stands for no other point. */
function leftover({ createdAt, completedAt, deleteAt }: VaultPoint): PointOrigin {
  const madeAt = Date.parse(createdAt);
  const until = deleteAt === null ? Date.parse(completedAt ?? createdAt) + LEFT_DAYS * DAY_MS : Date.parse(deleteAt);
  const days = Math.max(1, Math.ceil((until - madeAt) / DAY_MS));
  return {
    ...{ kind: 'COPY', policyId: null, policyName: null, rules: [], coldAfterDays: null },
    retention: { backupDays: days, copyDays: days },
    keepNewest: false,
  };
}

/** The settings that gave way say so, in words that `encodePointTags` writes. */
function isWhole({ settings }: PointMetadata): boolean {
  if (settings === null) return false;
  const { resourcePolicy, autoScaling, contributorInsights } = settings;
  return ![resourcePolicy, autoScaling, contributorInsights].some(
    (one) => one.state === 'unknown' && one.because === 'did not fit into the tags',
  );
}

function foreignPoint(point: VaultPoint, place: Place, because: string, sealedWith: string | null): AdoptedPoint {
  return {
    ...common(point, place),
    kind: point.sourceVaultArn === null ? 'BACKUP' : 'COPY',
    table: tableOf(point.tableArn),
    expiresAt: point.deleteAt === null ? null : new Date(point.deleteAt),
    flags: [],
    policyId: null,
    policyName: null,
    sessionId: null,
    settings: null,
    selfSufficient: false,
    keepNewest: true,
    safetyNetDays: null,
    runTag: null,
    foreignBecause: because,
    sealedWith,
  };
}

function common(point: VaultPoint, { accountId, awsAccountId, region, vaultName }: Place) {
  return {
    accountId,
    awsAccountId,
    region,
    vaultName,
    recoveryPointArn: point.recoveryPointArn,
    sizeBytes: point.sizeBytes,
    createdAt: new Date(point.createdAt),
    completedAt: new Date(point.completedAt ?? point.createdAt),
    coldAt: point.movesToColdAt === null ? null : new Date(point.movesToColdAt),
    sourceVaultArn: point.sourceVaultArn,
  };
}

/** `arn:aws:dynamodb:<Region>:<account>:table/<name>`; of a table whose id nobody recorded. */
function tableOf(arn: string): TableRef {
  const parts = arn.split(':');
  return { arn, name: parts[5]?.split('/')[1] ?? arn, region: parts[3] ?? '', tableId: null };
}

/** The vault that an ARN names, and whose it is. */
export function vaultOfArn(arn: string): Readonly<{ region: string; awsAccountId: string; vaultName: string }> {
  const parts = arn.split(':');
  return { region: parts[3] ?? '', awsAccountId: parts[4] ?? '', vaultName: parts[6] ?? '' };
}
