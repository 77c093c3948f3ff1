import type { Period } from '@tablekeep/schema/retention-rules';
import type { PolicyDocument } from './policy-document.ts';
import { asksForCopies, type Schedules } from './schedules/schedule.ts';

/**
 * One of the retentions by which points of a policy are kept; null: for ever. `path`: its place in the input. `made`: the
 * schedules of just the points that it keeps; null: they are made when somebody asks.
 */
export type CountingRetention = Readonly<{
  kept: Period | null;
  what: string;
  path: readonly string[];
  made: Schedules | null;
}>;

const FLAG_OF = { daily: 'D', weekly: 'W', monthly: 'M', yearly: 'Y' } as const;
export const SCHEDULE_NAMES = ['daily', 'weekly', 'monthly', 'yearly'] as const;

/**
 * Those of a policy's retentions that decide about any point it makes. Where there are schedules, each keeps its own, also when
 * somebody runs the policy by hand, and `backupRetentionDays` keeps none. A copy target's own days count instead of the
 * schedules' for copies, and neither where nothing is copied.
 */
export function countingRetentions({
  schedules,
  backupRetentionDays,
  copies,
}: Pick<PolicyDocument, 'schedules' | 'backupRetentionDays' | 'copies'>): CountingRetention[] {
  const ofTargets = copies.map(({ retentionDays, toRegion }, i) => ({
    kept: inDays(retentionDays),
    what: `Copies in ${toRegion}`,
    path: ['copies', String(i), 'retentionDays'],
    made: schedules && copiedOnly(schedules),
  }));
  if (!schedules) {
    return [
      { kept: inDays(backupRetentionDays), what: 'Backups', path: ['backupRetentionDays'], made: null },
      ...ofTargets,
    ];
  }
  const present = SCHEDULE_NAMES.flatMap((name) => {
    const schedule = schedules[name];
    return schedule === null ? [] : [{ name, ...schedule, copied: asksForCopies(schedules, FLAG_OF[name]) }];
  });
  const isLeftToSchedules = copies.some(({ retentionDays }) => retentionDays === null);
  const ofSchedules = present.flatMap(({ name, keep, keepCopies, copied }) => [
    {
      kept: keep,
      what: `Backups of the ${name} schedule`,
      path: ['schedules', name, 'keep'],
      made: alone(withTimes(schedules), name),
    },
    ...(copied && isLeftToSchedules
      ? [
          {
            kept: keepCopies,
            what: `Copies of the ${name} schedule`,
            path: ['schedules', name, 'keepCopies'],
            made: alone(copiedOnly(schedules), name),
          },
        ]
      : []),
  ]);
  const isCopied = present.some(({ copied }) => copied);
  return [...(isCopied ? ofTargets.filter(({ kept }) => kept !== null) : []), ...ofSchedules];
}

const inDays = (value: number | null): Period | null => (value === null ? null : { value, unit: 'DAYS' });

type Name = (typeof SCHEDULE_NAMES)[number];

function alone(schedules: Schedules, name: Name): Schedules {
  return { ...schedules, daily: null, weekly: null, monthly: null, yearly: null, [name]: schedules[name] };
}

/** Each with the time that it may share with the daily one, so that it keeps it beside another, or alone. */
function copiedOnly(schedules: Schedules): Schedules {
  const { daily, weekly, monthly, yearly } = withTimes(schedules);
  return {
    ...schedules,
    daily: daily && daily.copyTimes.length > 0 ? { ...daily, times: daily.copyTimes } : null,
    weekly: weekly && weekly.copyDays.length > 0 ? { ...weekly, days: weekly.copyDays } : null,
    monthly: monthly && monthly.copyMonths.length > 0 ? { ...monthly, months: monthly.copyMonths } : null,
    yearly: yearly?.copies === true ? yearly : null,
  };
}

function withTimes(schedules: Schedules): Schedules {
  const { daily, weekly, monthly, yearly } = schedules;
  const shared = daily === null ? null : ([...daily.times].sort()[0] ?? null);
  return {
    ...schedules,
    weekly: weekly && { ...weekly, time: weekly.time ?? shared },
    monthly: monthly && { ...monthly, time: monthly.time ?? shared },
    yearly: yearly && { ...yearly, time: yearly.time ?? shared },
  };
}
