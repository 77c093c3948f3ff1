import type { EventData } from '../events.ts';
import { ACCOUNT_NAME, HOME, ids, POLICY_NAME, tableArn } from './samples.ts';
import type { EventDocs } from './types.ts';

const fields = {
  alertId: 'Of the alert, from when it is raised until it is cleared; one that comes back has another.',
  kind: 'NO_SUCCESS: a policy’s slot has come and no run has succeeded since. SLOT_MISSED: slots were not run in their time. POLICY_UNPLANNABLE: schedules of a policy cannot be planned, it does not run. COPIES_BEHIND: good backups lack copies. TABLES_UNPROTECTED: a scan saw tables that no enabled policy covers. SESSIONS_UNTAKEN: runs were announced, and no session has taken them up. DEAD_EVENTS, DEAD_WORK_ITEMS: messages that could not be handled wait for a person.',
  subject:
    'What tells alerts of a kind apart, opaque: a source has one open for it at a time. A newer one with the same source, kind and subject takes the place of the former, which may never be cleared.',
  severity:
    'WARNING: look at it in office hours. ERROR: something is not protected as it should be, or may soon not be.',
  accountId: 'Tablekeep’s id of the AWS account; null where it is not about one.',
  region: 'AWS Region; null where it is not about one.',
  sessionId: 'Of the session where the cause can be read; null where there is none.',
  policyName: 'As it was called when the alert was raised; null where it is not about one.',
  summary: 'For people: one sentence.',
  cause: 'For people: why it is so, as far as that is known.',
  nextTry: 'For people: what happens without anybody’s doing; null: nothing.',
  remedy: 'For people: what to do.',
  count: 'Of tables, slots, copies, policies, sessions or messages: of what `about` names.',
  about: 'The first 20 of them, as they were when the alert was raised.',
  'about[].name': 'Of the table, slot, session or message.',
  'about[].arn': 'Of the table; null where it is about something else.',
  'about[].region': 'AWS Region; null where it has none.',
  'about[].cause': 'For people: what is wrong with this one; null: what the alert says.',
  since: 'Since when it has been so, which may be long before anybody could tell.',
  raisedAt: 'When Tablekeep raised it.',
};

const raised: EventData<'dev.tablekeep.alert.raised.v1'> = {
  alertId: ids.alert,
  kind: 'NO_SUCCESS',
  subject: ids.policy,
  severity: 'ERROR',
  accountId: ids.account,
  region: null,
  policyId: ids.policy,
  policyName: POLICY_NAME,
  sessionId: null,
  summary: `Policy “${POLICY_NAME}” should have succeeded by now and has not`,
  cause:
    'Its slot of 2026-11-27 02:00:00 UTC has come, and no run has succeeded since; its last run ended FAILED at 2026-11-27 02:51:12 UTC.',
  nextTry: 'with the policy’s next run, 2026-11-28 02:00:00 UTC',
  remedy: 'Look at the policy’s last sessions, mend the cause, and run it with runPolicy.',
  count: 1,
  about: [{ name: 'Orders', arn: tableArn('Orders'), region: HOME, cause: null }],
  since: '2026-11-27T02:00:00.000Z',
  raisedAt: '2026-11-27T03:00:05.120Z',
};

/** Alerts on absence: what should have happened and has not. */
export const alertDocs = {
  'dev.tablekeep.alert.raised.v1': {
    audience: 'PUBLIC',
    sentBy: ['policy', 'session', 'executor', 'retention', 'notification', 'gateway'],
    summary:
      'Something that should have happened has not, or something waits for a person; told once until it is over.',
    more: 'The open ones are in the API’s alerts(filter: { open: true }).',
    subject: 'the alert’s id',
    fields,
    examples: [{ name: 'a nightly policy without a success', subject: ids.alert, data: raised }],
  },
  'dev.tablekeep.alert.cleared.v1': {
    audience: 'PUBLIC',
    sentBy: ['policy', 'session', 'executor', 'retention', 'notification', 'gateway'],
    summary: 'What an alert told of is so no longer; carries what the alert said.',
    more: 'Also where what it was about was disabled or deleted.',
    subject: 'the alert’s id',
    fields: { ...fields, clearedAt: 'When Tablekeep saw that it is over.' },
    examples: [
      {
        name: 'the policy has succeeded after all',
        subject: ids.alert,
        data: { ...raised, clearedAt: '2026-11-27T09:14:20.377Z' },
      },
      {
        name: 'a table was given a policy',
        subject: ids.alert,
        data: {
          ...raised,
          kind: 'TABLES_UNPROTECTED',
          subject: ids.scan,
          severity: 'WARNING',
          region: HOME,
          policyId: null,
          policyName: null,
          summary: `No policy protects a table of account ${ACCOUNT_NAME} in ${HOME}`,
          cause: 'A scan saw it for the first time, or with other tags than those by which a policy covered it.',
          nextTry: null,
          remedy: 'Have a policy cover it, or exclude it in one.',
          about: [{ name: 'Drafts', arn: tableArn('Drafts'), region: HOME, cause: 'No policy covers it.' }],
          clearedAt: '2026-11-27T09:14:20.377Z',
        },
      },
    ],
  },
} as const satisfies EventDocs;
