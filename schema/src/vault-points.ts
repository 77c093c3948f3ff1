import { z } from 'zod';
import { known, settingsSnapshot, tag, type StoredSnapshot } from './settings.ts';
import { pointOrigin, tableRef } from './work-items.ts';

/** What AWS does not bring back at a restore, as the tags of a point carry it. */
export const lostSettings = settingsSnapshot.pick({
  tableClass: true,
  onDemandMaximum: true,
  deletionProtection: true,
  stream: true,
  timeToLive: true,
  pointInTimeRecovery: true,
  resourcePolicy: true,
  autoScaling: true,
  contributorInsights: true,
  kinesisDestinations: true,
});
export type LostSettings = z.infer<typeof lostSettings>;

/**
 * The settings of a table as a point in its vault tells them: what AWS loses, and the table's tags. What AWS brings back by
 * itself (keys, indexes, capacity, encryption) shows when the point is restored, and not before.
 */
export const importedSettings = lostSettings.extend({ tags: known(z.array(tag)) });
export type ImportedSettings = z.input<typeof importedSettings>;

/** As the catalog keeps them: read at the backup, or told by the point. */
export type CatalogSettings = StoredSnapshot | ImportedSettings;

/** The settings where they were read at the backup; null where there are none, or only what the point tells. */
export function wholeSettings(settings: CatalogSettings | null): StoredSnapshot | null {
  return settings !== null && 'billingMode' in settings ? settings : null;
}

/** What the tags of a point say of it, unsealed: layout 1. A former release may have left out what has a default here. */
export const pointMetadata = z.object({
  version: z.literal(1),
  sessionId: z.string(),
  taskId: z.string(),
  attempt: z.number().int().min(1),
  /** When the table's settings were read. */
  takenAt: z.string(),
  table: tableRef,
  origin: pointOrigin,
  settings: lostSettings.nullable(),
  /** Of the point's tags: those that are not the table's but were given with the backup. */
  customKeys: z.array(z.string()).optional(),
});
export type PointMetadata = z.infer<typeof pointMetadata>;

/** The tags of a point as they were read. A copy bears its source's. */
export const pointTags = z.object({
  metadata: pointMetadata.nullable(),
  /** Why there is no metadata: none of ours, sealed with a key that is not here, damaged … */
  because: z.string().nullable(),
  /** The id of the key that would be needed, where it is not in the keyring. */
  sealedWith: z.string().nullable(),
  /** Everybody else's. */
  userTags: z.array(tag),
});
export type PointTags = z.infer<typeof pointTags>;

/** One recovery point as AWS shows it in its vault. Sizes in bytes. */
export const vaultPoint = z.object({
  recoveryPointArn: z.string(),
  /** AWS's word: CREATING, COMPLETED, AVAILABLE, PARTIAL, DELETING, EXPIRED, STOPPED … */
  status: z.string(),
  tableArn: z.string(),
  createdAt: z.string(),
  completedAt: z.string().nullable(),
  sizeBytes: z.number(),
  /** WARM, COLD …; null: the listing of a vault does not say it. */
  storageClass: z.string().nullable(),
  /** When AWS's own lifecycle deletes it; null: never. */
  deleteAt: z.string().nullable(),
  movesToColdAt: z.string().nullable(),
  encryptionKeyArn: z.string().nullable(),
  /** Of a copy: the vault it was copied from. */
  sourceVaultArn: z.string().nullable(),
  /** Null: they were not read. */
  tags: pointTags.nullable(),
});
export type VaultPoint = z.infer<typeof vaultPoint>;

/**
 * What a look at a vault saw, in chunks. `complete`: all of the vault's points of DynamoDB tables as AWS listed them, so that
 * one which is not among them was not there; otherwise only points that were asked for by name and are there.
 */
export const vaultScanned = z.object({
  scanId: z.string().max(128),
  sessionId: z.string(),
  taskId: z.string(),
  accountId: z.string(),
  awsAccountId: z.string(),
  region: z.string(),
  vaultName: z.string(),
  startedAt: z.string(),
  /** By how much AWS's clock was ahead of the executor's, in milliseconds; absent or null: AWS did not say. */
  awsAheadMs: z.number().int().nullable().optional(),
  complete: z.boolean(),
  chunk: z.number().int().min(1),
  chunks: z.number().int().min(1),
  points: z.array(vaultPoint),
});
export type VaultScanned = z.infer<typeof vaultScanned>;
