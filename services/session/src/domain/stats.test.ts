import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bucketStart, inBuckets, type Stat } from './stats.ts';

const moment = fc.date({ min: new Date('1969-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
const bucket = fc.constantFrom('HOUR' as const, 'DAY' as const, 'WEEK' as const);
const LENGTH_MS = { HOUR: 3_600_000, DAY: 86_400_000, WEEK: 7 * 86_400_000 };

test('a moment lies in its bucket, which begins at a full hour, at midnight, or on a Monday', () => {
  fc.assert(
    fc.property(moment, bucket, (at, of) => {
      const start = bucketStart(at, of);
      expect(at.getTime() - start.getTime()).toBeGreaterThanOrEqual(0);
      expect(at.getTime() - start.getTime()).toBeLessThan(LENGTH_MS[of]);
      expect(start.toISOString()).toMatch(of === 'HOUR' ? /:00:00\.000Z$/u : /T00:00:00\.000Z$/u);
      if (of === 'WEEK') expect(start.getUTCDay()).toBe(1);
    }),
  );
});

test('nothing is lost or counted twice, whatever the bucket', () => {
  const hour = fc.record<Stat>({
    start: moment.map((at) => bucketStart(at, 'HOUR')),
    type: fc.constantFrom('POLICY_BACKUP', 'RESTORE'),
    status: fc.constantFrom('SUCCEEDED', 'FAILED'),
    sessions: fc.nat(50),
    durationSeconds: fc.nat(10_000),
    tasksSucceeded: fc.nat(500),
    tasksWarning: fc.nat(5),
    tasksFailed: fc.nat(5),
  });
  fc.assert(
    fc.property(fc.array(hour), bucket, (hours, of) => {
      const stats = inBuckets(hours, of);
      const sum = (all: readonly Stat[], field: 'sessions' | 'tasksSucceeded' | 'durationSeconds') =>
        all.reduce((total, one) => total + one[field], 0);
      for (const field of ['sessions', 'tasksSucceeded', 'durationSeconds'] as const) {
        expect(sum(stats, field)).toBe(sum(hours, field));
      }
      const keys = stats.map((one) => `${one.start.toISOString()} ${one.type} ${one.status}`);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys).toEqual([...keys].sort());
    }),
  );
});
