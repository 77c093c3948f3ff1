import { column } from '@tablekeep/platform/database';
import type { AlertSubject } from '@tablekeep/schema/alert-events';
import { EntitySchema } from 'typeorm';

/** Slots of a policy that were not run in their time, until a run has succeeded. */
export type MissedSlotsRow = {
  policyId: string;
  /** The first of them. */
  since: Date;
  count: number;
  /** In words. */
  reason: string;
  /** The late run that makes up for them, and when it was announced. */
  sessionId: string;
  notedAt: Date;
};

/** Copies that good backups of a policy lack, as its last runs told. */
export type PolicyCopiesRow = {
  policyId: string;
  /** The run that ended last, of those that made copies or failed to. */
  asOf: Date;
  sessionId: string;
  behind: number;
  /** Since when; null: none is missing. */
  since: Date | null;
  missing: AlertSubject[];
};

/** A table that a scan told of as unprotected, and that still is. */
export type UnprotectedTableRow = { tableArn: string; scanId: string; accountId: string; region: string; since: Date };

export const MissedSlotsEntity = new EntitySchema<MissedSlotsRow>({
  name: 'missed_slots',
  columns: {
    policyId: { ...column.id(), primary: true, name: 'policy_id' },
    since: column.time(),
    count: { ...column.int(), name: 'slots' },
    reason: column.text(500),
    sessionId: { ...column.id(), name: 'session_id' },
    notedAt: { ...column.time(), name: 'noted_at' },
  },
});

export const PolicyCopiesEntity = new EntitySchema<PolicyCopiesRow>({
  name: 'policy_copies',
  columns: {
    policyId: { ...column.id(), primary: true, name: 'policy_id' },
    asOf: { ...column.time(), name: 'as_of' },
    sessionId: { ...column.id(), name: 'session_id' },
    behind: column.int(),
    since: column.time({ nullable: true }),
    missing: column.json(),
  },
});

export const UnprotectedTableEntity = new EntitySchema<UnprotectedTableRow>({
  name: 'unprotected_table',
  columns: {
    tableArn: { ...column.arn(), primary: true, name: 'table_arn' },
    scanId: { ...column.text(64), name: 'scan_id' },
    accountId: { ...column.id(), name: 'account_id' },
    region: column.text(32),
    since: column.time(),
  },
});

export const alertEntities = [MissedSlotsEntity, PolicyCopiesEntity, UnprotectedTableEntity];
