import { z } from 'zod';
import { alertEvents } from './alert-events.ts';
import { catalogEvents, importRequest } from './catalog-events.ts';
import { inventoryScanned, scanDue, tablesUnprotected } from './inventory-events.ts';
import {
  chainFrozen,
  chainReleased,
  retentionDue,
  retentionRefused,
  retentionSettingsChanged,
  retentionUntaken,
} from './retention-events.ts';
import { retentionRule } from './retention-rules.ts';
import { restoreItem } from './restore-item.ts';
import { restoreReport, settingsSnapshot } from './settings.ts';
import { slotEvents } from './slot-events.ts';
import { serviceNames, type ServiceName, type Topic } from './topics.ts';
import { vaultScanned } from './vault-points.ts';
import { replaceItem, verification, verificationEvents, verificationRequest } from './verification.ts';
import { pointOrigin, tableRef, taskParameters } from './work-items.ts';

export type { RestoreItem } from './restore-item.ts';
export type { UnreadableTable } from './inventory-events.ts';
export { serviceNames, topics, type ServiceName, type Topic } from './topics.ts';

export const environment = z.enum(['EMULATED', 'AWS']);
export type Environment = z.infer<typeof environment>;

export const sessionType = z.enum([
  'POLICY_BACKUP',
  'MANUAL_BACKUP',
  'RESTORE',
  'RETENTION',
  'DELETION',
  'INVENTORY_SCAN',
  'IMPORT',
  'VERIFICATION',
  'REPLACEMENT',
]);
export const sessionStatus = z.enum(['PENDING', 'RUNNING', 'STOPPING', 'SUCCEEDED', 'WARNING', 'FAILED', 'CANCELED']);
export const taskKind = z.enum(['SCAN', 'BACKUP', 'COPY', 'RESTORE', 'VERIFY', 'DELETE', 'IMPORT', 'LIFECYCLE']);
export const taskStatus = z.enum(['QUEUED', 'RUNNING', 'SUCCEEDED', 'WARNING', 'FAILED', 'CANCELED', 'SKIPPED']);
export type SessionType = z.infer<typeof sessionType>;
export type SessionStatus = z.infer<typeof sessionStatus>;
export type TaskStatus = z.infer<typeof taskStatus>;

export const account = z.object({
  id: z.string(),
  name: z.string(),
  awsAccountId: z.string().regex(/^\d{12}$/),
  roleArn: z.string(),
  externalId: z.string(),
  serviceRoleArn: z.string(),
  regions: z.array(z.string()),
  /** What the roles are marked for; a release that did not know marked them for both. */
  uses: z.array(z.enum(['BACKUP', 'RESTORE'])).optional(),
});
export type AccountRef = z.infer<typeof account>;

/** One task of a plan. `key` is stable within (session, round): the task id is UUIDv5 of it. */
export const plannedTask = z.object({
  key: z.string(),
  accountId: z.string(),
  awsAccountId: z.string(),
  /** The lane: where AWS is called. */
  region: z.string(),
  /** Key of the task in the same plan whose success unlocks this one. */
  after: z.string().nullable(),
  table: tableRef.nullable(),
  parameters: taskParameters,
});
export type PlannedTask = z.infer<typeof plannedTask>;

