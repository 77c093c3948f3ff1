import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clockDoubt, enoughPoints, withoutDoubt, type ChainFacts, type Doomed, type Listing } from './doubts.ts';
import { moveOf, underRules, type PolicyRules, type RuledPoint } from './new-rules.ts';
import { slotsAround } from './retention-day.ts';
import { SAFETY } from './safety.ts';
import { settingsProblems } from './check-settings.ts';
import { collapseOf, formerChains } from './watch-chain.ts';

const now = new Date('2026-03-01T04:00:00.000Z');
const MB = 1_000_000;

describe('the watch over chains', () => {
  const at = fc.date({ noInvalidDate: true });
  const chain = fc.record({ tableId: fc.uuid(), newestAt: at });
  const chainsOf = fc.uniqueArray(chain, { selector: ({ tableId }) => tableId, maxLength: 5 });

  test('the chain with the newest point is the present one, in whatever order they are heard of', () => {
    fc.assert(
      fc.property(chainsOf, (chains) => {
        const { former, present } = formerChains(chains, null);
        expect(former).toHaveLength(Math.max(0, chains.length - 1));
        const newest = chains.find((one) => one.tableId === present);
        for (const one of former) expect(one.newestAt.getTime()).toBeLessThanOrEqual(newest!.newestAt.getTime());
        const reversed = formerChains([...chains].reverse(), null);
        expect([...reversed.former].reverse()).toEqual(former);
        expect(reversed.present).toBe(present);
      }),
    );
  });

  test('a table that was seen later than all points is the present one, with points or without; else nothing changes', () => {
    const seenOf = fc.record({ tableId: fc.uuid(), at });
    const known = chainsOf.chain((chains) => {
      const ids = fc.constantFrom(...chains.map(({ tableId }) => tableId), 'another');
      return fc.record({ chains: fc.constant(chains), seen: fc.record({ tableId: ids, at }) });
    });
    const any = fc.oneof(known, fc.record({ chains: chainsOf, seen: seenOf }));
    fc.assert(
      fc.property(any, ({ chains, seen }) => {
        const { former, present } = formerChains(chains, seen);
        const times = chains.map(({ newestAt }) => newestAt.getTime());
        if (times.every((time) => time < seen.at.getTime())) {
          expect(present).toBe(seen.tableId);
          expect(former).toEqual(chains.filter(({ tableId }) => tableId !== seen.tableId));
        }
        if (times.some((time) => time > seen.at.getTime())) {
          expect({ former, present }).toEqual(formerChains(chains, null));
        }
      }),
    );
  });

  test('a point below a tenth of the usual size is a collapse, where enough large points say what is usual', () => {
    const usual = [5 * MB, 6 * MB, 5 * MB];
    expect(collapseOf(0.4 * MB, usual)).toEqual({ usualBytes: 5 * MB, sizeBytes: 0.4 * MB });
    expect(collapseOf(0.5 * MB, usual)).toBeNull();
    expect(collapseOf(0, usual.slice(1))).toBeNull();
    expect(collapseOf(0, [900, 900, 900, 900])).toBeNull();
    // Only the last few count: a table that was large long ago is not large.
    expect(collapseOf(100, [...Array<number>(7).fill(1000), ...Array<number>(50).fill(9 * MB)])).toBeNull();
  });
});

