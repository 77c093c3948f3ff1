import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resendDelayMs } from './resend.ts';

test('a night of silence costs a handful of messages, and the first comes as early as asked', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 600_000 }), (firstMs) => {
      let silentMs = firstMs;
      let sent = 1;
      while (silentMs < 12 * 3_600_000) {
        const delay = resendDelayMs(silentMs, firstMs);
        expect(delay).toBeGreaterThanOrEqual(firstMs);
        expect(delay).toBeLessThanOrEqual(Math.max(firstMs, 3_600_000));
        silentMs += delay;
        sent++;
      }
      expect(sent).toBeLessThan(30);
    }),
  );
});
