import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emptyBucket, giveBack, pass, slowDown, take } from './token-bucket.ts';

/** When calls go out whose callers ask at these moments. */
function departures(ratePerSecond: number, askedAtMs: readonly number[]): number[] {
  let bucket = emptyBucket(ratePerSecond, 0);
  return askedAtMs.map((at) => {
    const taken = take(bucket, at);
    bucket = taken.bucket;
    return at + taken.waitMs;
  });
}

const rate = fc.double({ min: 0.1, max: 100, noNaN: true });
const moments = fc
  .array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 60 })
  .map((list) => list.sort((a, b) => a - b));

describe('a token bucket', () => {
  test('in any stretch of time never lets out more than a burst and the rate', () => {
    fc.assert(
      fc.property(rate, moments, (perSecond, asked) => {
        const out = departures(perSecond, asked);
        for (let from = 0; from < out.length; from++) {
          for (let to = from; to < out.length; to++) {
            const seconds = (out[to]! - out[from]!) / 1_000;
            expect(to - from + 1).toBeLessThanOrEqual(Math.max(1, perSecond) + seconds * perSecond + 1.001);
          }
        }
      }),
    );
  });

  test('lets callers go in the order they asked, and each of them some time', () => {
    fc.assert(
      fc.property(rate, moments, (perSecond, asked) => {
        const out = departures(perSecond, asked);
        expect(out).toEqual([...out].sort((a, b) => a - b));
        expect(out.at(-1)).toBeLessThanOrEqual(asked.at(-1)! + (asked.length / perSecond) * 1_000 + 1);
      }),
    );
  });

  test('callers that are let go all at once after a stall still leave at the rate', () => {
    fc.assert(
      fc.property(
        rate,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 30_000 }),
        (perSecond, callers, stallMs) => {
          let bucket = emptyBucket(perSecond, 0);
          let at = stallMs;
          const out: number[] = [];
          while (out.length < callers) {
            const tried = pass(bucket, at);
            bucket = tried.bucket;
            if (tried.waitMs === 0) out.push(at);
            else at += tried.waitMs + 0.001;
          }
          const burst = Math.max(1, perSecond / 5);
          out.forEach((time, i) => {
            const seconds = (time - out[0]!) / 1_000;
            expect(i + 1).toBeLessThanOrEqual(burst + seconds * perSecond + 1.001);
          });
          // Nor later than the rate asks for.
          expect(out.at(-1)! - stallMs).toBeLessThanOrEqual((callers / perSecond) * 1_000 + callers + 1);
        },
      ),
    );
  });

  test('starts empty: a new owner waits for its first call', () => {
    expect(take(emptyBucket(2, 1_000), 1_000).waitMs).toBeCloseTo(500);
  });

  test('is slower after each throttle, never stands still, and recovers within a minute', () => {
    let bucket = emptyBucket(10, 0);
    const waits: number[] = [];
    for (let throttle = 0; throttle < 8; throttle++) {
      bucket = slowDown(bucket, 0);
      waits.push(take(bucket, 0).waitMs);
    }
    expect(waits[0]).toBeCloseTo(200);
    expect(waits.at(-1)).toBeCloseTo(1_600);
    const later = take(take(bucket, 60_000).bucket, 60_000).bucket;
    expect(later.factor).toBe(1);
  });

  test('takes back what was not used', () => {
    const bucket = take(emptyBucket(1, 0), 0).bucket;
    expect(take(giveBack(bucket), 0).waitMs).toBeCloseTo(1_000);
  });
});
