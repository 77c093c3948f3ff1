import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chunksBySize } from './chunks-by-size.ts';

test('chunks keep all items in order, within the size unless one item alone is larger', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 60, unit: 'binary' })),
      fc.integer({ min: 10, max: 200 }),
      (items, most) => {
        const chunks = chunksBySize(items, most);
        expect(chunks.flat()).toEqual(items);
        expect(chunks.length).toBeGreaterThan(0);
        for (const chunk of chunks) {
          if (chunk.length > 1) expect(Buffer.byteLength(JSON.stringify(chunk))).toBeLessThanOrEqual(most + 2);
        }
        if (items.length > 0) expect(chunks.every((chunk) => chunk.length > 0)).toBe(true);
      },
    ),
  );
});
