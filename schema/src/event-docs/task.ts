import {
  AWAY,
  AWS_ACCOUNT,
  BACKUP_JOB,
  HOME,
  ids,
  orders,
  ordersSettings,
  origin,
  RECOVERY_POINT,
  VAULT,
} from './samples.ts';
import type { EventDocs } from './types.ts';

const backup = { sessionId: ids.session, taskId: ids.backupTask, attempt: 1, kind: 'BACKUP' } as const;
const nothing = { warnings: [], point: null, restored: null, scan: null, deleted: null, awsJobId: null };
const awsJobId = 'Of the job in AWS Backup; null where the task has none.';

/** Tasks: what a session does to one table. */
export const taskDocs = {
  'dev.tablekeep.task.accepted.v1': {
    audience: 'INTERNAL',
    sentBy: ['executor'],
    summary: 'The executor has stored the attempt; it will not be sent again.',
    subject: 'the session’s id',
    fields: {},
    examples: [{ name: 'a backup waits for its turn', subject: ids.session, data: backup }],
  },
  'dev.tablekeep.task.started.v1': {
    audience: 'PUBLIC',
    sentBy: ['executor'],
    summary: 'AWS has been asked to do the task.',
    subject: 'the session’s id',
    fields: { awsJobId },
    examples: [{ name: 'a backup job runs', subject: ids.session, data: { ...backup, awsJobId: BACKUP_JOB } }],
  },
  'dev.tablekeep.task.progressed.v1': {
    audience: 'PUBLIC',
    sentBy: ['executor'],
    summary: 'There is something to say of a task under way.',
    subject: 'the session’s id',
    fields: { percent: 'As AWS tells it, 0 to 100; null: it does not.', message: 'For people.' },
    examples: [
      {
        name: 'a third of a backup',
        subject: ids.session,
        data: { ...backup, percent: 33, message: 'AWS Backup has done 33 %.' },
      },
    ],
  },
  'dev.tablekeep.task.succeeded.v1': {
    audience: 'PUBLIC',
    sentBy: ['executor'],
    summary: 'The attempt is over and has done what was asked.',
    more: 'A restore point it made is in the catalog once dev.tablekeep.restore-point.catalogued.v1 has come.',
    subject: 'the session’s id',
    fields: {
      awsJobId,
      warnings: 'Done, but a person should look: makes the task WARNING. For people.',
      point: 'The recovery point that a backup or copy made.',
      'point.selfSufficient': 'False where AWS’s tag limit left no room for what a catalog import needs.',
      'point.settings': 'The table’s settings as they were; null where they are those of the point that was copied.',
      restored: 'What a restore brought: each property at backup, asked, and found.',
      scan: 'What a scan found.',
      deleted: 'What became of a point that was to be deleted.',
      'deleted.outcome': 'KEPT is an outcome: a hold or a lock is no failure.',
    },
    examples: [
      {
        name: 'a backup is made',
        subject: ids.session,
        data: {
          ...backup,
          ...nothing,
          point: {
            recoveryPointArn: RECOVERY_POINT,
            sourceRecoveryPointArn: null,
            accountId: ids.account,
            awsAccountId: AWS_ACCOUNT,
            region: HOME,
            vaultName: VAULT,
            createdAt: '2026-11-27T02:03:10.000Z',
            completedAt: '2026-11-27T02:11:52.000Z',
            sizeBytes: 734_003_200,
            table: orders,
            origin,
            settings: ordersSettings,
            selfSufficient: true,
          },
          awsJobId: BACKUP_JOB,
        },
      },
      {
        name: 'a Region is scanned',
        subject: ids.session,
        data: {
          ...nothing,
          sessionId: ids.session,
          taskId: ids.scanTask,
          attempt: 1,
          kind: 'SCAN',
          scan: { scanId: ids.scan, tables: 12 },
        },
      },
    ],
  },
  'dev.tablekeep.task.failed.v1': {
    audience: 'PUBLIC',
    sentBy: ['executor'],
    summary: 'The attempt is over without what was asked; the session may try again.',
    subject: 'the session’s id',
    fields: {
      awsJobId,
      code: 'Stable, for programs: TABLE_NOT_FOUND, ACCESS_DENIED, TABLE_EXISTS, JOB_FAILED …',
      reason: 'For people: what happened and what to do.',
      retryable: 'Whether the same attempt could succeed later without anybody changing anything.',
      awsRequestId: 'For a question to AWS’s support; null where AWS was not asked.',
    },
    examples: [
      {
        name: 'AWS refuses a copy',
        subject: ids.session,
        data: {
          sessionId: ids.session,
          taskId: ids.copyTask,
          attempt: 1,
          kind: 'COPY',
          code: 'ACCESS_DENIED',
          reason: `The vault tablekeep in ${AWAY} does not let this account copy into it.`,
          retryable: false,
          awsJobId: null,
          awsRequestId: '0f6c1d2e-6f5f-4d1c-9c2e-111122223333',
        },
      },
    ],
  },
  'dev.tablekeep.task.canceled.v1': {
    audience: 'PUBLIC',
    sentBy: ['executor'],
    summary: 'The attempt was stopped before it was done.',
    subject: 'the session’s id',
    fields: { reason: 'Who asked, or why.' },
    examples: [
      { name: 'a person stops a session', subject: ids.session, data: { ...backup, reason: 'Stopped by Ada.' } },
    ],
  },
} as const satisfies EventDocs;
