import { SAFETY } from './retention/safety.ts';

/** What a look at a vault found a point by. */
export type Finding = Readonly<{
  now: Date;
  /** Whether any point of the account was ever told by its maker: then the catalog is not a fresh one. */
  isToldOfAccount: boolean;
  /** By how much AWS's clock, which dates the point, is ahead of ours. */
  awsAheadMs: number;
}>;

/**
 * Whether a catalog that finds the point in its vault must have lost its memory of it: it has heard of no point of the account
 * but by looks, or the point is so old that no word of its making is on its way any more. A hold, an end or a freeze that
 * people had set may be lost with that memory; the vault does not have them.
 */
export function isForgotten(
  { completedAt }: Readonly<{ completedAt: Date }>,
  { now, isToldOfAccount, awsAheadMs }: Finding,
): boolean {
  return !isToldOfAccount || now.getTime() - (completedAt.getTime() - awsAheadMs) > SAFETY.wordOnItsWayMs;
}
