import { expect, test } from '@jest/globals';
import { endOf, type Flag, type Period } from '@tablekeep/schema/retention-rules';
import fc from 'fast-check';
import { judgeChains, lookAgainAt, type Freeze, type PointState, type RetainedPoint } from './judge-retention.ts';
import { daysWithNet, isLeftToAws, mustPutOff } from './safety-net.ts';

/** `npm run test:retention` asks for 100,000. */
const HISTORIES = Number(process.env['TABLEKEEP_RETENTION_HISTORIES'] ?? 3_000);
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 28, 4);
const TABLES = ['orders', 'users'] as const;
const VAULTS = ['gold', 'locked'] as const;

type Keep = Period | null;
type Point = {
  id: string;
  kind: 'BACKUP' | 'COPY' | 'MANUAL';
  table: string;
  tableId: string | null;
  vault: string;
  madeAt: number;
  rules: readonly (readonly [Flag, Keep])[];
  plain: Keep;
  keepNewest: boolean;
  state: PointState;
  foreign: boolean;
  said: { expiry: number | null } | null;
  grace: number | null;
  awaits: boolean;
  hold: boolean;
  permit: boolean;
  /** When AWS deletes it by itself. */
  awsEnd: number | null;
  netDays: number | null;
  /** It was found in its vault, the catalog not having it. */
  found: boolean;
  deletedAt: number | null;
};
/** What has happened, as it happened: the oracle reads this, never what the rules make of it. */
type World = { now: number; points: Point[]; frozen: Set<string>; locked: Set<string> };

