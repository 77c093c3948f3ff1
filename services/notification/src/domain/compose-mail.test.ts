import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { composeMail } from './compose-mail.ts';
import { mailFrame } from './mail-frame.ts';
import { composeSlack } from './compose-slack.ts';
import { sessionMessage, severityOf, type SessionResult, type Surroundings } from './message.ts';
import { subjectOf, subjectProblems } from './subject.ts';

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

const around: Surroundings = {
  environment: 'EMULATED',
  account: { name: 'Production', awsAccountId: '111122223333' },
  nextRunAt: new Date('2026-02-01T04:00:00.000Z'),
  publicUrl: 'https://tablekeep.example.com/',
};
const message = sessionMessage(result, 'e-1', around);

test('the subject says environment, result and what; the body names table, account, Region, cause, next try and a link', () => {
  const mail = composeMail(message);
  expect(mail.subject).toBe('[Tablekeep EMULATED] FAILED: policy Nightly <prod>, 3 tasks');
  expect(mail.text).toContain(
    '- Orders (Production (111122223333) · us-east-1) FAILED: Access denied: backup:StartBackupJob',
  );
  expect(mail.text).toContain('Next try: with the policy’s next run, 2026-02-01 04:00:00 UTC');
  expect(mail.text).toContain('Took: 5 min 30 s');
  expect(mail.text).toContain('Show the session: https://tablekeep.example.com/graphql?query=');
  for (const part of ['Orders', 'us-east-1', 'Production', '2026-02-01 04:00:00 UTC', 'backup:StartBackupJob'])
    expect(mail.html).toContain(part);
});

test('without a schedule no next try is promised, and without an address there is no link', () => {
  const plain = sessionMessage(result, 'e-1', { ...around, account: null, nextRunAt: null, publicUrl: null });
  const { text } = composeMail(plain);
  expect(text).toContain('- Orders (us-east-1) FAILED');
  expect(text).toContain('Next try: none by itself');
  expect(text).not.toContain('http');
});

test('what others named cannot become markup, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (name) => {
      const evil = `<img src=x onerror=alert(1)>${name}{{badge}}$&`;
      const { html } = composeMail(
        sessionMessage(
          { ...result, policyName: evil, problems: [{ ...result.problems[0]!, name: evil }] },
          'e',
          around,
        ),
      );
      expect(html).not.toContain('<img');
      expect(html.match(/class="tone-error"/gu)).toHaveLength(1);
    }),
  );
});

test('every place of the frame is filled', () => {
  const places = [...mailFrame.matchAll(/\{\{(\w+)\}\}/gu)].map(([, name]) => name);
  expect([...new Set(places)].sort()).toEqual([
    'badge',
    'body',
    'facts',
    'footer',
    'heading',
    'links',
    'preview',
    'title',
  ]);
  expect(composeMail(message).html).not.toContain('{{');
});

test('nothing is loaded from anywhere when it is read', () => {
  const { html } = composeMail(sessionMessage(result, 'e-1', { ...around, publicUrl: null }));
  expect(html.replaceAll(/xmlns(?::\w)?="[^"]*"/gu, '')).not.toMatch(/https?:|@import|<link|<img|url\(/iu);
});

test('a subject of the user’s own names what it may name, and says what it may where it does not', () => {
  expect(subjectOf('{policy}: {result}, {issues}, {counts}', message.words)).toBe(
    'Nightly <prod>: FAILED, 1 problem, 2 succeeded, 1 failed',
  );
  expect(subjectProblems('{policy} {result}', ['s'])).toEqual([]);
  expect(subjectProblems('{polcy} {}\r\nBcc: all', ['s']).map(({ code }) => code)).toEqual([
    'BAD_SUBJECT',
    'UNKNOWN_VARIABLE',
    'UNKNOWN_VARIABLE',
  ]);
  expect(subjectProblems('{polcy}', ['s'])[0]!.message).toContain('{environment}, {result}, {what}, {policy}');
  expect(subjectProblems(' ', ['s'])[0]!.code).toBe('REQUIRED');
});

test('no name can add a header to a subject', () => {
  fc.assert(
    fc.property(fc.string(), (name) =>
      expect(subjectOf('{policy}', { ...message.words, policy: `${name}\r\nBcc: all` })).not.toMatch(/\p{Cc}/u),
    ),
  );
});

test('Slack gets blocks within its limits, and no name calls the whole channel', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 4_000 }), fc.integer({ min: 0, max: 100 }), (name, count) => {
      const problem = { ...result.problems[0]!, name: `<!channel> ${name}`, reason: `&<${name}` };
      const many = { ...result, policyName: `<!here> ${name}`, problems: Array(count).fill(problem) };
      const body = composeSlack(sessionMessage(many, 'e', around));
      const { blocks, text } = JSON.parse(body) as {
        text: string;
        blocks: { type: string; text?: { type: string; text: string }; fields?: { text: string }[] }[];
      };
      expect(blocks.length).toBeLessThanOrEqual(50);
      expect(text).not.toContain('<!');
      for (const block of blocks) {
        expect(block.fields?.length ?? 0).toBeLessThanOrEqual(10);
        for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2_000);
        expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3_000);
        if (block.type !== 'header') expect(JSON.stringify(block)).not.toContain('<!');
      }
    }),
    { numRuns: 40 },
  );
});

test.each([
  ['SUCCEEDED', 'SUCCESS'],
  ['WARNING', 'WARNING'],
  ['CANCELED', 'WARNING'],
  ['FAILED', 'ERROR'],
] as const)('%s is %s', (status, severity) => expect(severityOf(status)).toBe(severity));