/** Everything a caller may ask a session for, by type. Resolved by the owner before the session is stored. */
export const sessionRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('INVENTORY_SCAN'), accountId: z.string(), regions: z.array(z.string()) }),
  z.object({
    type: z.literal('POLICY_BACKUP'),
    policyId: z.string(),
    /** The slot whose run it is; null: a person asked for it. */
    slot: z
      .object({ at: z.string(), rules: z.array(retentionRule) })
      .nullable()
      .default(null),
  }),
  z.object({
    type: z.literal('MANUAL_BACKUP'),
    tableArns: z.array(z.string()),
    vaultName: z.string(),
    /** Where the points shall lie; null: each in its table's own Region. */
    region: z.string().nullable(),
    /** Of the table's Region, for the point that is copied from there and removed again. */
    throughVaultName: z.string().nullable(),
    customTags: z.array(z.object({ key: z.string(), value: z.string() })),
    /** Null: kept until somebody deletes it. */
    expireAfterDays: z.number().int().nullable(),
  }),
  /** What a person saw in a preview and confirmed: those points at those versions, and no others. */
  z.object({ type: z.literal('DELETION'), previewId: z.string() }),
  importRequest,
  /** Of an account's points: those that nothing keeps go. `day` null: a person asked. */
  z.object({
    type: z.literal('RETENTION'),
    accountId: z.string(),
    dryRun: z.boolean(),
    day: z.string().nullable().default(null),
    /** Deletes nothing: AWS's own deletion of points that must stay is put off. */
    only: z.literal('SAFETY_NETS').optional(),
  }),
  /** Settings that these restores held back, or that had to wait for AWS's quotas. */
  z.object({
    type: z.literal('HELD_SETTINGS'),
    taskIds: z.array(z.string()).min(1),
    oneTimeKeys: z.boolean().optional(),
  }),
  verificationRequest,
  z.object({ type: z.literal('REPLACEMENT'), items: z.array(replaceItem) }),
  z.object({
    type: z.literal('RESTORE'),
    items: z.array(restoreItem),
    /** AWS is asked with keys that were given for this session alone. */
    oneTimeKeys: z.boolean().optional(),
  }),
]);
export type SessionRequest = z.infer<typeof sessionRequest>;

const planChunk = z.object({
  sessionId: z.string(),
  round: z.number().int().min(1),
  chunk: z.number().int().min(1),
  chunks: z.number().int().min(1),
  /** Of the whole round. */
  taskCount: z.number().int().min(0),
  /** False: a further round follows once this one is finished. */
  final: z.boolean(),
  tasks: z.array(plannedTask),
  /** Tables that the run would process and leaves to another, each with the reason: recorded, never begun, and nobody's loss. */
  left: z.array(z.object({ task: plannedTask, reason: z.string() })).optional(),
  /** What a person should know although every table has what was asked: makes the session WARNING. */
  notes: z.array(z.string()),
  /** In the last round: what could not be planned and was, or may have been, asked for: makes the session FAILED. */
  unplanned: z.array(z.string()).optional(),
  /** What the session's log should say, and nobody needs to be told of. */
  remarks: z.array(z.string()).default([]),
});
const planRejected = z.object({ sessionId: z.string(), reasons: z.array(z.string()).min(1) });

const taskAttempt = { sessionId: z.string(), taskId: z.string(), attempt: z.number().int().min(1), kind: taskKind };

/** What is learned of a point the moment it exists; all the catalog needs. Sizes in bytes. */
export const pointMade = z.object({
  recoveryPointArn: z.string(),
  sourceRecoveryPointArn: z.string().nullable(),
  accountId: z.string(),
  awsAccountId: z.string(),
  region: z.string(),
  vaultName: z.string(),
  createdAt: z.string(),
  completedAt: z.string(),
  sizeBytes: z.number(),
  table: tableRef,
  origin: pointOrigin,
  settings: settingsSnapshot.nullable(),
  /** False where AWS's tag limit left no room for what a catalog import needs. */
  selfSufficient: z.boolean(),
  /** When AWS's own lifecycle deletes it; null: never. A former release did not say. */
  awsDeleteAt: z.string().nullable().optional(),
});
export type PointMade = z.infer<typeof pointMade>;

/** What became of a point that was to be deleted, as AWS shows it. Kept is an outcome: a hold or a lock is no failure. */
const deleted = z.object({
  restorePointId: z.string(),
  recoveryPointArn: z.string(),
  outcome: z.enum(['GONE', 'KEPT']),
  /** Why it was kept. */
  because: z.string().nullable(),
});