const keep: fc.Arbitrary<Keep> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 6,
    arbitrary: fc.record({
      value: fc.integer({ min: 1, max: 5 }),
      unit: fc.constantFrom('DAYS' as const, 'DAYS' as const, 'MONTHS' as const, 'YEARS' as const),
    }),
  },
);
const which = fc.nat({ max: 11 });
const action = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('make' as const),
      kind: fc.constantFrom('BACKUP' as const, 'BACKUP' as const, 'COPY' as const, 'MANUAL' as const),
      table: fc.constantFrom(...TABLES),
      tableId: fc.constantFrom('t-1', 't-1', 't-1', 't-2', null),
      vault: fc.constantFrom(...VAULTS, 'gold'),
      flags: fc.uniqueArray(fc.constantFrom('D', 'W', 'M', 'Y' as Flag), { maxLength: 4 }),
      keeps: fc.array(keep, { minLength: 4, maxLength: 4 }),
      plain: keep,
      keepNewest: fc.boolean(),
      state: fc.constantFrom<PointState>('USABLE', 'USABLE', 'USABLE', 'USABLE', 'USABLE', 'UNFINISHED', 'SPENT'),
      foreign: fc.nat({ max: 9 }).map((n) => n === 0),
      aws: fc.constantFrom('KEEPS' as const, 'KEEPS' as const, 'NET' as const, 'OWN' as const),
      days: fc.integer({ min: 1, max: 60 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), days: fc.integer({ min: 0, max: 45 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('retain' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('copy by hand' as const),
      which,
      vault: fc.constantFrom(...VAULTS),
      days: fc.option(fc.integer({ min: 1, max: 60 }), { freq: 2 }),
    }),
  },
  ...(['hold', 'permit', 'delete', 'spoil', 'await'] as const).map((kind) => ({
    weight: 1,
    arbitrary: fc.record({ do: fc.constant(kind), which }),
  })),
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      which,
      days: fc.option(fc.integer({ min: 1, max: 40 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('grace' as const), which, days: fc.integer({ min: 0, max: 2 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('lifecycle' as const),
      which,
      days: fc.option(fc.integer({ min: 1, max: 60 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      table: fc.constantFrom(...TABLES),
      keepNewest: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('freeze' as const),
      table: fc.constantFrom(...TABLES),
      tableId: fc.constantFrom('t-1', 't-2', null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lock' as const), vault: fc.constantFrom(...VAULTS) }) },
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

const chain = (table: string, tableId: string | null) => `arn:${table} ${tableId ?? ''}`;

function apply(world: World, what: Action): void {
  const at = 'which' in what ? world.points[what.which % Math.max(1, world.points.length)] : undefined;
  switch (what.do) {
    case 'make': {
      const { kind, table, tableId, vault, keepNewest, state, foreign, plain } = what;
      const rules = what.flags.map((flag, i) => [flag, what.keeps[i] ?? null] as const);
      const source = world.points.findLast((point) => point.table === table && point.tableId === tableId);
      // A copy is of its source's moment.
      const madeAt = kind === 'COPY' && source ? source.madeAt : world.now;
      const point = { kind, table, tableId, vault, madeAt, rules, plain, keepNewest, state, foreign };
      const fate = { said: null, grace: null, awaits: false, hold: false, permit: false, deletedAt: null };
      const aws = { found: false, netDays: what.aws === 'NET' ? 14 : null, awsEnd: null };
      const made: Point = { id: `p-${world.points.length}`, ...point, ...fate, ...aws };
      const end = what.aws === 'OWN' ? world.now + what.days * DAY : lastEnd(made) + 14 * DAY;
      if (what.aws !== 'KEEPS' && end !== Infinity) made.awsEnd = end;
      world.points.push(made);
      return;
    }
    case 'pass':
      for (let day = 0; day < what.days; day++) {
        putOff(world);
        world.now += DAY;
        for (const point of world.points) {
          if (point.awsEnd !== null && point.awsEnd <= world.now) point.deletedAt ??= world.now;
        }
      }
      return;
    case 'edit':
      for (const point of world.points) {
        const isOfPolicy = point.table === what.table && !point.foreign && !world.locked.has(point.vault);
        if (isOfPolicy && point.said === null) point.keepNewest = what.keepNewest;
      }
      return;
    case 'retain':
      for (const { point, goes } of judge(world)) {
        if (goes) world.points.find(({ id }) => id === point.id)!.deletedAt = world.now;
      }
      return;
    case 'freeze': {
      const key = chain(what.table, what.tableId);
      if (!world.frozen.delete(key)) world.frozen.add(key);
      return;
    }
    case 'lock':
      if (!world.locked.delete(what.vault)) world.locked.add(what.vault);
      return;
    default:
      if (at) change(world, at, what);
  }
}

function change(world: World, point: Point, what: Extract<Action, { which: number }>): void {
  switch (what.do) {
    case 'hold':
      point.hold = !point.hold;
      return;
    case 'await':
      point.awaits = !point.awaits;
      return;
    case 'permit':
      point.permit = !point.permit;
      return;
    case 'delete':
      point.deletedAt ??= world.now;
      return;
    case 'spoil':
      point.state = point.state === 'USABLE' ? 'SPENT' : 'USABLE';
      return;
    case 'say':
      point.said = { expiry: what.days === null ? null : world.now + what.days * DAY };
      return;
    case 'copy by hand': {
      // Somebody copied it in the console; its tags say whose policy it is of, and nobody planned how long it stays.
      const copy = { ...point, id: `p-${world.points.length}`, kind: 'COPY', vault: what.vault, found: true } as const;
      const fate = { said: null, grace: null, awaits: false, hold: false, permit: false, deletedAt: null };
      const awsEnd = what.days === null ? null : world.now + what.days * DAY;
      world.points.push({ ...copy, ...fate, rules: [], plain: null, netDays: null, awsEnd });
      return;
    }
    case 'lifecycle':
      point.awsEnd = what.days === null ? null : world.now + what.days * DAY;
      return;
    case 'grace':
      point.grace = world.now + what.days * DAY;
  }
}

/** As the daily session does: what AWS would delete soon and must stay, it deletes later. */
function putOff(world: World): void {
  const soon = world.points.some(({ awsEnd }) => awsEnd !== null && awsEnd <= world.now + 7 * DAY);
  const now = new Date(world.now);
  for (const [i, { point, reasons }] of (soon ? judge(world) : []).entries()) {
    const own = world.points[i]!;
    if (own.awsEnd === null || point.state === 'SPENT' || (point.leftToAws && !own.hold)) continue;
    if (!mustPutOff({ awsDeleteAt: new Date(own.awsEnd), netted: own.netDays !== null, reasons }, now)) continue;
    own.awsEnd = own.madeAt + daysWithNet({ ...point, safetyNetDays: own.netDays }, now) * DAY;
  }
}

/** As the catalog would have it. */
function asCatalogued(point: Point): RetainedPoint {
  const madeAt = new Date(point.madeAt);
  const end = (period: Keep) => (period === null ? null : endOf(madeAt, period));
  const flags = point.rules.map(([flag, period]) => ({ flag, expiresAt: end(period) }));
  const ends = flags.length > 0 ? flags.map(({ expiresAt }) => expiresAt) : [end(point.plain)];
  const last = ends.includes(null) ? null : new Date(Math.max(...ends.map((one) => one!.getTime())));
  const said = point.said && (point.said.expiry === null ? null : new Date(point.said.expiry));
  return {
    id: point.id,
    kind: point.kind,
    tableArn: `arn:${point.table}`,
    tableId: point.tableId,
    region: 'us-east-1',
    vaultName: point.vault,
    createdAt: madeAt,
    state: point.state,
    foreign: point.foreign,
    deletedAt: point.deletedAt === null ? null : new Date(point.deletedAt),
    flags,
    expiresAt: point.said ? said : last,
    expirySetBy: point.said ? 'Operator' : null,
    holdReason: point.hold ? 'Case 17' : null,
    keepNewest: point.keepNewest,
    graceUntil: point.grace === null ? null : new Date(point.grace),
    awaitsReview: point.awaits,
    permitOut: point.permit,
    leftToAws: isLeftToAws({
      ...{ kind: point.kind, vaultName: point.vault, expiresAt: point.said ? said : last },
      expirySetBy: point.said ? 'Operator' : null,
      awsDeleteAt: point.awsEnd === null ? null : new Date(point.awsEnd),
      adoptedAt: point.found ? madeAt : null,
    }),
  };
}

function judge(world: World, now = world.now) {
  const freeze: Freeze = { because: 'REPLACED', detail: 'x', frozenAt: new Date(START) };
  return judgeChains(world.points.map(asCatalogued), {
    now: new Date(now),
    freezes: new Map([...world.frozen].map((key) => [key, freeze])),
    lockedVaults: new Set([...world.locked].map((vault) => `us-east-1 ${vault}`)),
  });
}

/*
 * The oracle: says of each point, from what happened and by another way of counting, whether it may go. Periods are walked
 * on the calendar day by day; the newest is found by asking of each other point whether it beats this one.
 */
function walked(from: number, period: Keep): number {
  if (period === null) return Infinity;
  if (period.unit === 'DAYS') return from + period.value * DAY;
  const start = new Date(from);
  let months = period.unit === 'MONTHS' ? period.value : period.value * 12;
  let day = from;
  let before = start.getUTCMonth();
  // Walks into the month in which it ends, then on to the day, or to the month's last.
  while (months > 0) {
    day += DAY;
    const month = new Date(day).getUTCMonth();
    if (month !== before) months -= 1;
    before = month;
  }
  while (new Date(day).getUTCDate() < start.getUTCDate() && new Date(day + DAY).getUTCMonth() === before) day += DAY;
  return day;
}

function lastEnd(point: Point): number {
  if (point.said) return point.said.expiry ?? Infinity;
  if (point.rules.length === 0) return walked(point.madeAt, point.plain);
  return point.rules.reduce((last, [, period]) => Math.max(last, walked(point.madeAt, period)), 0);
}

/** Whether nobody's hand takes it away, be it by and by. */
function mayStand(world: World, point: Point): boolean {
  const { keepNewest, state, foreign, deletedAt, permit, vault } = point;
  if (!keepNewest || state !== 'USABLE' || foreign || deletedAt !== null || permit) return false;
  if (world.locked.has(vault)) return false;
  const isOthers = point.kind === 'COPY' && point.found && point.said === null && lastEnd(point) === Infinity;
  return !isOthers || point.awsEnd === null;
}

function mayGo(world: World, point: Point): boolean {
  if (point.deletedAt !== null || point.foreign || point.state === 'UNFINISHED' || point.hold || point.permit)
    return false;
  if (world.frozen.has(chain(point.table, point.tableId)) || world.locked.has(point.vault)) return false;
  if (point.awaits) return false;
  if (point.grace !== null && point.grace > world.now) return false;
  if (lastEnd(point) > world.now) return false;
  if (!point.keepNewest || point.state !== 'USABLE') return true;
  return world.points.some((other) => {
    if (other === point || other.table !== point.table || other.tableId !== point.tableId) return false;
    if (!mayStand(world, other)) return false;
    if (other.madeAt !== point.madeAt) return other.madeAt > point.madeAt;
    const [mine, theirs] = [lastEnd(point), lastEnd(other)];
    return theirs !== mine ? theirs > mine : other.id < point.id;
  });
}

test('over any history a point goes exactly where the oracle finds nothing that keeps it', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 24 }), (actions) => {
      const world: World = { now: START, points: [], frozen: new Set(), locked: new Set() };
      for (const one of actions) {
        apply(world, one);
        const verdicts = judge(world);
        expect(verdicts.filter(({ goes }) => goes).map(({ point }) => point.id)).toEqual(
          world.points.filter((point) => mayGo(world, point)).map(({ id }) => id),
        );
        for (const { goes, reasons } of verdicts) expect(goes).toBe(reasons.length === 0);
      }
    }),
    { numRuns: HISTORIES },
  );
}, 3_600_000);

/** What takes a chain's last point away, or lets it be taken, is somebody's own doing. */
const TAKES_AWAY: ReadonlySet<Action['do']> = new Set(['delete', 'spoil', 'permit', 'lock', 'lifecycle']);

test('whatever retention and AWS delete over time, a chain keeps one that nobody took away', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 24 }), (actions) => {
      const world: World = { now: START, points: [], frozen: new Set(), locked: new Set() };
      const standing = () =>
        new Set(
          world.points.filter((point) => mayStand(world, point)).map(({ table, tableId }) => chain(table, tableId)),
        );
      for (const one of actions) {
        const before = standing();
        apply(world, one);
        const mayEnd = TAKES_AWAY.has(one.do) || (one.do === 'edit' && !one.keepNewest);
        const after = standing();
        if (!mayEnd) expect([...before].filter((key) => !after.has(key))).toEqual([]);
      }
    }),
    { numRuns: HISTORIES },
  );
}, 3_600_000);

test('nothing that only time does lets a point go before it is looked at again', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 12 }), fc.nat({ max: 400 * 24 }), (actions, hours) => {
      const world: World = { now: START, points: [], frozen: new Set(), locked: new Set() };
      for (const one of actions) apply(world, one);
      const later = world.now + (hours * DAY) / 24;
      const goesLater = new Set(judge(world, later).flatMap(({ point, goes }) => (goes ? [point.id] : [])));
      for (const { point, goes, reasons } of judge(world)) {
        if (goes || !goesLater.has(point.id)) continue;
        const lookAt = lookAgainAt(reasons, new Date(world.now));
        expect(lookAt).not.toBeNull();
        expect(lookAt!.getTime()).toBeLessThanOrEqual(later);
      }
    }),
    { numRuns: Math.min(HISTORIES, 20_000) },
  );
}, 3_600_000);