describe('doubt', () => {
  const arn = (i: number) => `point-${i}`;
  const doomed = (count: number, change: Partial<Doomed> = {}): Doomed[] =>
    Array.from({ length: count }, (_, i) => ({
      recoveryPointArn: arn(i),
      tableArn: 'arn:orders',
      tableId: 't-1',
      tableName: 'orders',
      region: 'r',
      vaultName: 'gold',
      ...change,
    }));
  const long = new Date(now.getTime() - 86_400_000);
  const chain: ChainFacts = {
    newest: { recoveryPointArn: 'newest', region: 'r', vaultName: 'gold', cataloguedAt: long, awsDeleteAt: null },
    kept: null,
    points: 100,
    doomed: 0,
  };
  const listing = (change: Partial<Listing> = {}): Listing => ({
    startedAt: new Date(now.getTime() - 60_000),
    complete: true,
    statusOf: () => 'COMPLETED',
    ...change,
  });
  const judged = (
    points: readonly Doomed[],
    o: { listing?: Listing | null; chain?: ChainFacts; told?: readonly string[]; sharePercent?: number } = {},
  ) => {
    const { going, refusals } = withoutDoubt(points, {
      now,
      listings: new Map([['r gold', o.listing === undefined ? listing() : o.listing]]),
      chains: new Map([['arn:orders t-1', { ...chain, ...o.chain, doomed: o.chain?.doomed || points.length }]]),
      sharePercent: o.sharePercent ?? 50,
      toldVaults: new Set(o.told ?? ['r gold']),
    });
    return [going.length, ...refusals.map(({ scope, code }) => `${scope} ${code}`)];
  };

  test('a vault that was not seen whole and lately gives up nothing', () => {
    expect(judged(doomed(4))).toEqual([4]);
    expect(judged(doomed(4), { listing: null })).toEqual([0, 'VAULT VAULT_UNREADABLE']);
    expect(judged(doomed(4), { listing: listing({ complete: false }) })).toEqual([0, 'VAULT LISTING_INCOMPLETE']);
    const old = listing({ startedAt: new Date(now.getTime() - SAFETY.listingAgeMs - 1) });
    expect(judged(doomed(4), { listing: old })).toEqual([0, 'VAULT LISTING_TOO_OLD']);
  });

  test('a table whose newest point the vault does not show, or not as usable, gives up nothing', () => {
    const without = listing({ statusOf: (point) => (point === 'newest' ? null : 'COMPLETED') });
    expect(judged(doomed(1), { listing: without })).toEqual([0, 'TABLE NEWEST_MISSING']);
    const expired = listing({ statusOf: (point) => (point === 'newest' ? 'EXPIRED' : 'COMPLETED') });
    expect(judged(doomed(1), { listing: expired })).toEqual([0, 'TABLE NEWEST_UNUSABLE']);
    // The newest lies in a vault that could not be read: whether it is there could not be told.
    const away = { ...chain, newest: { ...chain.newest!, vaultName: 'other' } };
    expect(judged(doomed(1), { chain: away })).toEqual([0, 'TABLE VAULT_UNREADABLE']);
    // The one that stays for the newest is looked for as well, and must not lie where AWS may delete it.
    const other = { ...chain.newest!, recoveryPointArn: 'stays' };
    const staying = listing({ statusOf: (point) => (point === 'stays' ? null : 'COMPLETED') });
    expect(judged(doomed(1), { chain: { ...chain, kept: other } })).toEqual([1]);
    expect(judged(doomed(1), { listing: staying, chain: { ...chain, kept: other } })).toEqual([
      0,
      'TABLE NEWEST_MISSING',
    ]);
    expect(judged(doomed(1), { chain: { ...chain, kept: other }, told: [] })).toEqual([0, 'TABLE LOCK_UNKNOWN']);
    expect(judged(doomed(1), { told: [] })).toEqual([1]);
    // Nor may AWS be about to delete it by itself.
    const endsIn = (ms: number) => ({ ...chain, kept: { ...other, awsDeleteAt: new Date(now.getTime() + ms) } });
    expect(judged(doomed(1), { chain: endsIn(SAFETY.netAheadMs) })).toEqual([0, 'TABLE NEWEST_ENDS']);
    expect(judged(doomed(1), { chain: endsIn(SAFETY.netAheadMs + 1) })).toEqual([1]);
    // One that was made while the vault was listed: nobody could expect it there.
    const fresh = { ...chain, newest: { ...chain.newest!, cataloguedAt: now } };
    expect(judged(doomed(1), { listing: without, chain: fresh })).toEqual([1]);
  });

  test('more than the share of a table at once is a landslide, a few points never are', () => {
    expect(judged(doomed(5), { chain: { ...chain, points: 10 } })).toEqual([5]);
    expect(judged(doomed(6), { chain: { ...chain, points: 10 } })).toEqual([0, 'TABLE TOO_MANY_AT_ONCE']);
    expect(judged(doomed(6), { chain: { ...chain, points: 10 }, sharePercent: 100 })).toEqual([6]);
    expect(judged(doomed(2), { chain: { ...chain, points: 3 } })).toEqual([2]);
    // Those that cannot be seen, or that one session does not come to, are of it as well.
    expect(judged(doomed(2), { chain: { ...chain, points: 10, doomed: 6 } })).toEqual([0, 'TABLE TOO_MANY_AT_ONCE']);
  });

  test('counting enough points gives the same answer as counting all', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(200),
        fc.integer({ min: 1, max: 100 }),
        (going, more, share) => {
          const all = going + more;
          const counted = Math.min(all, enoughPoints(going, share));
          const of = (points: number) => judged(doomed(going), { chain: { ...chain, points }, sharePercent: share });
          expect(of(counted)).toEqual(of(all));
        },
      ),
    );
  });

  test('clocks that differ by more than the bound stop everything, whoever is right', () => {
    const at = (ms: number) => new Date(now.getTime() + ms);
    expect(clockDoubt(now, { database: at(1_000), awsAheadMs: [-1_500] }, 3)).toBeNull();
    expect(clockDoubt(now, { database: at(-SAFETY.clockSkewMs - 1), awsAheadMs: [] }, 3)?.message).toContain(
      "ahead of the database's",
    );
    expect(clockDoubt(now, { database: now, awsAheadMs: [0, SAFETY.clockSkewMs + 1] }, 3)?.message).toContain(
      "behind AWS's",
    );
  });
});

