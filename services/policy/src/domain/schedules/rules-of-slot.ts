import type { Flag, RetentionRule } from '@tablekeep/schema/retention-rules';
import type { PolicyDocument } from '../policy-document.ts';
import { asksForCopies, type Schedules, type Slot } from './schedule.ts';

/** What the schedules that a slot satisfies ask of its points, as they stand now. */
export function rulesOfSlot(schedules: Schedules, slot: Pick<Slot, 'flags' | 'copied'>): RetentionRule[] {
  return slot.flags.flatMap((flag) => {
    const kept = keepingOf(schedules, flag);
    return kept === null ? [] : [{ flag, ...kept, copied: slot.copied.includes(flag) }];
  });
}

/**
 * The rules of a run. One that a person asked for is no slot's: its points are kept as those of the policy's most frequent
 * schedule, and copied where any of that schedule's are; where it has none, the policy's plain retention counts.
 */
export function rulesOfRun(
  { schedules }: Pick<PolicyDocument, 'schedules'>,
  slot: Readonly<{ rules: readonly RetentionRule[] }> | null,
): readonly RetentionRule[] {
  if (slot !== null) return slot.rules;
  if (!schedules) return [];
  const copied = FLAGS.filter((flag) => asksForCopies(schedules, flag));
  const [mostFrequent] = rulesOfSlot(schedules, { flags: FLAGS, copied });
  return mostFrequent === undefined ? [] : [mostFrequent];
}

const FLAGS: readonly Flag[] = ['D', 'W', 'M', 'Y'];

function keepingOf(schedules: Schedules, flag: Flag): Pick<RetentionRule, 'keep' | 'keepCopies'> | null {
  const schedule = { D: schedules.daily, W: schedules.weekly, M: schedules.monthly, Y: schedules.yearly }[flag];
  return schedule === null ? null : { keep: schedule.keep, keepCopies: schedule.keepCopies };
}