const taskSucceeded = z.object({
  ...taskAttempt,
  /** Done, but a person should look: makes the task WARNING. */
  warnings: z.array(z.string()),
  verification: verification.nullable().optional(),
  point: pointMade.nullable(),
  restored: restoreReport.nullable(),
  scan: z
    .object({
      scanId: z.string(),
      tables: z.number().int(),
      /** What is wrong with tables that are not among them, a line each, at most a hundred. */
      unreadable: z.array(z.string()).optional(),
    })
    .nullable(),
  deleted: deleted.nullable(),
  /** Of a LIFECYCLE: when AWS deletes the point by itself now; null: never. `lockedBecause`: that could not be changed. */
  lifecycle: z
    .object({ restorePointId: z.string(), awsDeleteAt: z.string().nullable(), lockedBecause: z.string().optional() })
    .optional(),
  /** Of an IMPORT: the look at a vault, and how many points it saw. */
  vault: z.object({ scanId: z.string(), vaultName: z.string(), points: z.number().int() }).nullable().optional(),
  awsJobId: z.string().nullable(),
});

export const tableOutcome = z.object({
  arn: z.string(),
  name: z.string(),
  region: z.string(),
  status: taskStatus,
  reason: z.string().nullable(),
  /** Of the task; a former release did not say. */
  kind: taskKind.optional(),
});

const sessionFinished = z.object({
  sessionId: z.string(),
  type: sessionType,
  status: sessionStatus,
  accountId: z.string().nullable(),
  policyId: z.string().nullable(),
  policyName: z.string().nullable(),
  requestedBy: z.string(),
  /** A former release did not say. */
  trigger: z.enum(['SCHEDULE', 'PERSON', 'RETRY']).optional(),
  reason: z.string().nullable(),
  startedAt: z.string(),
  finishedAt: z.string(),
  counts: z.object({
    total: z.number(),
    succeeded: z.number(),
    warning: z.number(),
    failed: z.number(),
    canceled: z.number(),
    skipped: z.number(),
  }),
  notes: z.array(z.string()),
  /** Copies that were asked for and that a good backup lacks; a former release did not say. */
  copiesBehind: z.number().int().optional(),
  /** Copies that were made; a former release did not say. */
  copiesMade: z.number().int().optional(),
  /** Tables that did not end SUCCEEDED, at most 100. */
  problems: z.array(tableOutcome),
  /** How many such tables there are; a former release did not say. */
  problemsInAll: z.number().int().optional(),
});

/**
 * What the catalog has of the event's table (`tableArn` and `tableId`: one made anew under the name is another) after this
 * event. The catalog counts `revision` up: whoever keeps the highest one is right in whatever order events come.
 */
const pointsOfTable = z.object({
  revision: z.number().int(),
  /** Copies and manual points included. */
  points: z.number().int(),
  /** Of the newest state that can be restored; null where there is none. */
  newestAt: z.string().nullable(),
});

const restorePointCatalogued = z.object({
  restorePointId: z.string(),
  sessionId: z.string().nullable(),
  taskId: z.string().nullable(),
  kind: z.enum(['BACKUP', 'COPY', 'MANUAL']),
  accountId: z.string(),
  tableArn: z.string(),
  tableId: z.string().nullable(),
  policyId: z.string().nullable(),
  region: z.string(),
  vaultName: z.string(),
  recoveryPointArn: z.string(),
  createdAt: z.string(),
  sizeBytes: z.number(),
  ofTable: pointsOfTable.nullable().default(null),
  /** True: something else made it; it can be restored, and counts for nothing. */
  foreign: z.boolean().optional(),
});

/** The point is gone from its vault, as AWS shows it. */
const restorePointDeleted = z.object({
  restorePointId: z.string(),
  sessionId: z.string().nullable(),
  taskId: z.string().nullable(),
  kind: z.enum(['BACKUP', 'COPY', 'MANUAL']),
  accountId: z.string(),
  tableArn: z.string(),
  tableId: z.string().nullable(),
  policyId: z.string().nullable(),
  region: z.string(),
  vaultName: z.string(),
  recoveryPointArn: z.string(),
  createdAt: z.string(),
  deletedAt: z.string(),
  /** Why, where Tablekeep did not delete it. */
  because: z.string().optional(),
  ofTable: pointsOfTable,
});

