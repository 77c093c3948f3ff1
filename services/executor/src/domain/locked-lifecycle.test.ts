import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lifecycleIn } from './locked-lifecycle.ts';

const days = fc.option(fc.integer({ min: 1, max: 400 }), { nil: null });
const planned = { moveToColdStorageAfterDays: null, deleteAfterDays: null };

describe('the lifecycle of a point in its vault', () => {
  test('without a lock it is as planned, whatever the retention', () => {
    fc.assert(
      fc.property(days, (retention) => {
        const made = lifecycleIn({ name: 'gold', lock: null }, planned, retention);
        expect(made).toEqual({ fits: true, lifecycle: planned });
      }),
    );
  });

  test('a safety net comes after the retention, and after AWS’s least time in cold storage', () => {
    const net = (cold: number | null, retention: number | null, netDays: number | null) => {
      const made = lifecycleIn(
        { name: 'gold', lock: null },
        { ...planned, moveToColdStorageAfterDays: cold },
        retention,
        netDays,
      );
      return made.fits ? made.lifecycle.deleteAfterDays : null;
    };
    expect(net(null, 35, 30)).toBe(65);
    expect(net(30, 35, 30)).toBe(120);
    expect(net(null, null, 30)).toBeNull();
    expect(net(null, 35, null)).toBeNull();
    expect(net(null, 36_490, 30)).toBeNull();
    const locked = { name: 'gold', lock: { minRetentionDays: 7, maxRetentionDays: 35 } };
    expect(lifecycleIn(locked, planned, 35, 30)).toEqual({
      fits: true,
      lifecycle: { ...planned, deleteAfterDays: 35 },
    });
  });

  test('with one it is exactly the retention, or refused where AWS would not take it', () => {
    fc.assert(
      fc.property(days, days, days, (min, max, retention) => {
        const made = lifecycleIn(
          { name: 'gold', lock: { minRetentionDays: min, maxRetentionDays: max } },
          planned,
          retention,
        );
        // AWS keeps a point without an end for ever: longer than any bound.
        const kept = retention ?? Number.POSITIVE_INFINITY;
        const takes = kept >= (min ?? 0) && kept <= (max ?? Number.POSITIVE_INFINITY);
        expect(made.fits).toBe(takes);
        if (made.fits) expect(made.lifecycle).toEqual({ ...planned, deleteAfterDays: retention });
        else
          expect(made.reason).toMatch(/^Vault gold is locked and takes points of at (?:most|least) \d+ days; .+\.$/u);
      }),
    );
  });
});
