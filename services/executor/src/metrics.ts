import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { observed, plain, shared, type MetricDefinitions, type ObservedMetric } from '@tablekeep/platform/metrics';
import type { Aws } from './aws/region-aws.ts';
import type { BudgetView } from './aws/budget.ts';
import type { Settings } from './options.ts';
import { awsCallCounts } from './store/aws-call-counts.ts';
import { countDeadWorkItems, oldestDeadWorkItemSeconds } from './store/dead-work-items.ts';
import { roomOf } from './store/slots.ts';
import { laneLoads, lanesHeld, placesTaken } from './store/workload.ts';

const LANE = ['account', 'region'] as const;
const AWS_LIMIT = ['aws_account', 'region', 'operation'] as const;

/** How work stands in its lanes, and with AWS's limits. */
export const executorMetrics = {
  tablekeep_executor_jobs: {
    type: 'gauge',
    help: 'Jobs that are not over, by lane (account and Region) and kind. WAITING: nothing has been asked of AWS; WORKING: otherwise.',
    labels: [...LANE, 'kind', 'phase'],
  },
  tablekeep_executor_oldest_job_seconds: {
    type: 'gauge',
    help: 'Age of the oldest job of a lane that is not over, by kind and phase.',
    labels: [...LANE, 'kind', 'phase'],
  },
  tablekeep_executor_lane_held: {
    type: 'gauge',
    help: '1 where an executor works on the lane, 0 where none does: none needs to while it has no jobs.',
    labels: LANE,
  },
  tablekeep_aws_jobs_in_flight: {
    type: 'gauge',
    help: 'Jobs of AWS that are under way, by what AWS limits: backups and restores of an account and Region, copies into a Region.',
    labels: ['limit', ...LANE],
  },
  tablekeep_aws_jobs_limit: {
    type: 'gauge',
    help: 'How many of them may be under way: our share of AWS’s limit.',
    labels: ['limit', ...LANE],
  },
  tablekeep_aws_calls_total: {
    type: 'counter',
    help: 'Calls to AWS, by outcome: ok, throttled ("too fast"), failed. Those of a killed process’s last five seconds are missing.',
    labels: [...AWS_LIMIT, 'outcome'],
  },
  tablekeep_aws_tokens: {
    type: 'gauge',
    help: 'Calls that this process may send at once; below 0 as many wait for their turn. Of the limits it has met; backup:* is all of AWS Backup.',
    labels: AWS_LIMIT,
  },
  tablekeep_aws_rate_per_second: {
    type: 'gauge',
    help: 'Calls a second that this process allows itself: our share of AWS’s limit, less what throttles have taken.',
    labels: AWS_LIMIT,
  },
  tablekeep_dead_work_items: {
    type: 'gauge',
    help: 'Messages of the work queue that were set aside and wait for a person.',
  },
  tablekeep_dead_work_items_oldest_seconds: {
    type: 'gauge',
    help: 'How long the oldest of them has waited; 0 where there is none.',
  },
} as const satisfies MetricDefinitions;

export function readExecutorMetrics(
  o: Readonly<{ db: Database; clock: Clock; aws: Aws; settings: Pick<Settings, 'share' | 'jobLimits'> }>,
): ObservedMetric[] {
  const { db, clock, aws, settings } = o;
  const loads = shared(() => laneLoads(db), clock);
  const places = shared(() => placesTaken(db), clock);

  const ofJobs = async (of: 'jobs' | 'oldestSeconds') =>
    (await loads()).map(({ accountId: account, region, kind, waiting, ...load }) => ({
      labels: { account, region, kind, phase: waiting ? 'WAITING' : 'WORKING' },
      value: load[of],
    }));
  const ofPlaces = async (value: (place: { slot: string; taken: number }) => number) =>
    (await places()).map((place) => {
      const [limit = '', account = '', region = ''] = place.slot.split('/');
      return { labels: { limit, account, region }, value: value(place) };
    });
  const ofBudgets = async (of: 'tokens' | 'perSecond') =>
    aws.budgets().flatMap(({ awsAccountId, region, budget }) =>
      budget.view().map((limit: BudgetView) => ({
        labels: { aws_account: awsAccountId, region, operation: limit.operation },
        value: limit[of],
      })),
    );

  return observed(executorMetrics, {
    tablekeep_executor_jobs: () => ofJobs('jobs'),
    tablekeep_executor_oldest_job_seconds: () => ofJobs('oldestSeconds'),
    tablekeep_executor_lane_held: async () =>
      (await lanesHeld(db)).map(({ accountId: account, region, held }) => ({
        labels: { account, region },
        value: held ? 1 : 0,
      })),
    tablekeep_aws_jobs_in_flight: () => ofPlaces(({ taken }) => taken),
    tablekeep_aws_jobs_limit: () => ofPlaces(({ slot }) => roomOf(slot, settings)),
    tablekeep_aws_calls_total: async () =>
      (await awsCallCounts(db.reader)).map(({ awsAccountId, region, operation, outcome, calls }) => ({
        labels: { aws_account: awsAccountId, region, operation, outcome },
        value: calls,
      })),
    tablekeep_aws_tokens: () => ofBudgets('tokens'),
    tablekeep_aws_rate_per_second: () => ofBudgets('perSecond'),
    tablekeep_dead_work_items: () => plain(countDeadWorkItems(db)),
    tablekeep_dead_work_items_oldest_seconds: () => plain(oldestDeadWorkItemSeconds(db, clock.now())),
  });
}
