import { expect, test } from '@jest/globals';
import { NOTHING } from './policy-document.ts';
import { tablesToCheck, type GuardedTable } from './tables-to-check.ts';

const table = (name: string, guards: object = {}, change: object = {}): GuardedTable => ({
  arn: `arn:${name}`,
  name,
  region: 'us-east-1',
  tags: { state: 'known' as const, value: [] },
  guards: {
    encryption: { type: 'AWS_OWNED', kmsKeyArn: null },
    resourcePolicy: { state: 'known', value: null },
    ...guards,
  },
  ...change,
});
const all = { regions: ['us-east-1'], include: { ...NOTHING, allTables: true }, exclude: NOTHING };

test('covered tables are asked about, spread over all names, with the policies and customer keys they have', () => {
  const key = { type: 'CUSTOMER_MANAGED' as const, kmsKeyArn: 'arn:key' };
  const tables = [
    ...Array.from({ length: 500 }, (_, i) =>
      table(`t-${String(i).padStart(3, '0')}`, i < 2 ? { encryption: key } : {}),
    ),
    table('x-with', { resourcePolicy: { state: 'known', value: '{}' } }),
    table('x-unread', { resourcePolicy: { state: 'unknown', because: 'may not' } }),
    table('z-elsewhere', { encryption: { ...key, kmsKeyArn: 'arn:other' } }, { region: 'eu-west-1' }),
  ];
  const asked = tablesToCheck(tables, [all]);
  expect(asked).toMatchObject({
    more: 302,
    policies: [
      { arn: 'arn:x-with', policy: { state: 'known', value: '{}' } },
      { arn: 'arn:x-unread', policy: { state: 'unknown', because: 'may not' } },
    ],
    morePolicies: 0,
    keys: [{ region: 'us-east-1', arn: 'arn:key' }],
  });
  expect(asked.arns).toHaveLength(200);
  expect(new Set(asked.arns.map((arn) => arn.slice(0, 7)))).toEqual(
    new Set(['0', '1', '2', '3', '4'].map((digit) => `arn:t-${digit}`)),
  );
  expect(tablesToCheck(tables, [{ ...all, include: { ...NOTHING, tableNames: ['x-with'] } }])).toMatchObject({
    arns: ['arn:x-with'],
    more: 0,
  });
});
