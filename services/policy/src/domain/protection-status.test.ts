import { describe, expect, test } from '@jest/globals';
import { NOTHING, type PolicyDocument } from './policy-document.ts';
import { protectionOf, type CoverableTable, type PolicyFacts } from './protection-status.ts';

const HOUR = 3_600_000;
const now = new Date('2026-11-27T12:00:00.000Z');
const ago = (hours: number) => new Date(now.getTime() - hours * HOUR);
const document: PolicyDocument = {
  description: '',
  regions: ['us-east-1'],
  include: { ...NOTHING, allTables: true },
  exclude: NOTHING,
  vaults: [{ region: 'us-east-1', vaultName: 'gold' }],
  copies: [],
  backupRetentionDays: 35,
  customTags: [],
  retryCount: 0,
  retryDelaySeconds: 60,
  rpoHours: 24,
  schedules: { timeZone: 'UTC', daily: null, weekly: null, monthly: null, yearly: null },
};
const policy = (change: Partial<PolicyFacts> = {}, of: Partial<PolicyDocument> = {}): PolicyFacts => ({
  id: 'p-1',
  name: 'Nightly',
  enabled: true,
  accountId: 'a-1',
  document: { ...document, ...of },
  scheduleState: 'PLANNED',
  scheduleMessage: null,
  selectsSince: ago(1_000),
  ...change,
});
const table = (since: Date): CoverableTable => ({
  arn: 'arn:t',
  name: 't',
  region: 'us-east-1',
  tags: { state: 'known', value: [] },
  since,
});

describe('the RPO of a table that was never backed up', () => {
  test.each([
    ['within it since the first scan', 23, 100, 'AWAITING_FIRST_BACKUP'],
    ['within it since the policy was enabled', 100, 23, 'AWAITING_FIRST_BACKUP'],
    ['longer than that since both', 25, 30, 'RPO_BREACHED'],
  ])('%s', (_name, seenHours, enabledHours, expected) => {
    const judged = protectionOf(table(ago(seenHours)), [policy({ selectsSince: ago(enabledHours) })], null, now);
    expect(judged).toMatchObject({ status: expected, processedBy: 'p-1' });
    if (expected !== 'RPO_BREACHED') return;
    expect(judged.reason).toBe(
      'No backup has succeeded yet; policy "Nightly" has covered it for 25 h, and its RPO is 24 h.',
    );
  });

  test('is nobody’s where the policy names none, and that of the first enabled policy where several cover it', () => {
    expect(protectionOf(table(ago(999)), [policy({}, { rpoHours: null })], null, now).status).toBe(
      'AWAITING_FIRST_BACKUP',
    );
    const others = [policy({ id: 'off', enabled: false }), policy({ id: 'first' }, { rpoHours: 48 }), policy()];
    expect(protectionOf(table(ago(30)), others, null, now)).toMatchObject({
      status: 'AWAITING_FIRST_BACKUP',
      processedBy: 'first',
      policyIds: ['off', 'first', 'p-1'],
    });
  });
});

describe('a policy that does not run by itself', () => {
  test('says so beside a point, whatever its age, and is no less to blame for an old one', () => {
    const byHand = policy({ scheduleState: 'NONE' }, { schedules: null, rpoHours: null });
    expect(protectionOf(table(ago(999)), [byHand], ago(900), now)).toMatchObject({
      status: 'PROTECTED',
      reason: 'Policy "Nightly" covers it. That policy has no schedule and runs only when somebody asks.',
    });
    expect(protectionOf(table(ago(999)), [policy({}, { schedules: null })], ago(30), now)).toMatchObject({
      status: 'RPO_BREACHED',
      reason: expect.stringMatching(/30 h old.*no schedule/u),
    });
  });

  test('because its schedules cannot be planned protects nothing, old points or not', () => {
    const broken = policy({ scheduleState: 'UNPLANNABLE', scheduleMessage: 'no such zone' });
    for (const lastBackupAt of [null, ago(1)])
      expect(protectionOf(table(ago(2)), [broken], lastBackupAt, now)).toMatchObject({
        status: 'POLICY_UNPLANNABLE',
        reason: expect.stringContaining('cannot be planned (no such zone)'),
      });
    expect(protectionOf(table(ago(999)), [broken], ago(25), now).status).toBe('RPO_BREACHED');
  });
});