describe('the day of retention', () => {
  const daily = { timeOfDay: '04:00', timeZone: 'Europe/Berlin', jitterMinutes: 30 };

  test('each day has one slot, in its order, within the jitter, and every replica names the same', () => {
    const at = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia', 'Australia/Lord_Howe');
    fc.assert(
      fc.property(at, zone, fc.nat(240), fc.uuid(), (moment, timeZone, jitterMinutes, account) => {
        const settings = { timeOfDay: '02:30', timeZone, jitterMinutes };
        const { last, next } = slotsAround(settings, account, moment);
        expect(last.at.getTime()).toBeLessThanOrEqual(moment.getTime());
        expect(next.at.getTime()).toBeGreaterThan(moment.getTime());
        expect(last.day < next.day).toBe(true);
        expect(slotsAround(settings, account, last.at).last).toEqual(last);
        expect(slotsAround(settings, account, new Date(next.at.getTime() - 1))).toEqual({ last, next });
      }),
    );
  });

  test('it is the local time plus the account’s own delay', () => {
    const { last } = slotsAround({ ...daily, jitterMinutes: 0 }, 'a', new Date('2026-07-10T12:00:00Z'));
    expect(last).toEqual({ day: '2026-07-10', at: new Date('2026-07-10T02:00:00Z') });
    const delays = ['a', 'b', 'c', 'd'].map(
      (account) => slotsAround(daily, account, now).last.at.getTime() % 3_600_000,
    );
    expect(new Set(delays).size).toBe(4);
  });

  test('where clocks are put forward over it, it begins when they have jumped; where they show it twice, the first time', () => {
    const at = { timeOfDay: '02:30', timeZone: 'Europe/Berlin', jitterMinutes: 0 };
    const slotOn = (day: string) => slotsAround(at, 'a', new Date(`${day}T12:00:00Z`)).last;
    expect(slotOn('2026-03-29')).toEqual({ day: '2026-03-29', at: new Date('2026-03-29T01:00:00Z') });
    expect(slotOn('2026-10-25')).toEqual({ day: '2026-10-25', at: new Date('2026-10-25T00:30:00Z') });
  });
});

test('settings that are wrong are refused all at once', () => {
  const right = { timeOfDay: '04:00', timeZone: 'UTC', jitterMinutes: 30, sharePercent: 50, sessionKeepDays: 92 };
  expect(settingsProblems(right)).toEqual([]);
  expect(settingsProblems({ ...right, sessionKeepDays: null })).toEqual([]);
  const wrong = { timeOfDay: '24:00', timeZone: 'Mars', jitterMinutes: -1, sharePercent: 0, sessionKeepDays: 0 };
  expect(settingsProblems(wrong).map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([
    'BAD_TIME timeOfDay',
    'UNKNOWN_TIME_ZONE timeZone',
    'BAD_JITTER jitterMinutes',
    'BAD_SHARE sharePercent',
    'BAD_RETENTION sessionRecords.keepDays',
  ]);
});

describe('a point under a policy’s present rules', () => {
  const createdAt = new Date('2026-01-31T04:00:00.000Z');
  const days = (value: number) => new Date(createdAt.getTime() + value * 86_400_000);
  const point: RuledPoint = {
    kind: 'BACKUP',
    createdAt,
    tableRegion: 'home',
    region: 'home',
    vaultName: 'gold',
    flags: [
      { flag: 'D', expiresAt: days(3) },
      { flag: 'M', expiresAt: days(180) },
    ],
    expiresAt: days(180),
    keepNewest: true,
  };
  const rules: PolicyRules = {
    rules: [{ flag: 'D', keep: { value: 7, unit: 'DAYS' }, copied: true, keepCopies: { value: 1, unit: 'MONTHS' } }],
    backupDays: 20,
    copies: [{ fromRegion: 'home', toRegion: 'away', vaultName: 'far', days: null }],
    keepNewest: false,
  };

  test('each flag follows its schedule; one whose schedule is off keeps the end it had', () => {
    expect(underRules(point, rules)).toEqual({
      flags: [
        { flag: 'D', expiresAt: days(7) },
        { flag: 'M', expiresAt: days(180) },
      ],
      expiresAt: days(180),
      keepNewest: false,
    });
    expect(underRules({ ...point, flags: [] }, rules)).toMatchObject({ expiresAt: days(20) });
  });

  test('a copy follows the schedules’ rules for copies, or its target’s days', () => {
    const copy: RuledPoint = {
      ...point,
      kind: 'COPY',
      region: 'away',
      vaultName: 'far',
      flags: point.flags.slice(0, 1),
    };
    expect(underRules(copy, rules).expiresAt).toEqual(new Date('2026-02-28T04:00:00.000Z'));
    const target = { ...rules, copies: [{ ...rules.copies[0]!, days: 90 }] };
    expect(underRules(copy, target).expiresAt).toEqual(days(90));
    // Copies are not made any more: those there are keep what they were promised.
    const notCopied = { ...rules, rules: [{ ...rules.rules[0]!, copied: false }] };
    expect(underRules(copy, notCopied).expiresAt).toEqual(days(3));
    expect(underRules({ ...copy, flags: [] }, target).expiresAt).toEqual(days(90));
    expect(underRules({ ...copy, flags: [], vaultName: 'gone' }, target).expiresAt).toEqual(copy.expiresAt);
  });

  test('for ever is later than any day', () => {
    expect([moveOf(null, days(1)), moveOf(days(1), null), moveOf(null, null), moveOf(days(1), days(2))]).toEqual([
      'EARLIER',
      'LATER',
      'SAME',
      'LATER',
    ]);
  });
});
