import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import {
  observed,
  plain,
  shared,
  type Distribution,
  type MetricDefinitions,
  type ObservedMetric,
  type Series,
} from '@tablekeep/platform/metrics';
import { DURATION_BOUNDS, type Counted, type Operation } from './domain/operation.ts';
import { countedPolicies, NO_POLICY, readCounts } from './store/operation-counts.ts';
import { endedSessions, openSessions } from './store/stats.ts';
import { unansweredWork } from './store/tasks.ts';

const OF_POLICY = ['policy', 'policy_id'] as const;

/** What became of sessions and copies, counted in the transactions that end them. */
export const sessionMetrics = {
  tablekeep_backup_attempt_total: {
    type: 'counter',
    help: 'Runs of a policy that were begun; under the empty policy, backups asked for by hand.',
    labels: OF_POLICY,
  },
  tablekeep_backup_success_total: {
    type: 'counter',
    help: 'Runs after which every table has its backup, those with warnings too.',
    labels: OF_POLICY,
  },
  tablekeep_backup_warning_total: {
    type: 'counter',
    help: 'Successful runs about which something else needs a person, such as a copy that is missing.',
    labels: OF_POLICY,
  },
  tablekeep_backup_partial_failure_total: {
    type: 'counter',
    help: 'Runs after which some tables have their backup and others do not.',
    labels: OF_POLICY,
  },
  tablekeep_backup_failure_total: {
    type: 'counter',
    help: 'Runs that backed up no table, after the last retry.',
    labels: OF_POLICY,
  },
  tablekeep_backup_canceled_total: { type: 'counter', help: 'Runs that a person stopped.', labels: OF_POLICY },
  tablekeep_backup_duration_seconds: {
    type: 'histogram',
    help: 'How long successful runs took, from their plan to the last point in the catalog.',
    labels: OF_POLICY,
  },
  tablekeep_copy_attempt_total: {
    type: 'counter',
    help: 'Copies of a point to another vault that were begun; retries of one count once.',
    labels: OF_POLICY,
  },
  tablekeep_copy_success_total: { type: 'counter', help: 'Copies that were made.', labels: OF_POLICY },
  tablekeep_copy_failure_total: {
    type: 'counter',
    help: 'Copies that failed, after the last retry.',
    labels: OF_POLICY,
  },
  tablekeep_copy_canceled_total: { type: 'counter', help: 'Copies that were stopped.', labels: OF_POLICY },
  tablekeep_copy_duration_seconds: {
    type: 'histogram',
    help: 'How long copies that were made took, from the start of the AWS job.',
    labels: OF_POLICY,
  },
  tablekeep_restore_attempt_total: {
    type: 'counter',
    help: 'Restores and replacements that were begun, of however many tables each.',
  },
  tablekeep_restore_success_total: {
    type: 'counter',
    help: 'Restores after which every table is there, those with warnings too.',
  },
  tablekeep_restore_warning_total: {
    type: 'counter',
    help: 'Successful restores about which something needs a person, such as a setting that waits.',
  },
  tablekeep_restore_partial_failure_total: {
    type: 'counter',
    help: 'Restores after which some tables are there and others are not.',
  },
  tablekeep_restore_failure_total: { type: 'counter', help: 'Restores that brought no table back.' },
  tablekeep_restore_canceled_total: { type: 'counter', help: 'Restores that a person stopped.' },
  tablekeep_restore_duration_seconds: {
    type: 'histogram',
    help: 'How long successful restores took: the time to recover that was really seen.',
  },
  tablekeep_verification_attempt_total: {
    type: 'counter',
    help: 'Rounds of test restores that were begun.',
    labels: OF_POLICY,
  },
  tablekeep_verification_success_total: {
    type: 'counter',
    help: 'Rounds in which every point that was tried could be restored.',
    labels: OF_POLICY,
  },
  tablekeep_verification_partial_failure_total: {
    type: 'counter',
    help: 'Rounds in which some points could be restored and others could not.',
    labels: OF_POLICY,
  },
  tablekeep_verification_failure_total: {
    type: 'counter',
    help: 'Rounds in which no point could be restored.',
    labels: OF_POLICY,
  },
  tablekeep_sessions_total: {
    type: 'counter',
    help: 'Sessions that have ended, by type and status.',
    labels: ['type', 'status'],
  },
  tablekeep_sessions_open: { type: 'gauge', help: 'Sessions that are under way, by type.', labels: ['type'] },
  tablekeep_queue_work_items: {
    type: 'gauge',
    help: 'Work items that were sent to the executor and that it has not accepted.',
  },
  tablekeep_queue_oldest_seconds: {
    type: 'gauge',
    help: 'How long the oldest of them has waited, from when it was recorded; 0 where none waits.',
  },
} as const satisfies MetricDefinitions;

