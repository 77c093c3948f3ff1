import { topicOf, type EventType, type Topic } from '../events.ts';
import { alertDocs } from './alert.ts';
import { auditDocs } from './audit.ts';
import { catalogDocs } from './catalog.ts';
import { inventoryDocs } from './inventory.ts';
import { notificationDocs } from './notification.ts';
import { policyDocs } from './policy.ts';
import { restorePointDocs } from './restore-point.ts';
import { retentionDocs } from './retention.ts';
import { sessionDocs } from './session.ts';
import { taskDocs } from './task.ts';
import type { Audience, EventDoc, EventDocs } from './types.ts';
import { verificationDocs } from './verification.ts';

export type { Audience, EventDoc, EventDocs, EventExample } from './types.ts';

/** Of every event type: `npm run check` names each one that is missing here, and what it lacks. */
export const eventDocs: EventDocs = {
  ...policyDocs,
  ...sessionDocs,
  ...taskDocs,
  ...inventoryDocs,
  ...restorePointDocs,
  ...verificationDocs,
  ...catalogDocs,
  ...retentionDocs,
  ...notificationDocs,
  ...alertDocs,
  ...auditDocs,
};

/** What fields of these names mean wherever they stand, unless the type says otherwise. */
export const commonFields: Readonly<Record<string, string>> = {
  accountId: 'Tablekeep’s id of the AWS account.',
  awsAccountId: 'The twelve digits of the AWS account.',
  sessionId: 'Of the session it belongs to.',
  taskId: 'Of the task within the session.',
  attempt: 'Counts the tries of the task from 1.',
  policyId: 'Null where it belongs to no policy.',
  policyName: 'As it was called then.',
  tableName: 'Of the table.',
  region: 'AWS Region.',
  tableArn: 'Of the table.',
  tableId: 'AWS’s id of the table; null: not known.',
  restorePointId: 'Tablekeep’s id of the restore point, the same after a catalog import.',
  recoveryPointArn: 'AWS’s name of the restore point.',
  vaultName: 'Of the vault in AWS Backup.',
  kind: 'What the task does.',
  type: 'Of the session.',
  status: 'What has become of it.',
};

/** INTERNAL where a type says nothing of itself: nothing gets out by having been forgotten. */
export function audienceOf(type: string): Audience {
  return docOf(type as EventType)?.audience ?? 'INTERNAL';
}

/** Typed loosely: what is common to the documents of all types. */
export function docOf(type: EventType): EventDoc<EventType> | undefined {
  return eventDocs[type];
}

/** The topics on which events of this type come. */
export function topicsOf(type: EventType): readonly Topic[] {
  return [...new Set((docOf(type)?.sentBy ?? []).map((service) => topicOf(type, service)))];
}
