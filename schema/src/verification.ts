import { z } from 'zod';
import { restoreChanges } from './settings.ts';

/** A table to be replaced by what one of its points holds. */
export const replaceItem = z.object({
  restorePointId: z.string(),
  confirmTableName: z.string(),
  confirmWritesStopped: z.boolean(),
  acknowledgeWritesMayBeLost: z.boolean(),
  confirmDeletionProtectionOff: z.boolean(),
  /** Where the protective backup goes; null: where the point lies. */
  protectiveVaultName: z.string().nullable(),
  /** Of the table that the caller confirmed, found by the owner; another one that takes its name is left alone. */
  tableId: z.string().nullable(),
  /** As in a restore; null members: as it was at backup, and TTL and streams as the age of the point asks. */
  changes: restoreChanges.extend({
    timeToLive: restoreChanges.shape.timeToLive.nullable(),
    streams: restoreChanges.shape.streams.nullable(),
  }),
});

export type ReplaceItem = z.infer<typeof replaceItem>;

/** Either points, or the newest of each table of a policy. */
export const verificationRequest = z.object({
  type: z.literal('VERIFICATION'),
  restorePointIds: z.array(z.string()),
  policyId: z.string().nullable(),
  /** The slot it is the run of; null: a person asked for it. */
  slotAt: z.string().nullable(),
  countItems: z.boolean(),
});

/**
 * What a verification found. A point that could not be tried (no permission, no room) is not FAILED: of it nothing is known.
 * `itemCount` and `sizeBytes` as AWS shows them of the restored table, which may lag six hours, unless `countedExactly`.
 */
export const verification = z.object({
  restorePointId: z.string(),
  recoveryPointArn: z.string(),
  tableArn: z.string(),
  outcome: z.enum(['VERIFIED', 'FAILED']),
  verifiedAt: z.string(),
  /** By AWS's clock, from the start of the restore until the table could be used; null: it never could. */
  restoreSeconds: z.number().nonnegative().nullable(),
  itemCount: z.number().int().nonnegative().nullable(),
  countedExactly: z.boolean(),
  sizeBytes: z.number().nonnegative().nullable(),
  /** Why it failed. */
  problems: z.array(z.string()),
  /** What a reader may want to know beside the outcome. */
  remarks: z.array(z.string()),
});
export type Verification = z.infer<typeof verification>;

/** Part of `eventSchemas`. */
export const verificationEvents = {
  /** A slot of the policy's verification has come: the session of this id shall verify its tables' newest points. */
  'dev.tablekeep.verification.due.v1': z.object({
    policyId: z.string(),
    policyName: z.string(),
    accountId: z.string(),
    sessionId: z.string(),
    slotAt: z.string(),
    countItems: z.boolean(),
    lateBecause: z.string().nullable(),
    retryCount: z.number().int(),
    retryDelaySeconds: z.number().int(),
  }),
  /** Which tables a verification is about: whoever keeps the catalog plans it once all chunks are there. */
  'dev.tablekeep.verification.tables.v1': z.object({
    sessionId: z.string(),
    policyId: z.string(),
    accountId: z.string(),
    countItems: z.boolean(),
    chunk: z.number().int().min(1),
    chunks: z.number().int().min(1),
    tableArns: z.array(z.string()),
  }),
  /** A restore of the point was tried; the catalog has noted how it went. */
  'dev.tablekeep.restore-point.verified.v1': verification.extend({
    sessionId: z.string(),
    taskId: z.string(),
    accountId: z.string().nullable(),
    policyId: z.string().nullable(),
  }),
} as const;
