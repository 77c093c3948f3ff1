import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RecentEvents, type Recent } from './recent-events.ts';

const batches = fc.array(
  fc.record({ sizes: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 5 }), skipped: fc.nat(3) }),
  { maxLength: 20 },
);

test('whatever came: all after a position or nothing at all, in order, and never more than the bounds', () => {
  fc.assert(
    fc.property(batches, fc.nat(30), (all, begin) => {
      const recent = new RecentEvents(8, 100);
      recent.reset(begin);
      const told: number[] = [];
      let position = begin;
      for (const { sizes, skipped } of all) {
        const entries = sizes.map((size): Recent => {
          position += 1 + (skipped % 2);
          told.push(position);
          return { position, frame: Buffer.alloc(size), event: undefined as never };
        });
        position += skipped;
        recent.add(entries, position);
        expect(recent.to).toBe(position);
        expect(recent.bytes).toBeLessThanOrEqual(100);
        for (let from = begin; from <= position; from++) {
          const found = recent.after(from)?.map((one) => one.position);
          if (found === undefined) continue;
          expect(found).toEqual(told.filter((one) => one > from));
          expect(found.length).toBeLessThanOrEqual(8);
        }
        expect(recent.after(position)).toEqual([]);
      }
    }),
  );
});
