import { describe, expect, test } from '@jest/globals';
import type { ScalableTarget } from '@tablekeep/schema/settings';
import fc from 'fast-check';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { anySettings, settings } from '../../test/settings.ts';
import {
  decodePointTags,
  encodePointTags,
  lostSettings,
  RUN_TAG,
  type LostSettings,
  type PointMetadata,
} from './point-tags.ts';

const seal = (plain: string, context: string) =>
  `k1.${Buffer.from(context).toString('base64url')}.${deflateRawSync(plain).toString('base64url')}`;
const unseal = (sealed: string, context: string) => {
  const [, bound, body] = sealed.split('.');
  if (Buffer.from(bound!, 'base64url').toString() !== context) throw new Error('another context');
  return inflateRawSync(Buffer.from(body!, 'base64url')).toString();
};

const metadata: PointMetadata = {
  version: 1,
  sessionId: '01a2083d-841b-7239-b67f-ec2c087d064f',
  taskId: '01a2083d-841b-7633-b7e7-540a992604dd',
  attempt: 2,
  takenAt: '2026-11-23T09:00:00.000Z',
  table: { arn: settings.tableArn, name: 'Flights', region: 'us-east-1', tableId: settings.tableId },
  origin: {
    kind: 'BACKUP',
    policyId: 'p',
    policyName: 'Gold',
    retention: { backupDays: 35, copyDays: null },
    rules: [],
    coldAfterDays: null,
  },
  settings: lostSettings(settings),
};
const tags = (count: number, name: string) =>
  Array.from({ length: count }, (_, at) => ({ key: `${name}-${at}`, value: 'x' }));

describe('the tags of a recovery point', () => {
  test('bring back what was written wherever all of it fits', () => {
    fc.assert(
      fc.property(anySettings, fc.integer({ min: 1, max: 99 }), (of, attempt) => {
        const written: PointMetadata = { ...metadata, attempt, settings: lostSettings(of) };
        const { tags: made, selfSufficient } = encodePointTags(written, [], [], seal);
        expect(selfSufficient).toBe(true);
        expect(decodePointTags(made, unseal)).toEqual(written);
      }),
    );
  });

  test('never are more than 50 with the table’s own, 12 of ours, or 256 characters long', () => {
    const policy = fc.string({ minLength: 0, maxLength: 9_000, unit: 'binary' });
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), policy, (own, custom, text) => {
        const lost = { ...lostSettings(settings), resourcePolicy: { state: 'known', value: text } } as const;
        const made = encodePointTags({ ...metadata, settings: lost }, tags(own, 'own'), tags(custom, 'custom'), seal);
        const keys = Object.keys(made.tags);
        expect(keys.length + own).toBeLessThanOrEqual(50);
        expect(keys.filter((key) => key.startsWith('tablekeep:')).length).toBeLessThanOrEqual(12);
        for (const value of Object.values(made.tags)) expect(value.length).toBeLessThanOrEqual(256);
        if (made.selfSufficient) expect(decodePointTags(made.tags, unseal)?.settings).toEqual(lost);
        expect(keys.filter((key) => key.startsWith('custom')).length + made.dropped.length).toBe(custom);
      }),
    );
  });

  test('give way in order: the resource policy, the settings, all metadata, custom tags, the run tag', () => {
    const noise = Array.from({ length: 700 }, (_, at) =>
      ((at * 7919 + at * at * 104729) % 1_000_003).toString(36),
    ).join('');
    const lost = { ...lostSettings(settings), resourcePolicy: { state: 'known', value: noise } } as const;
    const big = { ...metadata, settings: lost };
    const withoutPolicy = encodePointTags(big, [], [], seal);
    expect(withoutPolicy.selfSufficient).toBe(false);
    expect(decodePointTags(withoutPolicy.tags, unseal)?.settings).toMatchObject({
      tableClass: 'STANDARD',
      resourcePolicy: { state: 'unknown' },
    });
    const narrow = encodePointTags(metadata, tags(49, 'own'), [], seal);
    expect(Object.keys(narrow.tags)).toEqual([RUN_TAG]);
    expect(encodePointTags(metadata, tags(49, 'own'), tags(2, 'custom'), seal).dropped).toEqual([
      'custom-0',
      'custom-1',
    ]);
    expect(encodePointTags(metadata, tags(50, 'own'), [], seal)).toEqual({
      tags: {},
      selfSufficient: false,
      dropped: [],
    });
  });

  test('of auto scaling too long for them: it gives way, and the settings beside it stay', () => {
    const customMetric = Array.from({ length: 900 }, (_, at) => ((at * 104_729) % 1_000_003).toString(36)).join('');
    const policy = { name: 'keep', targetPercent: 70, scaleInCooldownSeconds: null, scaleOutCooldownSeconds: null };
    const target: ScalableTarget = {
      index: null,
      capacity: 'READ',
      minimum: 1,
      maximum: 9,
      suspended: { scaleIn: false, scaleOut: false, scheduled: false },
      policies: [{ ...policy, scaleInDisabled: false, customMetric }],
    };
    const lost: LostSettings = {
      ...lostSettings(settings),
      autoScaling: { state: 'known', value: [target] },
      contributorInsights: { state: 'known', value: [{ index: null, mode: 'THROTTLED_KEYS' }] },
    };
    const made = encodePointTags({ ...metadata, settings: lost }, [], [], seal);
    expect(made.selfSufficient).toBe(false);
    expect(decodePointTags(made.tags, unseal)?.settings).toMatchObject({
      autoScaling: { state: 'unknown' },
      contributorInsights: lost.contributorInsights,
    });
  });

  test('of a release that recorded less are read, and what it did not record is unknown, not none', () => {
    const { autoScaling, contributorInsights, kinesisDestinations, ...former } = lostSettings(settings);
    const written = { ...metadata, settings: former } as unknown as PointMetadata;
    const { tags: made } = encodePointTags(written, [], [], (plain, context) => {
      const { settings: members } = JSON.parse(plain) as { settings: object };
      expect(members).not.toHaveProperty('autoScaling');
      return seal(plain, context);
    });
    const unknown = { state: 'unknown', because: 'The release that made the backup did not record it.' };
    expect(decodePointTags(made, unseal)?.settings).toEqual({
      ...former,
      autoScaling: unknown,
      contributorInsights: unknown,
      kinesisDestinations: unknown,
    });
    expect([autoScaling, contributorInsights, kinesisDestinations].every((one) => one.state === 'known')).toBe(true);
  });

  test('leave the table’s aws: tags out of the count, and a tag of the table’s own name takes no second place', () => {
    const reserved = [{ key: 'aws:cloudformation:stack-name', value: 's' }];
    const made = encodePointTags(metadata, [...tags(37, 'own'), ...reserved], [{ key: 'own-1', value: 'mine' }], seal);
    expect(made).toMatchObject({ selfSufficient: true, dropped: [], tags: { 'own-1': 'mine' } });
  });

  test('of one run do not pass for another’s', () => {
    const { tags: made } = encodePointTags(metadata, [], [], seal);
    expect(() => decodePointTags({ ...made, [RUN_TAG]: 'other/1' }, unseal)).toThrow(/another context/u);
    expect(decodePointTags({ team: 'flights' }, unseal)).toBeNull();
  });
});
