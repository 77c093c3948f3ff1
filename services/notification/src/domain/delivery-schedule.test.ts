import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DeliveryKind } from './content.ts';
import { mostTries, nextTry } from './delivery-schedule.ts';

const kinds: readonly DeliveryKind[] = ['EMAIL', 'WEBHOOK', 'SLACK', 'SNS', 'PING'];
const now = new Date('2026-01-31T05:00:00.000Z');

describe('the schedule of tries', () => {
  test('a webhook is tried ten times over 75 hours, and then given up', () => {
    expect(mostTries('WEBHOOK')).toBe(10);
    let at = now;
    for (let failures = 1; failures < 10; failures++) at = nextTry('WEBHOOK', failures, { now: at, chance: 0.5 })!;
    expect((at.getTime() - now.getTime()) / 3_600_000).toBeCloseTo(75.6, 1);
    expect(nextTry('WEBHOOK', 10, { now: at, chance: 0.5 })).toBeNull();
  });

  test.each<[DeliveryKind, number, number]>([
    ['EMAIL', 13, 23.5],
    ['SLACK', 13, 23.5],
    ['SNS', 13, 23.5],
    ['PING', 8, 0.5],
  ])('%s is tried %i times over about %f hours', (kind, tries, hours) => {
    expect(mostTries(kind)).toBe(tries);
    let at = now;
    for (let failures = 1; failures < tries; failures++) at = nextTry(kind, failures, { now: at, chance: 0.5 })!;
    expect((at.getTime() - now.getTime()) / 3_600_000).toBeCloseTo(hours, 1);
    expect(nextTry(kind, tries, { now: at, chance: 0.5 })).toBeNull();
  });

  test('each wait is longer than the one before, whatever the chance, and never by more than a tenth off', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.double({ min: 0, max: 1, noNaN: true }), (kind, chance) => {
        const waits = Array.from({ length: mostTries(kind) - 1 }, (_, i) => {
          const exact = nextTry(kind, i + 1, { now, chance: 0.5 })!.getTime() - now.getTime();
          const wait = nextTry(kind, i + 1, { now, chance })!.getTime() - now.getTime();
          expect(Math.abs(wait - exact)).toBeLessThanOrEqual(exact * 0.1 + 1);
          return wait;
        });
        expect(waits).toEqual(waits.toSorted((a, b) => a - b));
        expect(nextTry(kind, mostTries(kind), { now, chance })).toBeNull();
      }),
    );
  });

  test('a receiver’s wish delays a try, and never hurries it', () => {
    const after = (wishMs: number) => nextTry('SLACK', 1, { now, chance: 0.5, wishMs })!.getTime() - now.getTime();
    expect(after(90_000)).toBe(90_000);
    expect(after(1)).toBe(15_000);
    expect(after(Number.MAX_SAFE_INTEGER)).toBe(86_400_000);
  });
});
