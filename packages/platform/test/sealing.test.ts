import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeyring, rotateKeyring } from '../src/keyring/index.ts';
import { openerOf, seal, SealingError } from '../src/sealing/index.ts';

describe('texts sealed for one who can open them', () => {
  let folder: string;
  const keyringAt = (name: string) => openKeyring(join(folder, name));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablekeep-sealing-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('are opened by every holder of the keyring, in their context, and hold nothing in the clear', async () => {
    const [one, replica] = [await keyringAt('shared'), await keyringAt('shared')];
    const { sealingKey } = openerOf(one, 'test');
    fc.assert(
      fc.property(fc.string({ minLength: 6 }), fc.string(), (plain, context) => {
        const sealed = seal(plain, context, sealingKey);
        expect(openerOf(replica, 'test').open(sealed, context).toString('utf8')).toBe(plain);
        expect(sealed).not.toContain(Buffer.from(plain).toString('base64url'));
        expect(seal(plain, context, sealingKey)).not.toBe(sealed);
      }),
    );
  });

  test('are refused in any other context', async () => {
    const opener = openerOf(await keyringAt('shared'), 'test');
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (plain, context, other) => {
        fc.pre(context !== other);
        const sealed = seal(plain, context, opener.sealingKey);
        expect(() => opener.open(sealed, other)).toThrow(SealingError);
      }),
    );
  });

  test('are refused when any bit was changed, or the end is missing', async () => {
    const opener = openerOf(await keyringAt('shared'), 'test');
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.integer({ min: 0, max: 7 }), fc.nat(), (plain, at, bit, cut) => {
        const [version, id, body = ''] = seal(plain, 'here', opener.sealingKey).split('.');
        const bytes = Buffer.from(body, 'base64url');
        const changed = Buffer.from(bytes);
        const place = at % bytes.length;
        // The top bit of an X25519 key means nothing (RFC 7748 §5), yet the derivation takes it in.
        changed[place] = changed[place]! ^ (1 << bit);
        const text = (some: Buffer) => `${version}.${id}.${some.toString('base64url')}`;
        expect(() => opener.open(text(changed), 'here')).toThrow(SealingError);
        expect(() => opener.open(text(bytes.subarray(0, cut % bytes.length)), 'here')).toThrow(SealingError);
      }),
    );
  });

  test('are not opened with another key: of another purpose, another installation, or under another id', async () => {
    const [ours, theirs] = [await keyringAt('shared'), await keyringAt('other')];
    const opener = openerOf(ours, 'test');
    const sealed = seal('plain', 'here', opener.sealingKey);
    expect(() => openerOf(ours, 'another use').open(sealed, 'here')).toThrow(SealingError);
    expect(() => openerOf(theirs, 'test').open(sealed, 'here')).toThrow(/not in the keyring/u);
    const [, id = '', body] = sealed.split('.');
    const relabeled = `s1.${theirs.currentKeyId}.${body}`;
    expect(id).not.toBe(theirs.currentKeyId);
    expect(() => openerOf(theirs, 'test').open(relabeled, 'here')).toThrow(SealingError);
    expect(() => opener.open(`k1.${id}.${body}`, 'here')).toThrow(SealingError);
    expect(() => opener.open('', 'here')).toThrow(SealingError);
  });

  test('stay readable when the keyring gets a new key', async () => {
    const before = openerOf(await keyringAt('rotated'), 'test');
    const sealed = seal('plain', 'here', before.sealingKey);
    const after = openerOf(await rotateKeyring(join(folder, 'rotated')), 'test');
    expect(after.sealingKey).not.toEqual(before.sealingKey);
    expect(after.open(sealed, 'here').toString()).toBe('plain');
  });

  test('are not made for a key that is none', async () => {
    const { sealingKey } = openerOf(await keyringAt('shared'), 'test');
    const short = { ...sealingKey, key: 'AAAA' };
    expect(() => seal('plain', 'here', short)).toThrow(SealingError);
    // A point of low order would make a secret that everybody knows.
    const zero = { ...sealingKey, key: Buffer.alloc(32).toString('base64url') };
    expect(() => seal('plain', 'here', zero)).toThrow();
  });
});
