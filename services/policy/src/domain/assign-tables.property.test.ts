import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assignTables } from './assign-tables.ts';
import { NOTHING } from './policy-document.ts';

const names = ['A', 'B', 'C', 'D', 'E'];
const some = fc.uniqueArray(fc.constantFrom(...names));
const policy = fc.record({ include: some, exclude: some });
const table = (name: string) => ({
  arn: name,
  name,
  region: 'us-east-1',
  tags: { state: 'known' as const, value: [] },
});

test('every table is processed by the first policy that covers it, and by no other', () => {
  fc.assert(
    fc.property(fc.array(policy, { minLength: 1, maxLength: 5 }), (policies) => {
      const ordered = policies.map(({ include, exclude }, i) => ({
        name: `P${i}`,
        covers: names.filter((name) => include.includes(name) && !exclude.includes(name)),
        document: {
          regions: ['us-east-1'],
          include: { ...NOTHING, tableNames: include },
          exclude: { ...NOTHING, tableNames: exclude },
        },
      }));
      ordered.forEach((own, i) => {
        const { mine, left } = assignTables(own.covers.map(table), ordered.slice(0, i));
        const winner = (name: string) => ordered.find((one) => one.covers.includes(name))!.name;
        expect(mine.map(({ name }) => name)).toEqual(own.covers.filter((name) => winner(name) === own.name));
        for (const [other, tables] of left) for (const one of tables) expect(winner(one.name)).toBe(other);
        expect(mine.length + [...left.values()].flat().length).toBe(own.covers.length);
      });
    }),
  );
});
