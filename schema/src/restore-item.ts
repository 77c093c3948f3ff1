import { z } from 'zod';
import { billingMode, tableClass } from './settings.ts';

/** One table that a caller asks to be restored; null or absent: as at backup, or as the catalog chooses. */
export const restoreItem = z.object({
  /** Null: the newest point of `tableArn` that can be used, which the catalog fills in. */
  restorePointId: z.string().nullable(),
  tableArn: z.string().nullable().optional(),
  mode: z.enum(['ORIGINAL', 'NEW']),
  region: z.string().nullable(),
  tableName: z.string().nullable(),
  tableClass: tableClass.nullable(),
  billingMode: billingMode.nullable(),
  readCapacityUnits: z.number().int().nullable(),
  writeCapacityUnits: z.number().int().nullable(),
  indexCapacity: z.array(
    z.object({
      indexName: z.string(),
      readCapacityUnits: z.number().int(),
      writeCapacityUnits: z.number().int(),
    }),
  ),
  deletionProtection: z.boolean().nullable(),
  pointInTimeRecovery: z.boolean().nullable(),
  encryption: z
    .object({ type: z.enum(['AWS_OWNED', 'AWS_MANAGED', 'CUSTOMER_MANAGED']), kmsKeyArn: z.string().nullable() })
    .nullable(),
  timeToLive: z.enum(['REAPPLY', 'HOLD']).nullable(),
  streams: z.enum(['REAPPLY', 'HOLD']).nullable(),
  /** Where the point lies in another Region: the vault of the target Region it is copied to; null: one made for it. */
  throughVaultName: z.string().nullable().optional(),
  /** Capacity that auto scaling moved: as it stood at backup, or its minimum. */
  warmThroughput: z.enum(['REAPPLY', 'HOLD']).optional(),
  scaledCapacity: z.enum(['AT_BACKUP', 'MINIMUM']).optional(),
});
export type RestoreItem = z.infer<typeof restoreItem>;
