import { z } from 'zod';
import { tableSettings } from './settings.ts';

const unreadableTable = z.object({ arn: z.string(), name: z.string(), reason: z.string() });
export type UnreadableTable = z.infer<typeof unreadableTable>;

export const inventoryScanned = z.object({
  scanId: z.string(),
  accountId: z.string(),
  awsAccountId: z.string(),
  region: z.string(),
  startedAt: z.string(),
  chunk: z.number().int().min(1),
  chunks: z.number().int().min(1),
  tables: z.array(tableSettings),
  /** Tables that are there and that the role may not describe; a former release failed the scan. */
  unreadable: z.array(unreadableTable).optional(),
});

export const scanDue = z.object({
  accountId: z.string(),
  sessionId: z.string(),
  regions: z.array(z.string()).min(1),
});

export const tablesUnprotected = z.object({
  accountId: z.string(),
  accountName: z.string(),
  region: z.string(),
  scanId: z.string(),
  count: z.number().int(),
  /** The first 100. */
  tables: z.array(
    z.object({
      arn: z.string(),
      name: z.string(),
      reason: z.string(),
      /** Seen for the first time, or known and no longer covered; a former release told of new ones only. */
      why: z.enum(['NEW', 'LOST_COVER']).optional(),
    }),
  ),
});
