import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { derivedId } from '@tablekeep/platform/ids';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { SAFETY } from '../src/domain/retention/safety.ts';
import { pointsByState } from '../src/store/point-states.ts';
import { RetainedAccountEntity } from '../src/store/retention-entities.ts';
import {
  ACCOUNT,
  AWAY,
  codes,
  DAY,
  HOME,
  idOf,
  startRetentionWorld,
  tableArn,
  type Payload,
  type RetentionWorld,
} from './retention-world.ts';

const MINUTE = 60_000;
type Preview = {
  id: string;
  earlierCount: number;
  laterCount: number;
  unchangedCount: number;
  overCount: number;
  warnings: string[];
  points: { move: string; newExpiresAt: string | null; restorePoint: { id: string } }[];
};
type Verdict = { restorePoint: { id: string }; verdict: string; reasons: { code: string }[] };
type Chain = { id: string; tableId: string; because: string; detail: string; acknowledgedBy: string | null };

describe.each(await availableEngines())('what decides about retention on %s', (engine: Engine) => {
  let world: RetentionWorld;
  beforeEach(async () => {
    world = await startRetentionWorld(engine);
  }, 60_000);
  afterEach(() => world.stop());

  const chains = async (includeAcknowledged = false): Promise<Chain[]> => {
    const { frozenChains } = await world.service.graphql<{ frozenChains: { nodes: Chain[] } }>(
      `query ($all: Boolean) { frozenChains(includeAcknowledged: $all) {
         nodes { id tableId because detail acknowledgedBy } } }`,
      { all: includeAcknowledged },
    );
    return frozenChains.nodes;
  };
  const verdicts = async (o: object = {}): Promise<string[]> => {
    const { retentionPreview } = await world.service.graphql<{ retentionPreview: { nodes: Verdict[] } }>(
      `query ($id: ID!, $onlyExpired: Boolean, $after: String) {
         retentionPreview(accountId: $id, onlyExpired: $onlyExpired, after: $after) {
           nodes { restorePoint { id } verdict reasons { code } } } }`,
      { id: ACCOUNT, ...o },
    );
    return retentionPreview.nodes.map(({ verdict, reasons }) =>
      [verdict, ...reasons.map(({ code }) => code)].join(' '),
    );
  };
  const as = (tableId: string, sizeBytes = 5_000_000) => ({
    table: { arn: tableArn('Orders'), name: 'Orders', region: HOME, tableId },
    sizeBytes,
  });
  const acknowledge = (id: string) =>
    world.mutate<Payload>('acknowledgeChain', 'AcknowledgeChainInput', { id, reason: 'It was moved' }, '');
  const at = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY);

  describe('the freeze of chains', () => {
    test('a name that comes back as another table freezes the former one, once, whichever was heard of first', async () => {
      await world.made('new', as('t-2'), at(1));
      // A late word of the old table: it does not become the present one.
      await world.made('old', as('t-1'), at(30));
      await world.made('older', as('t-1'), at(31));
      expect(await world.heard('dev.tablekeep.chain.frozen.v1', 1)).toMatchObject([
        { tableName: 'Orders', tableId: 't-1', because: 'REPLACED', accountId: ACCOUNT },
      ]);
      expect(await verdicts()).toEqual(['KEEP EXPIRY NEWEST', 'KEEP NEWEST CHAIN_FROZEN', 'KEEP CHAIN_FROZEN']);
      const [chain] = await chains();
      expect(chain).toMatchObject({ tableId: 't-1', because: 'REPLACED' });
      expect(codes(await acknowledge(chain!.id))).toEqual([]);
      expect(codes(await acknowledge(chain!.id))).toEqual([]);
      expect(codes(await acknowledge('no such chain'))).toEqual(['NOT_FOUND id']);
      expect(await world.heard('dev.tablekeep.chain.released.v1', 1)).toMatchObject([
        { tableId: 't-1', how: 'ACKNOWLEDGED', by: 'Operator', reason: 'It was moved' },
      ]);
      expect(await verdicts()).toEqual(['KEEP EXPIRY NEWEST', 'KEEP NEWEST', 'DELETE']);
      // Acknowledged for good: the next point of the new table is no news.
      await world.made('newer', as('t-2'), at(0));
      expect(await chains()).toEqual([]);
      expect(await chains(true)).toMatchObject([{ acknowledgedBy: 'Operator' }]);
    });

    test('a size that collapses freezes the table; once acknowledged the small size is the usual one', async () => {
      for (let i = 0; i < 4; i++) await world.made(`p-${i}`, as('t-1'), at(30 - i));
      await world.made('small', as('t-1', 400_000), at(2));
      await world.made('smaller', as('t-1', 300_000), at(1));
      const [frozen] = await world.heard('dev.tablekeep.chain.frozen.v1', 1);
      expect(frozen).toMatchObject({
        because: 'COLLAPSED',
        detail: expect.stringContaining('400000 bytes where 5000000'),
      });
      expect((await verdicts()).every((verdict) => verdict.includes('CHAIN_FROZEN'))).toBe(true);
      await acknowledge(frozen!.chainId);
      await world.made('small again', as('t-1', 200_000), new Date(Date.now() + MINUTE));
      expect(await chains()).toEqual([]);
    });

    test('a freeze ends with the last point of its chain', async () => {
      await world.made('new', as('t-2'), at(1));
      await world.made('old', as('t-1'), at(30));
      await world.heard('dev.tablekeep.chain.frozen.v1', 1);
      await world.ended('old', 'GONE');
      await world.ended('old', 'GONE');
      expect(await world.heard('dev.tablekeep.chain.released.v1', 1)).toMatchObject([
        { how: 'NO_POINTS_LEFT', by: null },
      ]);
      expect(await chains()).toEqual([]);
    });

    test('a freeze ends as well when AWS shows the last point of its chain no more', async () => {
      await world.made('new', as('t-2'), at(1));
      await world.made('old', as('t-1'), at(30));
      await world.heard('dev.tablekeep.chain.frozen.v1', 1);
      const inHours = (hours: number) => ({ startedAt: new Date(Date.now() + hours * 60 * MINUTE) });
      await world.scanned('look-1', ['new'], inHours(1));
      await eventually(async () => expect((await world.row('old')).missingSince).not.toBeNull());
      expect(await chains()).toHaveLength(1);
      await world.scanned('look-2', ['new'], inHours(3));
      expect(await world.heard('dev.tablekeep.chain.released.v1', 1)).toMatchObject([
        { how: 'NO_POINTS_LEFT', tableId: 't-1', by: null },
      ]);
      expect((await world.row('old')).deletedAt).not.toBeNull();
      expect(await chains()).toEqual([]);
    });
  });

  describe('the daily run', () => {
    const due = () => world.service.heardOf('dev.tablekeep.retention.due.v1').map((event) => event.data);

    test('comes once a day for each account, whatever the number of replicas, and not for days before its first point', async () => {
      await world.made('p-1');
      await world.pass();
      expect(due()).toEqual([]);
      world.shift.ms = DAY;
      await world.pass();
      const [first] = await world.heard('dev.tablekeep.retention.due.v1', 1);
      expect(first!.sessionId).toBe(derivedId('retention', ACCOUNT, first!.day));
      world.shift.ms = DAY + 60 * MINUTE;
      await world.pass();
      // Three days of downtime make one run.
      world.shift.ms = 4 * DAY;
      await world.pass();
      const [, second] = await world.heard('dev.tablekeep.retention.due.v1', 2);
      expect(second!.day > first!.day).toBe(true);
    });

    test('a day that no session takes up is told once; one that is taken up is not', async () => {
      await world.made('p-1');
      await world.pass();
      world.shift.ms = DAY;
      await world.pass();
      const [taken] = await world.heard('dev.tablekeep.retention.due.v1', 1);
      await world.request(taken!.sessionId, { day: taken!.day });
      world.shift.ms = 2 * DAY;
      await world.pass();
      const [, lost] = await world.heard('dev.tablekeep.retention.due.v1', 2);
      world.shift.ms += 11 * MINUTE;
      await world.pass();
      await world.pass();
      expect(await world.heard('dev.tablekeep.retention.untaken.v1', 1)).toMatchObject([
        { accountId: ACCOUNT, sessionId: lost!.sessionId, day: lost!.day },
      ]);
    });

    test('another time of day counts from the change on, without a second run of the same day', async () => {
      await world.made('p-1');
      await world.pass();
      world.shift.ms = DAY;
      await world.pass();
      await world.heard('dev.tablekeep.retention.due.v1', 1);
      const next = new Date(Date.now() + world.shift.ms + 90 * MINUTE).toISOString().slice(11, 16);
      await world.mutate(
        'updateRetentionSettings',
        'UpdateRetentionSettingsInput',
        { timeOfDay: next, jitterMinutes: 0 },
        '',
      );
      await world.pass();
      const row = await world.db.reader.findOneByOrFail(RetainedAccountEntity, { accountId: ACCOUNT });
      expect(row.lookAt.toISOString().slice(11, 16)).toBe(next);
      expect(due()).toHaveLength(1);
    });
  });

  test('settings have defaults, change one by one, tell the session service, and refuse all that is wrong at once', async () => {
    const shown =
      'timeOfDay timeZone jitterMinutes sharePercent sessionRecords { keepAll keepDays } nextRuns { accountId at }';
    const read = async () =>
      (await world.service.graphql<{ retentionSettings: object }>(`{ retentionSettings { ${shown} } }`))
        .retentionSettings;
    const update = (input: object) =>
      world.mutate<Payload>('updateRetentionSettings', 'UpdateRetentionSettingsInput', input, `settings { ${shown} }`);
    const defaults = { timeOfDay: '04:00', timeZone: 'UTC', jitterMinutes: 30, sharePercent: 50, sessionRecords: null };
    expect(await read()).toEqual({ ...defaults, nextRuns: [] });
    await world.made('p-1');
    expect(await read()).toMatchObject({ nextRuns: [{ accountId: ACCOUNT }] });
    await update({ timeZone: 'Europe/Berlin' });
    expect(await update({ sessionRecords: { keepDays: 30 } })).toMatchObject({
      settings: { timeZone: 'Europe/Berlin', timeOfDay: '04:00', sessionRecords: { keepAll: false, keepDays: 30 } },
    });
    await update({ sessionRecords: { keepAll: true } });
    expect(await world.heard('dev.tablekeep.retention.settings.changed.v1', 3)).toEqual([
      { version: 1 },
      { version: 2, sessionKeepDays: 30 },
      { version: 3, sessionKeepDays: null },
    ]);
    const wrong = {
      timeOfDay: '4',
      timeZone: 'Mars',
      sharePercent: 101,
      sessionRecords: { keepAll: true, keepDays: 3 },
    };
    expect(codes(await update(wrong))).toEqual([
      'ONE_OF sessionRecords',
      'BAD_TIME timeOfDay',
      'UNKNOWN_TIME_ZONE timeZone',
      'BAD_SHARE sharePercent',
    ]);
    expect(await read()).toMatchObject({
      timeZone: 'Europe/Berlin',
      sessionRecords: { keepAll: true, keepDays: null },
    });
  });

  test('the preview gives every point its verdict and all its reasons, page by page', async () => {
    await world.add('a', 1);
    await world.add('b', 12, { holdReason: 'Case 17', holdBy: 'Operator', heldAt: new Date() });
    await world.add('c', 13, { foreignBecause: 'No tags of ours' });
    await world.add('d', 14, { kind: 'MANUAL', expiresAt: null });
    await world.add('e', 15, {
      flags: [
        { flag: 'D', expiresAt: at(5).toISOString() },
        { flag: 'M', expiresAt: null },
      ],
      expiresAt: null,
    });
    await world.add('f', 16, { graceUntil: new Date(Date.now() + DAY) });
    await world.add('g', 17, { awsStatus: 'CREATING' });
    await world.add('h', 18);
    expect(await verdicts()).toEqual([
      'KEEP EXPIRY NEWEST',
      'KEEP LEGAL_HOLD',
      'KEEP FOREIGN',
      'KEEP MANUAL',
      'KEEP FLAG',
      'KEEP GRACE',
      'KEEP INCOMPLETE',
      'DELETE',
    ]);
    expect(await verdicts({ onlyExpired: true })).toHaveLength(5);
    const states = new Map((await pointsByState(world.db.reader)).map(({ state, points }) => [state, points]));
    expect(states).toEqual(
      new Map([
        ['all', 8],
        ['held', 1],
        ['awaiting_review', 0],
        ['foreign', 1],
        ['being_deleted', 0],
      ]),
    );
  });

  describe('the expiry of single points', () => {
    const say = (restorePointIds: string[], expiresAt: Date | null) =>
      world.mutate<Payload & { restorePoints: object[] | null }>(
        'setRestorePointExpiry',
        'SetRestorePointExpiryInput',
        { restorePointIds, expiresAt },
        'restorePoints { id expiresAt expirySetBy }',
      );

    test('is set for all that are named or none; a locked vault, the past, and points on their way out are refused', async () => {
      await world.add('a', 1);
      await world.add('b', 2, { kind: 'MANUAL', expiresAt: null });
      await world.add('bound', 3, { vaultName: 'vaulted' });
      await world.add('other', 4, { foreignBecause: 'No tags of ours' });
      world.locked.add('vaulted');
      const soon = new Date(Date.now() + DAY);
      expect(await say([idOf('a'), idOf('b')], soon)).toMatchObject({
        restorePoints: [{ expiresAt: soon.toISOString(), expirySetBy: 'Operator' }, { id: idOf('b') }],
      });
      expect(codes(await say([idOf('a')], new Date(Date.now() - 1)))).toEqual(['IN_THE_PAST expiresAt']);
      expect(codes(await say([idOf('a'), idOf('bound')], null))).toEqual(['VAULT_LOCKED restorePointIds.1']);
      expect(codes(await say([idOf('other'), 'x'], null))).toEqual(['NOT_FOUND restorePointIds.1']);
      expect(codes(await say([idOf('other')], null))).toEqual(['FOREIGN restorePointIds.0']);
      world.vaultsUnknown.because = 'AccessDenied';
      expect(codes(await say([idOf('a')], null))).toEqual(['COULD_NOT_TELL restorePointIds.0']);
      world.vaultsUnknown.because = null;
      expect((await world.permit('a', { decidedBy: 'PERSON' })).granted).toBe(true);
      expect(codes(await say([idOf('b'), idOf('a')], null))).toEqual(['TOO_LATE restorePointIds.1']);
      expect((await world.row('b')).expiresAt).toEqual(soon);
    });

    test('replaces what the flags say, in both directions', async () => {
      const flags = [{ flag: 'D' as const, expiresAt: new Date(Date.now() + 5 * DAY).toISOString() }];
      await world.add('newest', 1);
      await world.add('a', 3, { flags, expiresAt: new Date(Date.now() + 5 * DAY) });
      await say([idOf('a')], new Date(Date.now() + DAY));
      world.shift.ms = 2 * DAY;
      expect((await verdicts())[1]).toBe('DELETE');
      await say([idOf('a')], null);
      expect((await verdicts())[1]).toBe('KEEP FOR_EVER');
      expect((await world.row('a')).nextLookAt).toBeNull();
    });
  });

  describe('a policy’s present rules for its old points', () => {
    const preview = async (input: object) =>
      world.mutate<Payload & { preview: Preview | null }>(
        'previewPolicyRetention',
        'PreviewPolicyRetentionInput',
        input,
        `preview { id earlierCount laterCount unchangedCount overCount warnings
           points { move newExpiresAt restorePoint { id } } }`,
      );
    const apply = (previewId: string) =>
      world.mutate<Payload & { changedCount: number | null }>(
        'applyPolicyRetention',
        'ApplyPolicyRetentionInput',
        { previewId },
        'changedCount',
      );

    beforeEach(async () => {
      world.policies.set('p-1', {
        ...{ id: 'p-1', name: 'Nightly', accountId: ACCOUNT, backupDays: 5, keepNewest: true },
        rules: [{ flag: 'W', keep: { value: 90, unit: 'DAYS' }, copied: true, keepCopies: null }],
        copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName: 'gold', days: 20 }],
      });
      await world.add('a', 1);
      await world.add('b', 8);
      const weekly = [{ flag: 'W' as const, expiresAt: new Date(Date.now() + 20 * DAY).toISOString() }];
      await world.add('weekly', 2, { flags: weekly, expiresAt: new Date(Date.now() + 20 * DAY) });
      await world.add('bound', 3, { vaultName: 'vaulted' });
      await world.add('said', 4, { expirySetBy: 'Operator' });
      await world.add('copy', 5, { kind: 'COPY', region: AWAY, expiresAt: null });
      await world.add('of another', 6, { policyId: 'p-2' });
      world.locked.add('vaulted');
    });

    test('are shown first, then applied as shown; what they end in the past stays for a day', async () => {
      const { preview: shown } = await preview({ policyId: 'p-1' });
      expect(shown).toMatchObject({ earlierCount: 3, laterCount: 1, unchangedCount: 2, overCount: 1 });
      expect(shown!.warnings).toEqual([
        `Vault vaulted in ${HOME} is locked: the new rules apply to new points only; 1 keep the end they were made with.`,
        '1 points whose expiry a person set are left as they are.',
      ]);
      const before = await world.row('b');
      expect(await apply(shown!.id)).toMatchObject({ changedCount: 4, userErrors: [] });
      expect(codes(await apply(shown!.id))).toEqual(['PREVIEW_USED previewId']);
      const after = await world.row('b');
      expect(after).toMatchObject({
        version: before.version + 1,
        expiresAt: new Date(before.createdAt.getTime() + 5 * DAY),
      });
      expect(after.graceUntil!.getTime()).toBeGreaterThan(Date.now() + SAFETY.graceAfterEditMs - MINUTE);
      expect(after.nextLookAt).toEqual(after.graceUntil);
      expect(await world.permit('b')).toMatchObject({
        granted: false,
        because: expect.stringContaining('second thought'),
      });
      expect(await world.permit('b', { version: before.version, decidedBy: 'PERSON' })).toMatchObject({
        granted: false,
      });
      const weekly = await world.row('weekly');
      expect(weekly.expiresAt).toEqual(new Date(weekly.createdAt.getTime() + 90 * DAY));
      expect((await world.row('bound')).version).toBe(1);
      world.shift.ms = 2 * DAY;
      expect(await verdicts({ onlyExpired: true })).toContain('DELETE');
    });

    test('are applied to all or none: after any change another look is asked for', async () => {
      const { preview: shown } = await preview({ policyId: 'p-1' });
      const hold = { restorePointIds: [idOf('b')], hold: true, reason: 'x' };
      await world.mutate('setLegalHold', 'SetLegalHoldInput', hold, '');
      expect(codes(await apply(shown!.id))).toEqual(['PREVIEW_OUTDATED previewId']);
      expect((await world.row('a')).version).toBe(1);
      const { preview: again } = await preview({ policyId: 'p-1', tableArn: tableArn('Orders') });
      const both = await Promise.all([apply(again!.id), apply(again!.id)]);
      expect(both.map(codes).sort()).toEqual([[], ['PREVIEW_USED previewId']]);
      world.shift.ms = 31 * MINUTE;
      const { preview: third } = await preview({ policyId: 'p-1' });
      world.shift.ms = 62 * MINUTE;
      expect(codes(await apply(third!.id))).toEqual(['PREVIEW_EXPIRED previewId']);
      expect(codes(await apply('nothing'))).toEqual(['NOT_FOUND previewId']);
      expect(codes(await preview({ policyId: 'deleted' }))).toEqual(['NOT_FOUND policyId']);
    });
  });
});