/** `recipients` and `notifyOn` null: as the settings say. */
export const policyNotifications = z.object({
  /** Nobody hears of the policy's runs. */
  silent: z.boolean(),
  recipients: z.array(z.string()).nullable(),
  notifyOn: z.array(z.enum(['SUCCESS', 'WARNING', 'ERROR'])).nullable(),
});
export type PolicyNotifications = z.infer<typeof policyNotifications>;

/**
 * Every event type with the schema of its data: the one source of truth. JSON Schemas and the AsyncAPI document
 * are generated from it into schema/events. Types follow CloudEvents 1.0 naming with a version suffix;
 * a published version is never changed incompatibly, a new one is added.
 */
export const eventSchemas = {
  'dev.tablekeep.account.changed.v1': z.object({ account, deleted: z.boolean() }),
  'dev.tablekeep.policy.changed.v1': z.object({
    policyId: z.string(),
    name: z.string(),
    enabled: z.boolean(),
    deleted: z.boolean(),
    /** Rises with every change, so that an announcement that comes late is known as such. */
    version: z.number().int().optional(),
    /** Who hears of the policy's runs instead of those of the settings; null: nobody was named. */
    notifications: policyNotifications.nullable().optional(),
    /** When its schedules run it next, as of this change; null: they do not. A former release did not say. */
    nextRunAt: z.string().nullable().optional(),
  }),
  /** The inventory of these Regions has grown old: the session of this id shall scan them. */
  'dev.tablekeep.account.scan.due.v1': scanDue,
  /** Tables that a scan saw for the first time, or with other tags than before, and that no enabled policy covers. */
  'dev.tablekeep.tables.unprotected.v1': tablesUnprotected,
  ...slotEvents,
  ...verificationEvents,
  'dev.tablekeep.session.requested.v1': z.object({
    sessionId: z.string(),
    request: sessionRequest,
    accountId: z.string(),
    requestedBy: z.string(),
    requestedAt: z.string(),
  }),
  'dev.tablekeep.session.tasks.planned.v1': planChunk,
  'dev.tablekeep.session.rejected.v1': planRejected,
  'dev.tablekeep.session.round.finished.v1': z.object({
    sessionId: z.string(),
    round: z.number().int().min(1),
    request: sessionRequest,
    /** Scans of this round that succeeded: the inventory must hold them before the next round is planned. */
    scans: z.array(z.object({ region: z.string(), scanId: z.string() })),
    failedRegions: z.array(z.string()),
    /** Looks at vaults in this round that succeeded: the catalog must hold them before the next round is planned. */
    vaultScans: z.array(z.object({ region: z.string(), vaultName: z.string(), scanId: z.string() })).default([]),
    /** Vaults that could not be looked at: of what lies there nothing is known. */
    failedVaults: z.array(z.object({ region: z.string(), vaultName: z.string() })).default([]),
  }),
  'dev.tablekeep.session.changed.v1': z.object({
    sessionId: z.string(),
    type: sessionType,
    status: sessionStatus,
    policyId: z.string().nullable(),
    counts: z.object({
      total: z.number(),
      open: z.number(),
      succeeded: z.number(),
      warning: z.number(),
      failed: z.number(),
    }),
  }),
  'dev.tablekeep.session.finished.v1': sessionFinished,
  'dev.tablekeep.task.accepted.v1': z.object(taskAttempt),
  'dev.tablekeep.task.started.v1': z.object({ ...taskAttempt, awsJobId: z.string().nullable() }),
  'dev.tablekeep.task.progressed.v1': z.object({ ...taskAttempt, percent: z.number().nullable(), message: z.string() }),
  'dev.tablekeep.task.succeeded.v1': taskSucceeded,
  'dev.tablekeep.task.failed.v1': z.object({
    ...taskAttempt,
    /** Stable, for programs: e.g. TABLE_NOT_FOUND, ACCESS_DENIED, TABLE_EXISTS, JOB_FAILED. */
    code: z.string(),
    /** For people: what happened and what to do. */
    reason: z.string(),
    retryable: z.boolean(),
    awsJobId: z.string().nullable(),
    awsRequestId: z.string().nullable(),
    /** Where the failure says something about the point. */
    verification: verification.nullable().optional(),
  }),
  'dev.tablekeep.task.canceled.v1': z.object({ ...taskAttempt, reason: z.string() }),
  /** A table came back: what it is called now, and property by property how it compares. */
  'dev.tablekeep.table.restored.v1': z.object({
    sessionId: z.string(),
    taskId: z.string(),
    accountId: z.string(),
    region: z.string(),
    restorePointId: z.string(),
    recoveryPointArn: z.string(),
    sourceTableArn: z.string(),
    tableArn: z.string(),
    tableName: z.string(),
    tableId: z.string(),
    /** Null: it has no stream. */
    streamArn: z.string().nullable(),
    report: restoreReport,
    warnings: z.array(z.string()),
  }),
  'dev.tablekeep.inventory.scanned.v1': inventoryScanned,
  'dev.tablekeep.vault.scanned.v1': vaultScanned,
  ...catalogEvents,
  'dev.tablekeep.restore-point.catalogued.v1': restorePointCatalogued,
  'dev.tablekeep.restore-point.deleted.v1': restorePointDeleted,
  'dev.tablekeep.retention.due.v1': retentionDue,
  'dev.tablekeep.retention.untaken.v1': retentionUntaken,
  'dev.tablekeep.retention.refused.v1': retentionRefused,
  'dev.tablekeep.retention.settings.changed.v1': retentionSettingsChanged,
  'dev.tablekeep.chain.frozen.v1': chainFrozen,
  'dev.tablekeep.chain.released.v1': chainReleased,
  'dev.tablekeep.notification.delivered.v1': z.object({
    deliveryId: z.string(),
    channel: z.string(),
    recipient: z.string(),
    eventId: z.string(),
    outcome: z.enum(['DELIVERED', 'FAILED']),
    reason: z.string().nullable(),
    /** Absent: mail. */
    channelId: z.string().optional(),
  }),
  /** Tablekeep has disabled a channel by itself: its receiver said that it is gone for good. */
  'dev.tablekeep.notification.channel.disabled.v1': z.object({
    channelId: z.string(),
    channelName: z.string(),
    kind: z.string(),
    because: z.string(),
  }),
  ...alertEvents,
  'dev.tablekeep.audit.recorded.v1': z.object({
    auditId: z.string(),
    phase: z.enum(['REQUESTED', 'COMPLETED', 'REFUSED', 'FAILED']),
    at: z.string(),
    actor: z.object({ kind: z.string(), id: z.string(), name: z.string(), role: z.string() }),
    service: z.enum(serviceNames),
    action: z.string(),
    /** Redacted. */
    input: z.unknown(),
    outcome: z.string().nullable(),
    requestId: z.string(),
  }),
} as const;

