import { chainOf, vaultKey } from '../judge-deletion.ts';
import { SAFETY } from './safety.ts';

/** Why retention did not act, and on what. */
export type Refusal = Readonly<{
  scope: 'ACCOUNT' | 'VAULT' | 'TABLE';
  code: RefusalCode;
  region: string | null;
  vaultName: string | null;
  tableArn: string | null;
  tableName: string | null;
  tableId: string | null;
  /** How many points would have gone. */
  points: number;
  message: string;
}>;
export const REFUSAL_CODES = [
  'CLOCK_SKEW',
  'VAULT_UNREADABLE',
  'LISTING_INCOMPLETE',
  'LISTING_TOO_OLD',
  'NEWEST_MISSING',
  'NEWEST_UNUSABLE',
  'LOCK_UNKNOWN',
  'NEWEST_ENDS',
  'TOO_MANY_AT_ONCE',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** A point that nothing keeps. */
export type Doomed = Readonly<{
  recoveryPointArn: string;
  tableArn: string;
  tableId: string | null;
  tableName: string;
  region: string;
  vaultName: string;
}>;

/** What AWS listed of a vault. */
export type Listing = Readonly<{
  startedAt: Date;
  complete: boolean;
  /** AWS's word of the point's state; null: the listing does not have it. */
  statusOf(recoveryPointArn: string): string | null;
}>;

/** A point of the catalog that its vault must have too. */
export type Standing = Readonly<{
  recoveryPointArn: string;
  region: string;
  vaultName: string;
  /** When we heard of it; null: before that was noted. */
  cataloguedAt: Date | null;
  /** When AWS deletes it by itself; null: never. */
  awsDeleteAt: Date | null;
}>;

/** What the catalog has of a chain. */
export type ChainFacts = Readonly<{
  newest: Standing | null;
  /** The one that stays for being the newest, so that the others may go; null: none does. */
  kept: Standing | null;
  /** How many points there are, or enough; what AWS calls expired or shows no more is none. */
  points: number;
  /** How many of them nothing keeps: also where their vaults could not be seen, or that one session does not come to. */
  doomed: number;
}>;

const USABLE: ReadonlySet<string> = new Set(['COMPLETED', 'AVAILABLE']);

/** Null while the clocks agree well enough to say what has expired. */
export function clockDoubt(
  ours: Date,
  others: Readonly<{ database: Date; awsAheadMs: readonly number[] }>,
  points: number,
): Refusal | null {
  const database = others.database.getTime() - ours.getTime();
  const aws = others.awsAheadMs.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0);
  const [whose, by] = Math.abs(database) >= Math.abs(aws) ? ["the database's", database] : ["AWS's", aws];
  if (Math.abs(by) <= SAFETY.clockSkewMs) return null;
  const seconds = Math.round(Math.abs(by) / 1000);
  const message =
    `Our clock is ${seconds} s ${by > 0 ? 'behind' : 'ahead of'} ${whose}; more than ${SAFETY.clockSkewMs / 1000} s apart ` +
    'they cannot say what has expired. Nothing is deleted until they agree.';
  return { ...nowhere, scope: 'ACCOUNT', code: 'CLOCK_SKEW', points, message };
}

const nowhere = { region: null, vaultName: null, tableArn: null, tableName: null, tableId: null };

type Before = Readonly<{
  now: Date;
  /** By vault key; null: it could not be read. */
  listings: ReadonlyMap<string, Listing | null>;
  chains: ReadonlyMap<string, ChainFacts>;
  /** By vault key: of which it is known whether they are locked. */
  toldVaults: ReadonlySet<string>;
  sharePercent: number;
}>;

/**
 * What may go of the points that nothing keeps, and where that is in doubt: a vault that could not be seen whole and
 * lately, a table whose newest point, or the one that stays for it, the vault does not show or may not keep, a landslide. In
 * doubt nothing of the vault or table goes.
 */
export function withoutDoubt<P extends Doomed>(
  doomed: readonly P[],
  before: Before,
): Readonly<{ going: readonly P[]; refusals: readonly Refusal[] }> {
  const refusals: Refusal[] = [];
  const seen = [...Map.groupBy(doomed, vaultKey)].flatMap(([key, points]) => {
    const why = whyUnseen(before.listings.get(key) ?? null, before.now);
    if (why === null) return points;
    const [{ region, vaultName }] = points as [P];
    const message = `Vault ${vaultName} in ${region} ${why.message}; none of its points is deleted.`;
    refusals.push({ ...nowhere, scope: 'VAULT', code: why.code, region, vaultName, points: points.length, message });
    return [];
  });
  const going = [...Map.groupBy(seen, chainOf)].flatMap(([key, points]) => {
    const why = whyTableInDoubt(points.length, before.chains.get(key), before);
    if (why === null) return points;
    const [{ tableArn, tableName, tableId }] = points as [P];
    const message = `${tableName}: ${why.message}; none of its points is deleted.`;
    const of = { tableArn, tableName, tableId };
    refusals.push({ ...nowhere, ...of, scope: 'TABLE', code: why.code, points: points.length, message });
    return [];
  });
  return { going, refusals };
}

