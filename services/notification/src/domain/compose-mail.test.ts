import { expect, test } from '@jest/globals';
import { composeMail, severityOf, type SessionResult } from './compose-mail.ts';

const result: SessionResult = {
  sessionId: 's-1',
  type: 'POLICY_BACKUP',
  status: 'FAILED',
  accountId: 'a',
  policyId: 'p',
  policyName: 'Nightly <prod>',
  requestedBy: 'ops',
  reason: null,
  startedAt: '2026-01-31T04:00:00.000Z',
  finishedAt: '2026-01-31T04:05:30.000Z',
  counts: { total: 3, succeeded: 2, warning: 0, failed: 1, canceled: 0, skipped: 0 },
  notes: [],
  problems: [
    {
      arn: 'arn',
      name: 'Orders',
      region: 'us-east-1',
      status: 'FAILED',
      reason: 'Access denied: backup:StartBackupJob',
    },
  ],
};

test('the subject says environment, result and what; the body names each table with its reason', () => {
  const mail = composeMail(result, 'EMULATED');
  expect(mail.subject).toBe('[Tablekeep EMULATED] FAILED: policy Nightly <prod>, 3 tasks');
  expect(mail.text).toContain('- Orders (us-east-1) FAILED: Access denied: backup:StartBackupJob');
  expect(mail.text).toContain('Took: 330 s');
});

test('what others named cannot become markup', () => {
  expect(composeMail(result, 'AWS').html).toContain('Nightly &lt;prod&gt;');
  expect(composeMail(result, 'AWS').html).not.toContain('<prod>');
});

test.each([
  ['SUCCEEDED', 'SUCCESS'],
  ['WARNING', 'WARNING'],
  ['CANCELED', 'WARNING'],
  ['FAILED', 'ERROR'],
] as const)('%s is %s', (status, severity) => expect(severityOf(status)).toBe(severity));
