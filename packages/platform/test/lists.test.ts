import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pieces } from '@tablekeep/platform/lists';

test('pieces hold everything in order, none larger than asked and none empty', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 10 }), (list, size) => {
      const cut = pieces(list, size);
      expect(cut.flat()).toEqual(list);
      for (const piece of cut) expect(piece.length >= 1 && piece.length <= size).toBe(true);
    }),
  );
});
