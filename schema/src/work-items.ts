import { z } from 'zod';
import { retentionRule } from './retention-rules.ts';
import { restoreChanges } from './settings.ts';

/** What every task says of the table it is about. `arn` names the source table, also for restores. */
export const tableRef = z.object({
  arn: z.string().max(512),
  name: z.string(),
  region: z.string(),
  tableId: z.string().nullable(),
});
export type TableRef = z.infer<typeof tableRef>;

const lifecycle = z.object({
  moveToColdStorageAfterDays: z.number().int().nullable(),
  deleteAfterDays: z.number().int().nullable(),
});

/** What a restore point will be catalogued as; travels with the task so that the catalog needs no second question. */
export const pointOrigin = z.object({
  kind: z.enum(['BACKUP', 'COPY', 'MANUAL']),
  policyId: z.string().nullable(),
  policyName: z.string().nullable(),
  /** Of a point that no schedule asked for. */
  retention: z.object({ backupDays: z.number().int().nullable(), copyDays: z.number().int().nullable() }),
  /** Of the schedules that asked for the point, as they stood; empty: none did. */
  rules: z.array(retentionRule).default([]),
  /** After so many days AWS moves the point to cold storage; null: never. */
  coldAfterDays: z.number().int().nullable().default(null),
  /** Whether retention keeps the newest point of a table whatever its age; absent: it does. */
  keepNewest: z.boolean().optional(),
  /** So many days after its last flag AWS deletes the point by itself, should nobody have; absent: never. */
  safetyNetDays: z.number().int().min(1).optional(),
  /**
   * Where copies of the point were to go, each with its own days; null: as the rules say. Written with a backup, so that its
   * copies can be catalogued from their vaults. Absent where nobody said.
   */
  copies: z
    .array(z.object({ region: z.string(), vaultName: z.string(), days: z.number().int().nullable() }))
    .optional(),
});
export type PointOrigin = z.infer<typeof pointOrigin>;