export type EventType = keyof typeof eventSchemas;
export type EventData<T extends EventType> = z.infer<(typeof eventSchemas)[T]>;

/** CloudEvents 1.0 context attributes and data. `subject` is the aggregate id and the Kafka key. */
export type EventEnvelope<T extends EventType = EventType> = {
  [K in T]: Readonly<{
    id: string;
    type: K;
    source: ServiceName;
    subject: string;
    /** RFC 3339, UTC. */
    time: string;
    correlationid: string;
    environment: Environment;
    /** W3C Trace Context (CloudEvents' extension for tracing), where the trace of what has caused it is recorded. */
    traceparent?: string;
    data: EventData<K>;
  }>;
}[T];

/** The topic an event of this type goes to when this service emits it: one topic per owner. */
export function topicOf(type: EventType, source: ServiceName): Topic {
  if (type.startsWith('dev.tablekeep.audit.')) return 'tablekeep.audit';
  if (type.startsWith('dev.tablekeep.alert.')) return 'tablekeep.alert';
  if (type.startsWith('dev.tablekeep.inventory.')) return 'tablekeep.inventory';
  switch (source) {
    case 'policy':
      return 'tablekeep.policy';
    case 'session':
      return 'tablekeep.session';
    case 'executor':
      return 'tablekeep.task';
    case 'retention':
      return 'tablekeep.restore-point';
    case 'notification':
      return 'tablekeep.notification';
    case 'gateway':
      return 'tablekeep.audit';
  }
}
