import type { Flag } from '@tablekeep/schema/retention-rules';
import { chainOf, vaultKey } from '../judge-deletion.ts';
import { SAFETY } from './safety.ts';

/**
 * What its vault says of a point. USABLE: it can be restored. UNFINISHED: AWS is still making it, or made only a part. SPENT:
 * AWS calls it expired, or the vault does not show it: no use to anybody, and nothing that must be kept.
 */
export type PointState = 'USABLE' | 'UNFINISHED' | 'SPENT';

/** What retention needs to know of a point. */
export type RetainedPoint = Readonly<{
  id: string;
  kind: 'BACKUP' | 'COPY' | 'MANUAL';
  tableArn: string;
  tableId: string | null;
  region: string;
  vaultName: string;
  createdAt: Date;
  state: PointState;
  /** Made by somebody else and only shown here. */
  foreign: boolean;
  deletedAt: Date | null;
  flags: readonly Readonly<{ flag: Flag; expiresAt: Date | null }>[];
  /** When the last of its flags ends, or what was said of a point without flags; null: never. */
  expiresAt: Date | null;
  /** Whoever set `expiresAt` for this point alone: then it counts, not the flags. */
  expirySetBy: string | null;
  holdReason: string | null;
  /** Whether the newest point of its chain stays for being that. */
  keepNewest: boolean;
  graceUntil: Date | null;
  /** Found by a catalog that had lost it, and nobody has acknowledged that since. */
  awaitsReview: boolean;
  /** A permit to delete it is out: its fate is in AWS's hands. */
  permitOut: boolean;
  /** AWS deletes it by somebody else's days, which nobody here puts off for good. */
  leftToAws: boolean;
}>;

export type Freeze = Readonly<{ because: 'REPLACED' | 'COLLAPSED'; detail: string; frozenAt: Date }>;

/** Why a point stays. `until` null: no time ends it, something must happen. */
export type Reason = Readonly<{ code: ReasonCode; until: Date | null; message: string }>;
export type ReasonCode =
  | 'FLAG'
  | 'EXPIRY'
  | 'FOR_EVER'
  | 'MANUAL'
  | 'LEGAL_HOLD'
  | 'NEWEST'
  | 'FOREIGN'
  | 'LOCKED_VAULT'
  | 'CHAIN_FROZEN'
  | 'BEING_DELETED'
  | 'INCOMPLETE'
  | 'GRACE'
  | 'AWAITS_REVIEW'
  | 'GONE';

/** What is true around a point at the moment of judging. */
export type Around = Readonly<{
  now: Date;
  /** The point that stays for being the newest of the chain; null: none does. */
  newestId: string | null;
  freeze: Freeze | null;
  /** By vault key: the vaults known to be locked. */
  lockedVaults: ReadonlySet<string>;
}>;

const FLAG_NAMES: Readonly<Record<Flag, string>> = { D: 'daily', W: 'weekly', M: 'monthly', Y: 'yearly' };

/**
 * Every reason for a point to stay. A point goes only where there is none: whatever is not known, not complete or not ours
 * is a reason.
 */
export function reasonsToStay(point: RetainedPoint, around: Around): Reason[] {
  const { now, freeze, lockedVaults } = around;
  const reasons: Reason[] = [];
  const because = (code: ReasonCode, until: Date | null, message: string) => reasons.push({ code, until, message });
  if (point.deletedAt !== null) because('GONE', null, `It has been gone since ${point.deletedAt.toISOString()}.`);
  if (point.foreign) because('FOREIGN', null, 'It was made by somebody else.');
  reasons.push(...reasonsOfTime(point, now));
  if (point.graceUntil !== null && point.graceUntil > now) {
    const until = point.graceUntil;
    const message = `Its retention was shortened, or it was found in its vault when its time was over; it stays until ${until.toISOString()} for a second thought.`;
    because('GRACE', until, message);
  }
  if (point.awaitsReview) {
    const message =
      'It was found by a catalog that had lost it, so that a hold or another end that people had set may be lost; it stays until acknowledgeImport says that it may expire.';
    because('AWAITS_REVIEW', null, message);
  }
  if (point.holdReason !== null) because('LEGAL_HOLD', null, `It is on legal hold: ${point.holdReason}`);
  if (around.newestId === point.id) because('NEWEST', null, 'It is the newest point of its table.');
  if (lockedVaults.has(vaultKey(point))) {
    because('LOCKED_VAULT', null, `AWS deletes the points of locked vault ${point.vaultName} when their time is over.`);
  }
  if (freeze !== null) {
    const since = freeze.frozenAt.toISOString();
    because('CHAIN_FROZEN', null, `Retention of its table is frozen since ${since}: ${freeze.detail}`);
  }
  if (point.permitOut) because('BEING_DELETED', null, 'It is being deleted.');
  if (point.state === 'UNFINISHED') because('INCOMPLETE', null, 'It is not complete.');
  return reasons;
}