type Why = Readonly<{ code: RefusalCode; message: string }>;

function whyUnseen(listing: Listing | null, now: Date): Why | null {
  if (listing === null) return { code: 'VAULT_UNREADABLE', message: 'could not be listed' };
  if (!listing.complete) return { code: 'LISTING_INCOMPLETE', message: 'was not listed to its end' };
  const ageMs = now.getTime() - listing.startedAt.getTime();
  if (ageMs <= SAFETY.listingAgeMs) return null;
  return { code: 'LISTING_TOO_OLD', message: `was listed ${Math.round(ageMs / 60_000)} minutes ago` };
}

function whyTableInDoubt(seen: number, chain: ChainFacts | undefined, before: Before): Why | null {
  const { newest = null, kept = null } = chain ?? {};
  const why =
    (newest && whyStandingInDoubt(newest, 'its newest point', before)) ??
    (kept && whyStandingInDoubt(kept, 'the point that stays for it', before)) ??
    whyKeptInDoubt(kept, before);
  if (why !== null) return why;
  const going = chain?.doomed ?? seen;
  const points = chain?.points ?? going;
  if (going < SAFETY.smallestLandslide || going * 100 <= points * before.sharePercent) return null;
  const message =
    `${going} of its ${points} points would go at once, more than ${before.sharePercent} %. Delete them by hand, or raise ` +
    'the share in the retention settings, if that is meant';
  return { code: 'TOO_MANY_AT_ONCE', message };
}

/**
 * The point that shall stand for the others must not lie where AWS deletes it by a lock that nobody knows of, nor be one that
 * AWS deletes soon: that is put off first, and may fail.
 */
export function whyKeptInDoubt(
  kept: Pick<Standing, 'region' | 'vaultName' | 'awsDeleteAt'> | null,
  { now, toldVaults }: Pick<Before, 'now' | 'toldVaults'>,
): Why | null {
  if (kept === null) return null;
  const { region, vaultName, awsDeleteAt } = kept;
  if (awsDeleteAt !== null && awsDeleteAt.getTime() <= now.getTime() + SAFETY.netAheadMs) {
    const at = awsDeleteAt.toISOString();
    return {
      code: 'NEWEST_ENDS',
      message: `AWS deletes the point that stays for it at ${at} by itself, which is not put off yet`,
    };
  }
  if (toldVaults.has(vaultKey(kept))) return null;
  const message = `whether vault ${vaultName} in ${region}, where the point that stays for it lies, is locked could not be asked of AWS`;
  return { code: 'LOCK_UNKNOWN', message };
}

/** A point that we heard of after the listing began need not be in it: AWS has told us of it since. */
function whyStandingInDoubt(point: Standing, which: string, { now, listings }: Before): Why | null {
  const { region, vaultName, recoveryPointArn, cataloguedAt } = point;
  const listing = listings.get(vaultKey(point)) ?? null;
  const since = listing?.startedAt.getTime() ?? now.getTime() - SAFETY.listingAgeMs;
  if (cataloguedAt !== null && cataloguedAt.getTime() > since - SAFETY.clockSkewMs) return null;
  const why = whyUnseen(listing, now);
  if (why !== null) {
    const where = `vault ${vaultName} in ${region}, where ${which} lies,`;
    return { code: why.code, message: `${where} ${why.message}` };
  }
  const status = listing?.statusOf(recoveryPointArn) ?? null;
  const what = `${which} ${recoveryPointArn}`;
  if (status === null) return { code: 'NEWEST_MISSING', message: `${what} is not in vault ${vaultName}` };
  if (USABLE.has(status)) return null;
  return { code: 'NEWEST_UNUSABLE', message: `${what} is ${status} in vault ${vaultName}` };
}

/** So many points of a chain are enough to know that `going` of them are no landslide: there is no need to count more. */
export function enoughPoints(going: number, sharePercent: number): number {
  return Math.ceil((going * 100) / sharePercent);
}
