import { describe, expect, test } from '@jest/globals';
import type { Known } from '@tablekeep/schema/settings';
import fc from 'fast-check';
import {
  chainOf,
  deletionWarnings,
  judgeDeletion,
  vaultKey,
  type DeletablePoint,
  type Remaining,
} from './judge-deletion.ts';

const DAY = 86_400_000;
const day = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * DAY);
const anyPoint = fc
  .record({
    table: fc.constantFrom('Orders', 'Users'),
    tableId: fc.constantFrom('t-1', 't-2', null),
    vaultName: fc.constantFrom('gold', 'locked', 'unseen'),
    age: fc.nat(5),
    state: fc.constantFrom('there', 'there', 'there', 'held', 'gone'),
    chosen: fc.boolean(),
  })
  .map(({ table, tableId, vaultName, age, state, chosen }) => ({
    chosen,
    point: {
      kind: 'BACKUP' as const,
      tableArn: `arn:aws:dynamodb:us-east-1:111122223333:table/${table}`,
      tableId,
      tableName: table,
      region: 'us-east-1',
      vaultName,
      createdAt: day(age),
      sizeBytes: 1,
      deletedAt: state === 'gone' ? day(9) : null,
      holdReason: state === 'held' ? 'audit' : null,
    },
  }));
const catalog = fc
  .array(anyPoint, { maxLength: 14 })
  .map((all) => all.map(({ chosen, point }, i) => ({ chosen, point: { ...point, id: `p${i}` } })));
const locks = new Map<string, Known<boolean>>([
  [vaultKey({ region: 'us-east-1', vaultName: 'gold' }), { state: 'known', value: false }],
  [vaultKey({ region: 'us-east-1', vaultName: 'locked' }), { state: 'known', value: true }],
  [vaultKey({ region: 'us-east-1', vaultName: 'unseen' }), { state: 'unknown', because: 'AccessDenied' }],
]);

function beside(points: readonly DeletablePoint[]): Map<string, Remaining> {
  return new Map(
    [...Map.groupBy(points, chainOf)].map(([chain, rest]) => [
      chain,
      { points: rest.length, newest: new Date(Math.max(...rest.map(({ createdAt }) => createdAt.getTime()))) },
    ]),
  );
}

describe('what a deletion by hand would do', () => {
  test('nothing on hold, in a locked vault or gone is deleted; everything else is', () => {
    fc.assert(
      fc.property(catalog, (all) => {
        const points = all.map(({ point }) => point);
        const verdicts = points.map((point) => judgeDeletion(point, locks));
        expect(verdicts.map(({ verdict }) => verdict === 'DELETE')).toEqual(
          points.map(
            ({ vaultName, holdReason, deletedAt }) =>
              vaultName !== 'locked' && holdReason === null && deletedAt === null,
          ),
        );
        for (const one of verdicts) if (one.verdict === 'KEEP') expect(one.because).toMatch(/^.{10,}\.$|audit$/u);
      }),
    );
  });

  test('a warning comes exactly where a table would lose its last point, or its newest state', () => {
    fc.assert(
      fc.property(catalog, (all) => {
        const chosen = all.filter((one) => one.chosen).map(({ point }) => point);
        const doomed = new Set(chosen.filter((point) => judgeDeletion(point, locks).verdict === 'DELETE'));
        const there = all.map(({ point }) => point).filter(({ deletedAt }) => deletedAt === null);
        const warnings = deletionWarnings([...doomed], locks, beside(there.filter((point) => !doomed.has(point))));
        let expected = 0;
        for (const chain of Map.groupBy(there, chainOf).values()) {
          const left = chain.filter((point) => !doomed.has(point));
          const newest = (some: readonly DeletablePoint[]) => Math.max(...some.map((one) => one.createdAt.getTime()));
          if (left.length < chain.length && (left.length === 0 || newest(left) < newest(chain))) expected += 1;
        }
        expect(warnings.filter((text) => /would be (?:left|gone)/u.test(text))).toHaveLength(expected);
        const unseen = [...doomed].some(({ vaultName }) => vaultName === 'unseen');
        expect(warnings.some((text) => text.includes('could not be told'))).toBe(unseen);
      }),
    );
  });
});
