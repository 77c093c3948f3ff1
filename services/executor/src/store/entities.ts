import { column } from '@tablekeep/platform/database';
import type { NewEvent } from '@tablekeep/platform/outbox';
import type { AccountRef, EventType } from '@tablekeep/schema/events';
import type { PerformItem } from '@tablekeep/schema/work-items';
import { EntitySchema } from 'typeorm';
import type { JobKind, Step } from '../domain/job-machine.ts';
import type { JobState } from '../domain/job-state.ts';

/** What the executor says of a task, as the outbox takes it. */
export type TaskEvent = { [T in Extract<EventType, `dev.tablekeep.task.${string}`>]: NewEvent<T> }[Extract<
  EventType,
  `dev.tablekeep.task.${string}`
>];

/** One attempt of one task on its way through AWS. Times by the database's clock. */
export type JobRow = {
  id: string;
  taskId: string;
  attempt: number;
  sessionId: string;
  kind: JobKind;
  /** Name of the lane: `accountId/region`. */
  lane: string;
  accountId: string;
  region: string;
  /**
   * What one such job at a time may be at: the table, by AWS's rule, or the point whose lifecycle is read and then written.
   * Null for kinds without that rule.
   */
  busyArn: string | null;
  /** The semaphore it counts in; null for none. */
  slot: string | null;
  /** Of the table to back up, as far as it was told; otherwise 0. */
  sizeBytes: number;
  item: PerformItem;
  step: Step;
  state: JobState;
  awsJobId: string | null;
  cancelReason: string | null;
  /** When its step is due; null while only its AWS job is followed. */
  nextAt: Date | null;
  /** Set while it holds what it is at and its slot. */
  heldSince: Date | null;
  createdAt: Date;
  finishedAt: Date | null;
  outcome: 'SUCCEEDED' | 'FAILED' | 'CANCELED' | null;
  /** What an earlier life of this database may have started in AWS is looked for before anything is. */
  lookFirst: boolean;
  /** The event of its end, for who asks about it later. */
  lastWord: TaskEvent | null;
  /** W3C, of the trace that whoever resumes it goes on with; null for none. */
  traceparent: string | null;
};

export const JobEntity = new EntitySchema<JobRow>({
  name: 'job',
  columns: {
    id: { ...column.id(), primary: true },
    taskId: { ...column.text(64), name: 'task_id' },
    attempt: column.int(),
    sessionId: { ...column.text(64), name: 'session_id' },
    kind: column.text(16),
    lane: column.text(128),
    accountId: { ...column.text(64), name: 'account_id' },
    region: column.text(32),
    busyArn: { ...column.arn({ nullable: true }), name: 'table_arn' },
    slot: column.text(128, { nullable: true }),
    sizeBytes: { ...column.bigint(), name: 'size_bytes' },
    item: column.json(),
    step: column.text(16),
    state: column.json(),
    awsJobId: { ...column.text(128, { nullable: true }), name: 'aws_job_id' },
    cancelReason: { ...column.text(1000, { nullable: true }), name: 'cancel_reason' },
    nextAt: { ...column.time({ nullable: true }), name: 'next_at' },
    heldSince: { ...column.time({ nullable: true }), name: 'held_since' },
    createdAt: { ...column.time(), name: 'created_at' },
    finishedAt: { ...column.time({ nullable: true }), name: 'finished_at' },
    outcome: column.text(16, { nullable: true }),
    lookFirst: { ...column.bool(), name: 'look_first' },
    lastWord: { ...column.json({ nullable: true }), name: 'last_word' },
    traceparent: column.text(55, { nullable: true }),
  },
});

/** Jobs of one account and Region run under one owner at a time. */
export type LaneRow = {
  name: string;
  accountId: string;
  region: string;
  /** The process that holds it, or held it last. */
  owner: string | null;
  /** Grows with every new owner; writes of a former one no longer match. */
  epoch: number;
  leaseUntil: Date | null;
};

export const LaneEntity = new EntitySchema<LaneRow>({
  name: 'lane',
  columns: {
    name: { ...column.text(128), primary: true },
    accountId: { ...column.text(64), name: 'account_id' },
    region: column.text(32),
    owner: column.text(64, { nullable: true }),
    epoch: column.bigint(),
    leaseUntil: { ...column.time({ nullable: true }), name: 'lease_until' },
  },
});

/** The wish to stop an attempt, kept for a work item that arrives later than it. */
export type TombstoneRow = { taskId: string; attempt: number; reason: string; createdAt: Date };

export const TombstoneEntity = new EntitySchema<TombstoneRow>({
  name: 'tombstone',
  columns: {
    taskId: { ...column.text(64), name: 'task_id', primary: true },
    attempt: { ...column.int(), primary: true },
    reason: column.text(1000),
    createdAt: { ...column.time(), name: 'created_at' },
  },
});

/** A message of the queue that was set aside. `genuine`: signed by this installation. */
export type DeadWorkItemRow = { id: string; at: Date; reason: string; body: string; genuine: boolean };

export const DeadWorkItemEntity = new EntitySchema<DeadWorkItemRow>({
  name: 'dead_work_item',
  columns: {
    id: { ...column.id(), primary: true },
    at: column.time(),
    reason: column.text(1000),
    body: column.json(),
    genuine: column.bool(),
  },
});

/** What policy has announced of an account. */
export type AccountRow = { id: string; account: AccountRef; deleted: boolean; announcedAt: string };

export const AccountEntity = new EntitySchema<AccountRow>({
  name: 'account',
  columns: {
    id: { ...column.text(64), primary: true },
    account: column.json(),
    deleted: column.bool(),
    announcedAt: { ...column.text(40), name: 'announced_at' },
  },
});

/** One row per semaphore, locked while it is counted. */
export type SlotGateRow = { name: string };

export const SlotGateEntity = new EntitySchema<SlotGateRow>({
  name: 'slot_gate',
  columns: { name: { ...column.text(128), primary: true } },
});

/** One-time keys of a session, sealed as they came. Erased when it has ended, and when their time is up. */
export type OneTimeKeysRow = { sessionId: string; accountId: string; sealed: string; expiresAt: Date };

export const OneTimeKeysEntity = new EntitySchema<OneTimeKeysRow>({
  name: 'one_time_keys',
  columns: {
    sessionId: { ...column.text(64), name: 'session_id', primary: true },
    accountId: { ...column.text(64), name: 'account_id' },
    sealed: column.json(),
    expiresAt: { ...column.time(), name: 'expires_at' },
  },
});

/** How many calls of AWS's went out since this database began, by what became of them. */
export type AwsCallCountRow = {
  awsAccountId: string;
  region: string;
  operation: string;
  outcome: string;
  calls: number;
};

export const AwsCallCountEntity = new EntitySchema<AwsCallCountRow>({
  name: 'aws_call_count',
  columns: {
    awsAccountId: { ...column.text(12), name: 'aws_account_id', primary: true },
    region: { ...column.text(32), primary: true },
    operation: { ...column.text(64), primary: true },
    outcome: { ...column.text(16), primary: true },
    calls: column.bigint(),
  },
});
