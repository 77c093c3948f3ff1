import { describe, expect, test } from '@jest/globals';
import { pointTags, type PointMetadata } from '@tablekeep/schema/vault-points';
import fc from 'fast-check';
import { anySettings, settings } from '../../test/settings.ts';
import { encodePointTags, lostSettings, RUN_TAG } from './point-tags.ts';
import { readPointTags, type TagReader } from './read-point-tags.ts';

const seal = (plain: string, context: string) =>
  `k1.ring.${Buffer.from(JSON.stringify([context, plain])).toString('base64url')}`;
const reader: TagReader = {
  unseal: (sealed, context) => {
    const [bound, plain] = JSON.parse(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString()) as string[];
    if (bound !== context || plain === undefined) throw new Error('belongs elsewhere');
    return plain;
  },
  holdsKey: (id) => id === 'ring',
};
const metadata: PointMetadata = {
  version: 1,
  sessionId: 's',
  taskId: 't',
  attempt: 1,
  takenAt: '2026-11-23T09:00:00.000Z',
  table: { arn: settings.tableArn, name: 'Flights', region: 'us-east-1', tableId: settings.tableId },
  origin: {
    kind: 'BACKUP',
    policyId: 'p',
    policyName: 'Gold',
    retention: { backupDays: 35, copyDays: null },
    rules: [],
    coldAfterDays: null,
    copies: [{ region: 'eu-west-1', vaultName: 'away', days: 400 }],
  },
  settings: null,
};

describe('the tags of any point', () => {
  test('of ours come back whole, and everybody else’s beside them', () => {
    const others = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/u), fc.string({ maxLength: 20 }), { maxKeys: 5 });
    fc.assert(
      fc.property(anySettings, others, (of, theirs) => {
        const written = { ...metadata, settings: lostSettings(of) };
        const { tags, selfSufficient } = encodePointTags(written, [], [], seal);
        fc.pre(selfSufficient);
        const read = readPointTags({ ...theirs, ...tags }, reader);
        expect(read).toMatchObject({ metadata: written, because: null, sealedWith: null });
        expect(Object.fromEntries(read.userTags.map(({ key, value }) => [key, value]))).toEqual(theirs);
      }),
    );
  });

  test('whatever they are never throw, and say why where they say nothing', () => {
    const key = fc.oneof(fc.constantFrom(RUN_TAG, 'tablekeep:m0', 'tablekeep:m1'), fc.string());
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('k1.ring.e30', 'k1.other.e30', seal('{"version":2}', 'point-tags/t/1'), 't/1'),
    );
    fc.assert(
      fc.property(fc.dictionary(key, value), (tags) => {
        const read = pointTags.parse(readPointTags(tags, reader));
        expect(read.metadata === null).toBe(read.because !== null);
      }),
    );
  });

  test('sealed with a key that is not here name it', () => {
    const { tags } = encodePointTags(metadata, [], [], seal);
    expect(readPointTags(tags, { ...reader, holdsKey: () => false })).toMatchObject({
      metadata: null,
      sealedWith: 'ring',
      because: expect.stringContaining('import the escrowed key'),
    });
    expect(readPointTags({ [RUN_TAG]: 't/1' }, reader).because).toContain('left no room');
  });
});