export function readSessionMetrics(db: Database, clock: Clock): ObservedMetric[] {
  const { monotonicMs } = clock;
  const counts = shared(
    async () => ({ of: await readCounts(db.reader), policies: await countedPolicies(db.reader) }),
    clock,
  );
  const work = shared(() => unansweredWork(db), { monotonicMs });

  /** A policy that was never run has its zeros: a counter that begins with 1 hides its first increase. */
  const byPolicy = (operation: Operation, counted: Counted) => () => ofPolicies((of, id) => of(operation, id, counted));
  const overall = (counted: Counted) => () => plain(counts().then(({ of }) => of('restore', NO_POLICY, counted)));
  async function ofPolicies<V>(
    value: (of: Awaited<ReturnType<typeof readCounts>>, policyId: string) => V,
  ): Promise<Series<'policy' | 'policy_id', V>[]> {
    const { of, policies } = await counts();
    return [{ id: NO_POLICY, name: '' }, ...policies].map(({ id, name }) => ({
      labels: { policy: name, policy_id: id },
      value: value(of, id),
    }));
  }

  return observed(sessionMetrics, {
    tablekeep_backup_attempt_total: byPolicy('backup', 'attempt'),
    tablekeep_backup_success_total: byPolicy('backup', 'success'),
    tablekeep_backup_warning_total: byPolicy('backup', 'warning'),
    tablekeep_backup_partial_failure_total: byPolicy('backup', 'partial_failure'),
    tablekeep_backup_failure_total: byPolicy('backup', 'failure'),
    tablekeep_backup_canceled_total: byPolicy('backup', 'canceled'),
    tablekeep_backup_duration_seconds: () => ofPolicies((of, id) => durations((counted) => of('backup', id, counted))),
    tablekeep_copy_attempt_total: byPolicy('copy', 'attempt'),
    tablekeep_copy_success_total: byPolicy('copy', 'success'),
    tablekeep_copy_failure_total: byPolicy('copy', 'failure'),
    tablekeep_copy_canceled_total: byPolicy('copy', 'canceled'),
    tablekeep_copy_duration_seconds: () => ofPolicies((of, id) => durations((counted) => of('copy', id, counted))),
    tablekeep_restore_attempt_total: overall('attempt'),
    tablekeep_restore_success_total: overall('success'),
    tablekeep_restore_warning_total: overall('warning'),
    tablekeep_restore_partial_failure_total: overall('partial_failure'),
    tablekeep_restore_failure_total: overall('failure'),
    tablekeep_restore_canceled_total: overall('canceled'),
    tablekeep_restore_duration_seconds: async () => {
      const { of } = await counts();
      return [{ labels: {}, value: durations((counted) => of('restore', NO_POLICY, counted)) }];
    },
    tablekeep_verification_attempt_total: byPolicy('verification', 'attempt'),
    tablekeep_verification_success_total: byPolicy('verification', 'success'),
    tablekeep_verification_partial_failure_total: byPolicy('verification', 'partial_failure'),
    tablekeep_verification_failure_total: byPolicy('verification', 'failure'),
    tablekeep_sessions_total: async () =>
      (await endedSessions(db)).map(({ type, status, sessions }) => ({ labels: { type, status }, value: sessions })),
    tablekeep_sessions_open: async () =>
      (await openSessions(db)).map(({ type, sessions }) => ({ labels: { type }, value: sessions })),
    tablekeep_queue_work_items: () => plain(work().then(({ items }) => items)),
    tablekeep_queue_oldest_seconds: () =>
      plain(
        work().then(({ oldest }) =>
          oldest === null ? 0 : Math.max(0, clock.now().getTime() - oldest.getTime()) / 1_000,
        ),
      ),
  });
}

function durations(of: (counted: Counted) => number): Distribution {
  let atMost = 0;
  const buckets = DURATION_BOUNDS.map((bound) => [bound, (atMost += of(`bucket_${bound}`))] as const);
  return { buckets, count: atMost + of('bucket_inf'), sum: of('duration_ms') / 1_000 };
}
