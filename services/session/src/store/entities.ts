import { column } from '@tablekeep/platform/database';
import type { SessionRequest, SessionStatus, SessionType, TaskStatus } from '@tablekeep/schema/events';
import type { RestoreReport } from '@tablekeep/schema/settings';
import type { TaskKind, TaskParameters } from '@tablekeep/schema/work-items';
import { EntitySchema } from 'typeorm';
import { CountedPolicyEntity, OperationCountEntity } from './operation-entities.ts';
import { RecordRetentionEntity } from './record-retention.ts';
import type { PlanChunk } from '../domain/assemble-plan.ts';
import type { Tally } from '../domain/tally.ts';

export type SessionRow = {
  id: string;
  type: SessionType;
  status: SessionStatus;
  trigger: 'PERSON' | 'SCHEDULE' | 'RETRY';
  requestedBy: string;
  /** Who may use an idempotency key again: the caller's id. */
  requestedById: string;
  reason: string | null;
  idempotencyKey: string | null;
  /** SHA-256 of what was asked, to tell the same request from another one under the same key. */
  inputHash: string;
  accountId: string;
  policyId: string | null;
  policyName: string | null;
  retryCount: number;
  retryDelaySeconds: number;
  request: SessionRequest;
  notes: string[];
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  plannedRound: number;
  planFinal: boolean;
  planFailed: boolean;
  announcedRound: number;
  /** When the plan, its next round, or the catalog's word on the last points must be there; null while none is awaited. */
  planDueAt: Date | null;
  stopRequestedBy: string | null;
  stopReason: string | null;
  tally: Tally;
  /** Number of the last log line. */
  logCount: number;
  /** W3C, of the trace that timers go on with; null for none. */
  traceparent: string | null;
};

export const SessionEntity = new EntitySchema<SessionRow>({
  name: 'session',
  columns: {
    id: { ...column.id(), primary: true },
    type: column.text(32),
    status: column.text(16),
    trigger: { ...column.text(16), name: 'triggered_by' },
    requestedBy: { ...column.text(255), name: 'requested_by' },
    requestedById: { ...column.text(200), name: 'requested_by_id' },
    reason: column.text(1000, { nullable: true }),
    idempotencyKey: { ...column.text(200, { nullable: true }), name: 'idempotency_key' },
    inputHash: { ...column.text(64), name: 'input_hash' },
    accountId: { ...column.text(64), name: 'account_id' },
    policyId: { ...column.text(64, { nullable: true }), name: 'policy_id' },
    policyName: { ...column.text(255, { nullable: true }), name: 'policy_name' },
    retryCount: { ...column.int(), name: 'retry_count' },
    retryDelaySeconds: { ...column.int(), name: 'retry_delay_seconds' },
    request: column.json(),
    notes: column.json(),
    createdAt: { ...column.time(), name: 'created_at' },
    startedAt: { ...column.time({ nullable: true }), name: 'started_at' },
    finishedAt: { ...column.time({ nullable: true }), name: 'finished_at' },
    plannedRound: { ...column.int(), name: 'planned_round' },
    planFinal: { ...column.bool(), name: 'plan_final' },
    planFailed: { ...column.bool(), name: 'plan_failed' },
    announcedRound: { ...column.int(), name: 'announced_round' },
    planDueAt: { ...column.time({ nullable: true }), name: 'plan_due_at' },
    stopRequestedBy: { ...column.text(255, { nullable: true }), name: 'stop_requested_by' },
    stopReason: { ...column.text(1000, { nullable: true }), name: 'stop_reason' },
    tally: column.json(),
    logCount: { ...column.int(), name: 'log_count' },
    traceparent: column.text(55, { nullable: true }),
  },
});

export type TaskRow = {
  id: string;
  sessionId: string;
  round: number;
  /** Place within the round, from 0. */
  position: number;
  taskKey: string;
  /** Key of the task of the same round that must be over before this one is sent. */
  afterKey: string | null;
  accountId: string;
  awsAccountId: string;
  /** The lane. */
  region: string;
  tableArn: string | null;
  tableName: string | null;
  tableRegion: string | null;
  kind: TaskKind;
  status: TaskStatus;
  attempt: number;
  parameters: TaskParameters;
  queuedAt: Date;
  /** When the work item of the current attempt was first recorded; null while the attempt waits. */
  dispatchedAt: Date | null;
  /** When the current work item (PERFORM, or CANCEL once stopping) is sent again unless answered. */
  resendAt: Date | null;
  /** When the current attempt is due, while it waits for its retry. */
  retryAt: Date | null;
  acceptedAt: Date | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  percent: number | null;
  awsJobId: string | null;
  reason: string | null;
  reasonCode: string | null;
  warnings: string[];
  pointArn: string | null;
  cataloguedArn: string | null;
  scanId: string | null;
  restored: RestoreReport | null;
};

