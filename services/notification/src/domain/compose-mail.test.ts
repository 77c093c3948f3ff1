import { describe, expect, test } from '@jest/globals';
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

type Slack = {
  text: string;
  blocks: { type: string; text?: { type: string; text: string }; fields?: { text: string }[] }[];
};

test('Slack gets blocks within its limits, and no name calls the whole channel', () => {
  const anything = fc.string({ maxLength: 4_000, unit: 'binary' });
  fc.assert(
    fc.property(anything, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 101 }), (name, count, noted) => {
      const problem = { ...result.problems[0]!, name: `<!channel> ${name}`, reason: `&<${name}` };
      const many = { ...result, policyName: `<!here> ${name}`, problems: Array(count).fill(problem) };
      const notes = Array<string>(noted).fill(`<!everyone> ${name}`);
      const body = composeSlack(sessionMessage({ ...many, notes, reason: name }, 'e', around));
      // What all blocks together may have is not documented: Slack refuses them from about 13,200 characters on.
      expect(body.length).toBeLessThan(13_000);
      const { blocks, text } = JSON.parse(body) as Slack;
      expect(blocks.length).toBeLessThanOrEqual(50);
      expect(text).not.toContain('<!');
      for (const block of blocks) {
        expect(block.fields?.length ?? 1).toBeGreaterThan(0);
        expect(block.fields?.length ?? 0).toBeLessThanOrEqual(10);
        for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2_000);
        expect(block.text?.text.length ?? 1).toBeGreaterThan(0);
        expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3_000);
        if (block.type !== 'header') expect(JSON.stringify(block)).not.toContain('<!');
      }
      // However much there is to say: emulated is never mistaken for real, and the rest can be found.
      expect(body).toContain('*Environment*\\nEMULATED');
      expect(body).toContain('|Show the session>');
    }),
    { numRuns: 60 },
  );
});

describe('a run of which five hundred tables fail', () => {
  const reason = 'Access denied: не разрешено '.repeat(18).slice(0, 500);
  const outcome = (i: number, status: 'FAILED' | 'SKIPPED') => ({
    arn: `arn:${i}`,
    name: `${'Table'.repeat(20)}-${i}`,
    region: 'us-east-1',
    status,
    reason,
  });
  // As the event has it: the first hundred, in the order of the plan.
  const all = sessionMessage(
    {
      ...result,
      counts: { total: 700, succeeded: 100, warning: 0, failed: 500, canceled: 0, skipped: 100 },
      notes: Array.from({ length: 101 }, (_, i) => `note ${i} ${reason}`),
      problemsInAll: 600,
      problems: Array.from({ length: 100 }, (_, i) => outcome(i, i < 60 ? 'SKIPPED' : 'FAILED')),
    },
    'e-1',
    around,
  );

  test('says how many there are, not how many it names', () => {
    expect(all.words.issues).toBe('600 problems');
    const { text, html } = composeMail(all);
    expect(text).toContain('… and 500 more.');
    expect(html).toMatch(/… and 5\d\d more\./u);
    expect(composeSlack(all)).toMatch(/… and 5\d\d more\./u);
  });

  test('names what failed before what was left out because of it', () => {
    const { html, text } = composeMail(all);
    expect(text.indexOf('-60 (')).toBeLessThan(text.indexOf('-0 ('));
    expect(html).toContain('-60</div>');
    expect(composeSlack(all)).toContain('-60*');
  });

  test('stays a mail that is shown whole: Gmail cuts at 102 KB', () => {
    const { html } = composeMail(all);
    expect(Buffer.byteLength(html)).toBeLessThan(102_000);
    expect(html).toContain('Show the session');
  });
});

test.each([
  ['SUCCEEDED', 'SUCCESS'],
  ['WARNING', 'WARNING'],
  ['CANCELED', 'WARNING'],
  ['FAILED', 'ERROR'],
] as const)('%s is %s', (status, severity) => expect(severityOf(status)).toBe(severity));
