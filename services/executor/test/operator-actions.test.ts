import { expect, test } from '@jest/globals';
import { operatorActions, type ActionEntry } from '@tablekeep/schema/permissions';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const executor = join(import.meta.dirname, '..', 'src');
const sources = readdirSync(executor, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(join(executor, name), 'utf8') }));
const inAws = sources.filter((source) => source.name.startsWith('aws'));
const table = Object.keys(operatorActions).sort();

const once = (names: Iterable<string>) => [...new Set(names)].sort();
const all = (pattern: RegExp) =>
  inAws.flatMap(({ text }) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));

test('the table has every operation that the executor names where it calls, and no other', () => {
  const literal = all(/\.call\(\s*'([^']+)'/gu);
  // A call whose operation depends on the change takes it from a function that returns one.
  const returned = all(/return '((?:account|application-autoscaling|backup|dynamodb|iam|kms):[A-Z]\w+)'/gu);
  expect(literal.length).toBeGreaterThan(20);
  expect(once([...literal, ...returned])).toEqual(table);
});

test('each call that does not name its operation takes it from such a function', () => {
  const unnamed = inAws.filter(({ text }) => /\baws\.call\(\s*[^'\s]/u.test(text));
  for (const { text } of unnamed) expect(text).toMatch(/const operation = operationOf\(/u);
});

test('the table has an operation for each command of the AWS SDK that the executor sends, and no other', () => {
  const service: Readonly<Record<string, string>> = {
    account: 'account',
    'application-auto-scaling': 'application-autoscaling',
    backup: 'backup',
    dynamodb: 'dynamodb',
    iam: 'iam',
    kms: 'kms',
    sns: 'sns',
  };
  const sent = inAws.flatMap(({ text }) =>
    [...text.matchAll(/import \{([^}]+)\} from '@aws-sdk\/client-([\w-]+)'/gu)].flatMap(([, names = '', client = '']) =>
      [...names.matchAll(/\b(\w+)Command\b/gu)].map(([, name = '']) => `${service[client] ?? client}:${name}`),
    ),
  );
  // Assuming the role itself is what its trust policy is about; whose keys they are AWS tells anybody who has them.
  const needNone = ['sts:AssumeRole', 'sts:GetCallerIdentity'];
  expect(once(sent.filter((name) => !needNone.includes(name)))).toEqual(table);
});

test('nothing but the folder aws imports the AWS SDK', () => {
  const others = sources.filter(({ name, text }) => !name.startsWith('aws') && text.includes('@aws-sdk/'));
  expect(others.map((source) => source.name)).toEqual([]);
});

test('each action is written out, and each that no call names says why', () => {
  for (const [operation, entry] of Object.entries<ActionEntry>(operatorActions)) {
    const implicit = entry.implicit ?? [];
    for (const action of [operation, ...implicit.map((one) => one.action)]) {
      expect(action).toMatch(/^[a-z-]+:[A-Z][A-Za-z]+$/u);
    }
    for (const one of implicit) expect(one.why).toMatch(/^[A-Z].{20,}\.$/u);
  }
});
