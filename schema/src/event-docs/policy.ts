import { ACCOUNT_NAME, AWS_ACCOUNT, dailyRule, HOME, ids, POLICY_NAME, SLOT, tableArn } from './samples.ts';
import type { EventDocs } from './types.ts';

/** Accounts, policies, schedules and what they leave unprotected. */
export const policyDocs = {
  'dev.tablekeep.account.changed.v1': {
    audience: 'INTERNAL',
    sentBy: ['policy'],
    summary: 'An AWS account was registered, changed or removed; carries all that other services keep of it.',
    more: 'Internal, for it holds the external id. Programs see accounts through the API, and who changed them in the audit events.',
    subject: 'the account’s id',
    fields: { deleted: 'True: the account is no longer registered.' },
    examples: [
      {
        name: 'an account is registered',
        subject: ids.account,
        data: {
          account: {
            id: ids.account,
            name: ACCOUNT_NAME,
            awsAccountId: AWS_ACCOUNT,
            roleArn: `arn:aws:iam::${AWS_ACCOUNT}:role/TablekeepOperator`,
            externalId: 'example-external-id',
            serviceRoleArn: `arn:aws:iam::${AWS_ACCOUNT}:role/TablekeepBackupService`,
            regions: [HOME],
            uses: ['BACKUP', 'RESTORE'],
          },
          deleted: false,
        },
      },
    ],
  },
  'dev.tablekeep.policy.changed.v1': {
    audience: 'PUBLIC',
    sentBy: ['policy'],
    summary: 'A policy was made, edited, enabled, disabled or deleted.',
    subject: 'the policy’s id',
    fields: {
      name: 'Of the policy, after the change.',
      enabled: 'False: its schedules do not run.',
      deleted: 'True: the policy is gone; its restore points stay.',
      version: 'Rises with every change of the policy: an event with a lower one than you have seen is late.',
      notifications: 'Who hears of its runs instead of those of the settings; null: nobody was named.',
      'notifications.silent': 'Nobody hears of the policy’s runs.',
      'notifications.recipients': 'Null: as the settings say.',
      'notifications.notifyOn': 'Null: as the settings say.',
      nextRunAt:
        'When its schedules run it next, as of this change; null: they do not; absent in events of a release that did not say.',
    },
    examples: [
      {
        name: 'a policy is enabled',
        subject: ids.policy,
        data: {
          policyId: ids.policy,
          name: POLICY_NAME,
          enabled: true,
          deleted: false,
          version: 3,
          notifications: { silent: false, recipients: ['dba@example.com'], notifyOn: ['WARNING', 'ERROR'] },
          nextRunAt: '2026-11-28T02:00:00.000Z',
        },
      },
    ],
  },
  'dev.tablekeep.account.scan.due.v1': {
    audience: 'INTERNAL',
    sentBy: ['policy'],
    summary: 'The inventory of these Regions has grown old: the session of this id shall scan them.',
    subject: 'the account’s id',
    fields: { regions: 'Whose inventory is older than the setting allows.' },
    examples: [
      {
        name: 'a Region was not scanned for six hours',
        subject: ids.account,
        data: { accountId: ids.account, sessionId: ids.session, regions: [HOME] },
      },
    ],
  },
  'dev.tablekeep.tables.unprotected.v1': {
    audience: 'PUBLIC',
    sentBy: ['policy'],
    summary:
      'A scan saw tables that no enabled policy covers: for the first time, or with other tags than those by which one did.',
    subject: 'the account’s id',
    fields: {
      accountName: 'As it was called when the scan ended.',
      scanId: 'Of the scan that found them.',
      count: 'All of them.',
      tables: 'The first 100, each with why no policy covers it.',
      'tables[].reason': 'For people: why no policy covers the table.',
      'tables[].why':
        'NEW: seen for the first time. LOST_COVER: known, and no longer covered. Absent in events of a release that told of new ones only.',
    },
    examples: [
      {
        name: 'a new table that no policy selects',
        subject: ids.account,
        data: {
          accountId: ids.account,
          accountName: ACCOUNT_NAME,
          region: HOME,
          scanId: ids.scan,
          count: 1,
          tables: [
            {
              arn: tableArn('Drafts'),
              name: 'Drafts',
              reason: 'No policy selects it: it has no tag that one asks for.',
              why: 'NEW',
            },
          ],
        },
      },
    ],
  },
  'dev.tablekeep.policy.due.v1': {
    audience: 'INTERNAL',
    sentBy: ['policy'],
    summary: 'A slot of the policy’s schedules has come: the session of this id shall run it.',
    more: 'The run itself is told by dev.tablekeep.session.changed.v1 and dev.tablekeep.session.finished.v1.',
    subject: 'the policy’s id',
    fields: {
      lateBecause: 'Why it runs later than its slot, in words; null: it does not.',
      nextRunAt: 'The slot after this one; null: none follows.',
    },
    examples: [
      {
        name: 'the nightly slot',
        subject: ids.policy,
        data: {
          policyId: ids.policy,
          policyName: POLICY_NAME,
          accountId: ids.account,
          sessionId: ids.session,
          slot: { at: SLOT, rules: [dailyRule] },
          lateBecause: null,
          retryCount: 3,
          retryDelaySeconds: 600,
          nextRunAt: '2026-11-28T02:00:00.000Z',
        },
      },
    ],
  },
  'dev.tablekeep.policy.slots.missed.v1': {
    audience: 'PUBLIC',
    sentBy: ['policy'],
    summary:
      'Slots of a policy’s schedules came and were not run in their time; one late run makes up for all of them.',
    subject: 'the policy’s id',
    fields: {
      because: 'RUN_OPEN: the run before was not over. NOT_RUNNING: Tablekeep was down.',
      count: 'All slots that were missed.',
      slots: 'The first 100, oldest first.',
      sessionId: 'Of the late run.',
      reason: 'For people, and more exact than `because`; absent in events of a release that did not say.',
    },
    examples: [
      {
        name: 'a night without Tablekeep',
        subject: ids.policy,
        data: {
          policyId: ids.policy,
          policyName: POLICY_NAME,
          because: 'NOT_RUNNING',
          count: 1,
          slots: [SLOT],
          sessionId: ids.session,
          reason: 'Tablekeep was not running when the slot came.',
        },
      },
    ],
  },
  'dev.tablekeep.policy.slots.waiting.v1': {
    audience: 'PUBLIC',
    sentBy: ['policy'],
    summary:
      'Slots of a policy’s schedules have come and wait until its run under way is over; told once for each wait.',
    more: 'They are not lost: one run makes up for them afterwards. A run that takes longer than the time between two slots is worth a look.',
    subject: 'the policy’s id',
    fields: {
      since: 'The first slot that waits.',
      count: 'Of the slots that wait.',
      sessionId: 'Of the run they wait for.',
    },
    examples: [
      {
        name: 'the run before takes all night',
        subject: ids.policy,
        data: { policyId: ids.policy, policyName: POLICY_NAME, since: SLOT, count: 1, sessionId: ids.session },
      },
    ],
  },
  'dev.tablekeep.policy.slots.dropped.v1': {
    audience: 'PUBLIC',
    sentBy: ['policy'],
    summary: 'Slots had come and were not run yet when somebody changed the policy so that they never will be.',
    subject: 'the policy’s id',
    fields: {
      because: 'What was done to the policy: EDITED, DISABLED or DELETED.',
      count: 'All slots that were dropped.',
      slots: 'The first 100, oldest first.',
      purpose: 'Of what the slots are: BACKUP, also where it is absent, or VERIFICATION.',
    },
    examples: [
      {
        name: 'a policy is disabled while its slot waits',
        subject: ids.policy,
        data: { policyId: ids.policy, policyName: POLICY_NAME, because: 'DISABLED', count: 1, slots: [SLOT] },
      },
    ],
  },
  'dev.tablekeep.policy.slots.reset.v1': {
    audience: 'PUBLIC',
    sentBy: ['policy'],
    summary: 'A clock ran ahead and was put right: slots in between, which had been taken for run, count again.',
    subject: 'the policy’s id',
    fields: {
      takenUntil: 'Up to when slots had been taken for run.',
      slotsAfter: 'Slots after this moment count.',
      purpose: 'Of what the slots are: BACKUP, also where it is absent, or VERIFICATION.',
    },
    examples: [
      {
        name: 'a clock was a year ahead',
        subject: ids.policy,
        data: {
          policyId: ids.policy,
          policyName: POLICY_NAME,
          takenUntil: '2027-11-27T02:00:00.000Z',
          slotsAfter: '2026-11-27T08:31:07.412Z',
        },
      },
    ],
  },
  'dev.tablekeep.policy.slot.untaken.v1': {
    audience: 'PUBLIC',
    sentBy: ['policy'],
    summary: 'A due slot was announced, and no session has taken it up: the backup it stands for may not be running.',
    subject: 'the policy’s id',
    fields: {
      policyId: 'The policy whose run it is.',
      slot: 'When the run was due.',
      sessionId: 'Of the session that should run it; it does not exist, or nobody has heard of it.',
      announcedAt: 'When the slot was announced.',
    },
    examples: [
      {
        name: 'nobody has answered for minutes',
        subject: ids.policy,
        data: { policyId: ids.policy, slot: SLOT, sessionId: ids.session, announcedAt: '2026-11-27T02:00:01.204Z' },
      },
    ],
  },
  'dev.tablekeep.policy.unplannable.v1': {
    audience: 'PUBLIC',
    sentBy: ['policy'],
    summary:
      'The policy’s schedules can no longer be planned on this system: it does not run until somebody mends them.',
    subject: 'the policy’s id',
    fields: { reason: 'For people: what about the schedules cannot be planned.' },
    examples: [
      {
        name: 'a time zone that this system does not know',
        subject: ids.policy,
        data: {
          policyId: ids.policy,
          policyName: POLICY_NAME,
          reason: 'The time zone Mars/Olympus is not known here.',
        },
      },
    ],
  },
} as const satisfies EventDocs;
