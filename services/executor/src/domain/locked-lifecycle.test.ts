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
