import type { SessionRequest } from '../events.ts';
import { AWS_ACCOUNT, dailyRule, HOME, ids, orders, origin, POLICY_NAME, SLOT, tableArn, VAULT } from './samples.ts';
import type { EventDocs } from './types.ts';

const nightly: SessionRequest = {
  type: 'POLICY_BACKUP',
  policyId: ids.policy,
  slot: { at: SLOT, rules: [dailyRule] },
};

/** Sessions: the run of every operation. */
export const sessionDocs = {
  'dev.tablekeep.session.requested.v1': {
    audience: 'INTERNAL',
    sentBy: ['session'],
    summary: 'A session is stored and asks to be planned.',
    subject: 'the session’s id',
    fields: { request: 'What was asked, with the defaults filled in.' },
    examples: [
      {
        name: 'the nightly run',
        subject: ids.session,
        data: {
          sessionId: ids.session,
          request: nightly,
          accountId: ids.account,
          requestedBy: 'schedule',
          requestedAt: '2026-11-27T02:00:01.337Z',
        },
      },
    ],
  },
  'dev.tablekeep.session.tasks.planned.v1': {
    audience: 'INTERNAL',
    sentBy: ['policy', 'retention'],
    summary: 'A part of the plan of one round of a session; the round is planned once all parts have come.',
    subject: 'the session’s id',
    fields: {
      taskCount: 'Of the whole round.',
      left: 'Tables that the run leaves to another, each with the reason: recorded, never begun, and nobody’s loss.',
      final: 'False: a further round follows once this one is finished.',
      notes: 'What a person should know although every table has what was asked: makes the session WARNING.',
      unplanned:
        'In the last round: what could not be planned and was, or may have been, asked for: makes the session FAILED.',
      remarks: 'What the session’s log should say, and nobody needs to be told of.',
    },
    examples: [
      {
        name: 'one table to back up',
        subject: ids.session,
        data: {
          sessionId: ids.session,
          round: 2,
          chunk: 1,
          chunks: 1,
          taskCount: 1,
          final: true,
          tasks: [
            {
              key: `backup ${orders.arn}`,
              accountId: ids.account,
              awsAccountId: AWS_ACCOUNT,
              region: HOME,
              after: null,
              table: orders,
              parameters: {
                kind: 'BACKUP',
                table: orders,
                sizeBytes: 734_003_200,
                vaultName: VAULT,
                lifecycle: { moveToColdStorageAfterDays: null, deleteAfterDays: null },
                startWindowMinutes: 60,
                completeWindowMinutes: 720,
                customTags: [],
                origin,
              },
            },
          ],
          notes: [],
          remarks: ['1 table is covered by the policy.'],
        },
      },
    ],
  },
  'dev.tablekeep.session.rejected.v1': {
    audience: 'INTERNAL',
    sentBy: ['policy', 'retention'],
    summary: 'A session cannot be planned; it ends FAILED with these reasons.',
    subject: 'the session’s id',
    fields: { reasons: 'For people, each complete in itself.' },
    examples: [
      {
        name: 'the policy is gone',
        subject: ids.session,
        data: { sessionId: ids.session, reasons: ['The policy was deleted before its run was planned.'] },
      },
    ],
  },
  'dev.tablekeep.session.round.finished.v1': {
    audience: 'INTERNAL',
    sentBy: ['session'],
    summary: 'A round that is not the last is finished: the next one may be planned.',
    subject: 'the session’s id',
    fields: {
      scans: 'Those of this round that succeeded: the inventory must hold them before the next round is planned.',
      failedRegions: 'Where the scan failed.',
      vaultScans:
        'Looks at vaults in this round that succeeded: the catalog must hold them before the next round is planned.',
      failedVaults: 'Vaults that could not be looked at: of what lies there nothing is known.',
    },
    examples: [
      {
        name: 'the scan before the backups is done',
        subject: ids.session,
        data: {
          sessionId: ids.session,
          round: 1,
          request: nightly,
          scans: [{ region: HOME, scanId: ids.scan }],
          failedRegions: [],
        },
      },
    ],
  },
  'dev.tablekeep.session.changed.v1': {
    audience: 'PUBLIC',
    sentBy: ['session'],
    summary: 'A session has another status, or some of its tasks have ended.',
    more: 'Draw progress with it. That a session is over is said by dev.tablekeep.session.finished.v1.',
    subject: 'the session’s id',
    fields: {
      counts: 'Of its tasks as far as they are planned.',
      'counts.open': 'Not over yet.',
      'counts.warning': 'Done, but somebody should look.',
    },
    examples: [
      {
        name: 'half of a nightly run is done',
        subject: ids.session,
        data: {
          sessionId: ids.session,
          type: 'POLICY_BACKUP',
          status: 'RUNNING',
          policyId: ids.policy,
          counts: { total: 12, open: 6, succeeded: 6, warning: 0, failed: 0 },
        },
      },
    ],
  },
  'dev.tablekeep.session.finished.v1': {
    audience: 'PUBLIC',
    sentBy: ['session'],
    summary: 'A session is over, and every restore point it made is in the catalog.',
    more: 'The one to subscribe to. FAILED: at least one table ended without what was asked, after the last retry. WARNING: every table has it, and something else needs a person.',
    subject: 'the session’s id',
    fields: {
      policyName: 'As it was called when the session began; null where the session belongs to no policy.',
      requestedBy: 'Name of the token or person, or "schedule".',
      trigger: 'What started it; absent in events of a release that did not say.',
      reason: 'What the caller gave as a reason; null: nothing.',
      startedAt: 'When it was asked for.',
      finishedAt: 'When its last task was over.',
      counts: 'Of its tasks.',
      notes: 'What a person should know.',
      copiesBehind:
        'Copies that were asked for and that a good backup lacks; absent in events of a release that did not say.',
      copiesMade: 'Copies that were made; absent in events of a release that did not say.',
      problems: 'Tables that did not end SUCCEEDED, at most 100.',
      problemsInAll: 'How many such tables there are; absent in events of a release that did not say.',
      'problems[].reason': 'For people: what happened and what to do.',
      'problems[].kind': 'What the task should have done; absent in events of a release that did not say.',
    },
    examples: [
      {
        name: 'a nightly run that went well',
        subject: ids.session,
        data: {
          sessionId: ids.session,
          type: 'POLICY_BACKUP',
          status: 'SUCCEEDED',
          accountId: ids.account,
          policyId: ids.policy,
          policyName: POLICY_NAME,
          requestedBy: 'schedule',
          trigger: 'SCHEDULE',
          reason: null,
          startedAt: '2026-11-27T02:00:01.337Z',
          finishedAt: '2026-11-27T02:21:40.018Z',
          counts: { total: 24, succeeded: 24, warning: 0, failed: 0, canceled: 0, skipped: 0 },
          notes: [],
          copiesBehind: 0,
          copiesMade: 12,
          problems: [],
          problemsInAll: 0,
        },
      },
      {
        name: 'one table without a backup',
        subject: ids.session,
        data: {
          sessionId: ids.session,
          type: 'POLICY_BACKUP',
          status: 'FAILED',
          accountId: ids.account,
          policyId: ids.policy,
          policyName: POLICY_NAME,
          requestedBy: 'schedule',
          trigger: 'SCHEDULE',
          reason: null,
          startedAt: '2026-11-27T02:00:01.337Z',
          finishedAt: '2026-11-27T02:51:12.902Z',
          counts: { total: 12, succeeded: 11, warning: 0, failed: 1, canceled: 0, skipped: 0 },
          notes: [],
          copiesBehind: 0,
          problems: [
            {
              arn: tableArn('Orders'),
              name: 'Orders',
              region: HOME,
              status: 'FAILED',
              kind: 'BACKUP',
              reason: 'Access denied: the operator role lacks backup:StartBackupJob on the vault tablekeep.',
            },
          ],
          problemsInAll: 1,
        },
      },
    ],
  },
} as const satisfies EventDocs;