export const TaskEntity = new EntitySchema<TaskRow>({
  name: 'task',
  columns: {
    id: { ...column.id(), primary: true },
    sessionId: { ...column.id(), name: 'session_id' },
    round: column.int(),
    position: column.int(),
    taskKey: { ...column.text(640), name: 'task_key' },
    afterKey: { ...column.text(640, { nullable: true }), name: 'after_key' },
    accountId: { ...column.text(64), name: 'account_id' },
    awsAccountId: { ...column.text(12), name: 'aws_account_id' },
    region: column.text(32),
    tableArn: { ...column.arn({ nullable: true }), name: 'table_arn' },
    tableName: { ...column.text(255, { nullable: true }), name: 'table_name' },
    tableRegion: { ...column.text(32, { nullable: true }), name: 'table_region' },
    kind: column.text(16),
    status: column.text(16),
    attempt: column.int(),
    parameters: column.json(),
    queuedAt: { ...column.time(), name: 'queued_at' },
    dispatchedAt: { ...column.time({ nullable: true }), name: 'dispatched_at' },
    resendAt: { ...column.time({ nullable: true }), name: 'resend_at' },
    retryAt: { ...column.time({ nullable: true }), name: 'retry_at' },
    acceptedAt: { ...column.time({ nullable: true }), name: 'accepted_at' },
    startedAt: { ...column.time({ nullable: true }), name: 'started_at' },
    finishedAt: { ...column.time({ nullable: true }), name: 'finished_at' },
    percent: column.int({ nullable: true }),
    awsJobId: { ...column.text(128, { nullable: true }), name: 'aws_job_id' },
    reason: column.text(2000, { nullable: true }),
    reasonCode: { ...column.text(128, { nullable: true }), name: 'reason_code' },
    warnings: column.json(),
    pointArn: { ...column.arn({ nullable: true }), name: 'point_arn' },
    cataloguedArn: { ...column.arn({ nullable: true }), name: 'catalogued_arn' },
    scanId: { ...column.text(128, { nullable: true }), name: 'scan_id' },
    restored: column.json({ nullable: true }),
  },
});

export type TaskAttemptRow = {
  taskId: string;
  attempt: number;
  status: TaskStatus;
  reason: string | null;
  reasonCode: string | null;
  dispatchedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  awsJobId: string | null;
  awsRequestId: string | null;
};

export const TaskAttemptEntity = new EntitySchema<TaskAttemptRow>({
  name: 'task_attempt',
  columns: {
    taskId: { ...column.id(), name: 'task_id', primary: true },
    attempt: { ...column.int(), primary: true },
    status: column.text(16),
    reason: column.text(2000, { nullable: true }),
    reasonCode: { ...column.text(128, { nullable: true }), name: 'reason_code' },
    dispatchedAt: { ...column.time(), name: 'dispatched_at' },
    startedAt: { ...column.time({ nullable: true }), name: 'started_at' },
    finishedAt: { ...column.time({ nullable: true }), name: 'finished_at' },
    awsJobId: { ...column.text(128, { nullable: true }), name: 'aws_job_id' },
    awsRequestId: { ...column.text(128, { nullable: true }), name: 'aws_request_id' },
  },
});

/** A part of a plan, kept until its round is complete. */
export type PlanChunkRow = { sessionId: string; round: number; chunk: number; data: PlanChunk };

export const PlanChunkEntity = new EntitySchema<PlanChunkRow>({
  name: 'plan_chunk',
  columns: {
    sessionId: { ...column.id(), name: 'session_id', primary: true },
    round: { ...column.int(), primary: true },
    chunk: { ...column.int(), primary: true },
    data: column.json(),
  },
});

export type LogLevel = 'INFO' | 'WARNING' | 'ERROR';
export type SessionLogRow = {
  sessionId: string;
  /** 1, 2, 3 … within the session, in the order of commits (writers hold the session's row). */
  seq: number;
  at: Date;
  level: LogLevel;
  taskId: string | null;
  message: string;
};

export const SessionLogEntity = new EntitySchema<SessionLogRow>({
  name: 'session_log',
  columns: {
    sessionId: { ...column.id(), name: 'session_id', primary: true },
    seq: { ...column.int(), primary: true },
    at: { ...column.time(), name: 'logged_at' },
    level: column.text(16),
    taskId: { ...column.id({ nullable: true }), name: 'task_id' },
    message: column.text(2200),
  },
});

/** Sessions that ended within one hour, by type and status. Added to in the transaction that ends a session. */
export type SessionStatRow = {
  hour: Date;
  type: SessionType;
  status: SessionStatus;
  sessions: number;
  durationSeconds: number;
  tasksSucceeded: number;
  tasksWarning: number;
  tasksFailed: number;
};

export const SessionStatEntity = new EntitySchema<SessionStatRow>({
  name: 'session_stat',
  columns: {
    hour: { ...column.time(), primary: true },
    type: { ...column.text(32), primary: true },
    status: { ...column.text(16), primary: true },
    sessions: column.int(),
    durationSeconds: { ...column.bigint(), name: 'duration_seconds' },
    tasksSucceeded: { ...column.int(), name: 'tasks_succeeded' },
    tasksWarning: { ...column.int(), name: 'tasks_warning' },
    tasksFailed: { ...column.int(), name: 'tasks_failed' },
  },
});

/** A restore with settings that AWS's quotas did not allow yet; removed when the session that sets them begins. */
export type WaitingSettingsRow = { taskId: string; sessionId: string; dueAt: Date };

export const WaitingSettingsEntity = new EntitySchema<WaitingSettingsRow>({
  name: 'waiting_settings',
  columns: {
    taskId: { ...column.id(), name: 'task_id', primary: true },
    sessionId: { ...column.id(), name: 'session_id' },
    dueAt: { ...column.time(), name: 'due_at' },
  },
});

export const entities = [
  SessionEntity,
  TaskEntity,
  TaskAttemptEntity,
  PlanChunkEntity,
  SessionLogEntity,
  SessionStatEntity,
  RecordRetentionEntity,
  WaitingSettingsEntity,
  OperationCountEntity,
  CountedPolicyEntity,
] as const;