export const scanParameters = z.object({ kind: z.literal('SCAN') });
export const backupParameters = z.object({
  kind: z.literal('BACKUP'),
  table: tableRef,
  /** As the inventory had it, so that small tables are not stuck behind big ones; a former release did not say. */
  sizeBytes: z.number().nonnegative().optional(),
  vaultName: z.string(),
  lifecycle,
  startWindowMinutes: z.number().int().min(60),
  completeWindowMinutes: z.number().int().min(60),
  customTags: z.array(z.object({ key: z.string(), value: z.string() })),
  origin: pointOrigin,
});
export const copyParameters = z.object({
  kind: z.literal('COPY'),
  table: tableRef,
  sourceVaultName: z.string(),
  /** Filled by the session service from the success of the task this one waits for. */
  recoveryPointArn: z.string().nullable(),
  destinationRegion: z.string(),
  destinationVaultName: z.string(),
  lifecycle,
  origin: pointOrigin,
  /** A copy for a restore in another Region, removed after it: whether its vault is made for it, and removed with it. */
  forRestore: z.object({ temporaryVault: z.boolean() }).optional(),
});
export const restoreParameters = z.object({
  kind: z.literal('RESTORE'),
  table: tableRef,
  restorePointId: z.string(),
  /** Null until the copy that this restore waits for is there; filled by the session service. */
  recoveryPointArn: z.string().nullable(),
  vaultName: z.string(),
  mode: z.enum(['ORIGINAL', 'NEW', 'REPLACE']),
  targetRegion: z.string(),
  targetTableName: z.string(),
  changes: restoreChanges,
  /** The table is there: only settings that were held back, or had to wait, are set on it. */
  settingsOf: z
    .object({
      arn: z.string(),
      tableId: z.string(),
      /** Lines of the restore report; whatever else was changed since the restore is left as it is. Absent: all. */
      only: z.array(z.string()).optional(),
    })
    .optional(),
  /** The settings of the source table as read when the point was made (SettingsSnapshot). */
  settings: z.unknown(),
  /** With REPLACE: which table makes way, and what it was saved as before. */
  replaces: z
    .object({
      tableId: z.string(),
      /** A person has confirmed it. Otherwise a table under deletion protection stays. */
      switchOffProtection: z.boolean(),
      protectivePointId: z.string(),
      protectivePointArn: z.string(),
      protectiveVaultName: z.string(),
    })
    .nullable()
    .optional(),
});
/** Restores a point to a table of its own that is looked at and deleted again. */
export const verifyParameters = z.object({
  kind: z.literal('VERIFY'),
  table: tableRef,
  restorePointId: z.string(),
  recoveryPointArn: z.string(),
  vaultName: z.string(),
  /** Counts every item, which costs reads. */
  countItems: z.boolean(),
  /** What an earlier verification of the same point counted, every item; null: none did. */
  countedBefore: z.number().int().nonnegative().nullable(),
  /** As in `restoreParameters`. */
  settings: z.unknown(),
});
/** One point and no other: the ARN names it for ever, the version says which state of the catalog the wish is about. */
export const deleteParameters = z.object({
  kind: z.literal('DELETE'),
  table: tableRef,
  /** Both filled by the session service where this task waits for the copy of a point: that point is removed. */
  restorePointId: z.string().nullable(),
  version: z.number().int().min(1),
  recoveryPointArn: z.string().nullable(),
  vaultName: z.string(),
  /** RULES: retention decided, and decides again at the moment of the call. Absent: a person did. */
  decidedBy: z.enum(['PERSON', 'RULES']).optional(),
  /** A person was told that other points of the table stay: where none would, this one does. */
  leavesOthers: z.boolean().optional(),
  /** After a restore in another Region, however it ended: the copy that was made for it goes, and the vault made for that. */
  afterRestore: z.object({ temporaryVault: z.boolean() }).optional(),
});
/** A look at a vault. */
export const importParameters = z.object({
  kind: z.literal('IMPORT'),
  vaultName: z.string(),
  /** Null: the whole vault is listed, without its points' tags. Otherwise these are described, and their tags read. */
  points: z.array(z.string()).max(200).nullable(),
});
/** Puts off when AWS deletes a point by itself: a kind of its own, so that no release takes it for a wish to delete. */
export const lifecycleParameters = z.object({
  kind: z.literal('LIFECYCLE'),
  table: tableRef,
  restorePointId: z.string(),
  recoveryPointArn: z.string(),
  vaultName: z.string(),
  /** Counted from the moment the point's data is of; never shortened. */
  deleteAfterDays: z.number().int().min(1).max(36_500),
});
export const taskParameters = z.discriminatedUnion('kind', [
  scanParameters,
  backupParameters,
  copyParameters,
  restoreParameters,
  deleteParameters,
  importParameters,
  verifyParameters,
  lifecycleParameters,
]);
export type TaskParameters = z.infer<typeof taskParameters>;
export type TaskKind = TaskParameters['kind'];
export type ParametersOf<K extends TaskKind> = Extract<TaskParameters, { kind: K }>;

/**
 * The body of an SQS message: one attempt of one task, or the wish to stop one. Unique by (taskId, attempt, type).
 * `region` is the lane: where AWS is called for it (for a copy the source Region).
 */
export const workItem = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('PERFORM'),
    sessionId: z.string(),
    taskId: z.string(),
    attempt: z.number().int().min(1),
    accountId: z.string(),
    region: z.string(),
    correlationId: z.string(),
    /** When it was first sent, where it is sent again: what became of it then may be in AWS already. */
    firstSentAt: z.string().nullable().default(null),
    /** The session has one-time keys, which lie with the executor: AWS is asked with them. */
    oneTimeKeys: z.boolean().optional(),
    parameters: taskParameters,
  }),
  z.object({
    type: z.literal('CANCEL'),
    sessionId: z.string(),
    taskId: z.string(),
    attempt: z.number().int().min(1),
    kind: z.enum(['SCAN', 'BACKUP', 'COPY', 'RESTORE', 'DELETE', 'IMPORT', 'VERIFY', 'LIFECYCLE']),
    correlationId: z.string(),
    reason: z.string(),
  }),
]);
export type WorkItem = z.infer<typeof workItem>;
export type PerformItem = Extract<WorkItem, { type: 'PERFORM' }>;