function reasonsOfTime(point: RetainedPoint, now: Date): Reason[] {
  const { flags, expiresAt, expirySetBy, kind } = point;
  const isOver = (until: Date | null) => until !== null && until <= now;
  if (expirySetBy === null) {
    const standing = flags.filter((flag) => !isOver(flag.expiresAt));
    if (standing.length > 0) return standing.map(flagReason);
  }
  // Flags that have all ended do not let a point go that is kept longer: whatever said so, the later end counts.
  if (isOver(expiresAt)) return [];
  if (expiresAt === null) {
    return kind === 'MANUAL'
      ? [{ code: 'MANUAL', until: null, message: 'It was made by hand and has no expiry.' }]
      : [{ code: 'FOR_EVER', until: null, message: 'It is kept for ever.' }];
  }
  const by = expirySetBy === null ? '' : `, as ${expirySetBy} said`;
  return [{ code: 'EXPIRY', until: expiresAt, message: `It is kept until ${expiresAt.toISOString()}${by}.` }];
}

function flagReason({ flag, expiresAt }: RetainedPoint['flags'][number]): Reason {
  const how = expiresAt === null ? 'for ever' : `until ${expiresAt.toISOString()}`;
  return { code: 'FLAG', until: expiresAt, message: `The ${FLAG_NAMES[flag]} schedule keeps it ${how}.` };
}

/** Whether the point could be the one that a chain keeps for being the newest: nobody else's hand may take it away. */
export function mayBeNewest(point: RetainedPoint, lockedVaults: ReadonlySet<string>): boolean {
  return (
    point.keepNewest &&
    point.state === 'USABLE' &&
    !point.foreign &&
    point.deletedAt === null &&
    !point.permitOut &&
    !point.leftToAws &&
    !lockedVaults.has(vaultKey(point))
  );
}

/**
 * The point that a chain keeps for being its newest. A backup and its copies hold the same state: of those that stays which
 * is kept the longest anyway. A point that AWS deletes by a vault's lock or by somebody else's days, that is on its way out,
 * or whose policy does not want its newest kept, cannot stand in for the others.
 */
export function newestOf(chain: readonly RetainedPoint[], lockedVaults: ReadonlySet<string>): RetainedPoint | null {
  return chain.reduce<RetainedPoint | null>((best, point) => {
    if (!mayBeNewest(point, lockedVaults)) return best;
    return best === null || newerFirst(point, best) < 0 ? point : best;
  }, null);
}

/** The order in which points may be their chain's newest. */
export function newerFirst(a: RetainedPoint, b: RetainedPoint): number {
  const byTime = b.createdAt.getTime() - a.createdAt.getTime();
  if (byTime !== 0) return byTime;
  const [endA, endB] = [a, b].map(({ expiresAt }) => expiresAt?.getTime() ?? Infinity) as [number, number];
  if (endA !== endB) return endB > endA ? 1 : -1;
  return a.id < b.id ? -1 : 1;
}

export type RetentionVerdict = Readonly<{ point: RetainedPoint; goes: boolean; reasons: readonly Reason[] }>;

/** The verdicts over whole chains. */
export function judgeChains(
  points: readonly RetainedPoint[],
  around: Readonly<{ now: Date; freezes: ReadonlyMap<string, Freeze>; lockedVaults: ReadonlySet<string> }>,
): RetentionVerdict[] {
  const newest = new Map(
    [...Map.groupBy(points, chainOf)].map(([key, all]) => [key, newestOf(all, around.lockedVaults)]),
  );
  return points.map((point) => {
    const key = chainOf(point);
    const newestId = newest.get(key)?.id ?? null;
    const reasons = reasonsToStay(point, { ...around, newestId, freeze: around.freezes.get(key) ?? null });
    return { point, goes: reasons.length === 0, reasons };
  });
}

/**
 * When a point that stays should be looked at next: when the last of its reasons ends, or after a while where something
 * must happen first. Null: never, unless it is changed.
 */
export function lookAgainAt(reasons: readonly Reason[], now: Date): Date | null {
  let at = now.getTime();
  for (const { code, until } of reasons) {
    if (code === 'GONE' || code === 'FOREIGN') return null;
    if (until !== null) at = Math.max(at, until.getTime());
    else if (code === 'FLAG' || code === 'FOR_EVER' || code === 'MANUAL') return null;
    else at = Math.max(at, now.getTime() + SAFETY.lookAgainMs);
  }
  return new Date(at);
}
