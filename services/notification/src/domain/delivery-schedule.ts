import type { DeliveryKind } from './content.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Eight tries over about half an hour. */
const SOON: readonly number[] = [15, 30, 60, 120, 240, 480, 960].map((seconds) => seconds * SECOND);

/** Thirteen tries over a day: people hear soon where that is possible, and nevertheless where their server was away. */
const FOR_A_DAY: readonly number[] = [...SOON, ...[1, 2, 4, 6, 10].map((hours) => hours * HOUR)];

/** Ten tries over 75 hours, as the Standard Webhooks specification gives for an example: programs can catch up. */
const PATIENT: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

const SCHEDULES: Readonly<Record<DeliveryKind, readonly number[]>> = {
  EMAIL: FOR_A_DAY,
  SLACK: FOR_A_DAY,
  SNS: FOR_A_DAY,
  WEBHOOK: PATIENT,
  // A switch raises its alarm by itself; what a run said hours ago is not how its policy is now.
  PING: SOON,
};

const scheduleOf = (kind: DeliveryKind): readonly number[] => SCHEDULES[kind];

export const mostTries = (kind: DeliveryKind): number => scheduleOf(kind).length + 1;

/** How far a try may be moved, so that receivers that were away do not get everything in the same moment. */
const JITTER = 0.1;
/** A receiver that asks for a later try is heard, within reason. */
const LONGEST_WISH_MS = 24 * HOUR;

/**
 * When to try again after so many failures, or null to give up.
 * @param chance 0 to 1 @param wishMs how long the receiver asked us to wait
 */
export function nextTry(
  kind: DeliveryKind,
  failures: number,
  o: Readonly<{ now: Date; chance: number; wishMs?: number | null }>,
): Date | null {
  const wait = scheduleOf(kind)[failures - 1];
  if (wait === undefined) return null;
  const jittered = wait * (1 - JITTER + 2 * JITTER * o.chance);
  return new Date(o.now.getTime() + Math.round(Math.max(jittered, Math.min(o.wishMs ?? 0, LONGEST_WISH_MS))));
}
