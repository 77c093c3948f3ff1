import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import {
  observed,
  plain,
  shared,
  type MetricDefinitions,
  type ObservedMetric,
  type Series,
} from '@tablekeep/platform/metrics';
import { isUnprotected, PROTECTION_STATUSES } from './domain/protection-status.ts';
import { expectedIntervalMs, isLate } from './graphql/overview.ts';
import { nextRunAt } from './graphql/shown-schedules.ts';
import { judgeInventory, type PolicyCounts } from './judge-inventory.ts';
import { PolicyEntity, type PolicyRow, type PolicyRunRow } from './store/entities.ts';
import { findRuns } from './store/policy-runs.ts';

const OF_POLICY = ['policy', 'policy_id'] as const;

/** Whether tables are protected, and whether policies run when they should. */
export const policyMetrics = {
  tablekeep_backup_last_successful_timestamp_seconds: {
    type: 'gauge',
    help: 'When the last run that succeeded ended, as Unix time; a policy without one has none.',
    labels: OF_POLICY,
  },
  tablekeep_policy_scheduled_since_timestamp_seconds: {
    type: 'gauge',
    help: 'Since when the policy’s schedules are as they are and switched on, as Unix time.',
    labels: OF_POLICY,
  },
  tablekeep_policy_expected_interval_seconds: {
    type: 'gauge',
    help: 'The longest time between two of the policy’s slots: without a success for longer than that, one was missed.',
    labels: OF_POLICY,
  },
  tablekeep_policy_next_due_timestamp_seconds: {
    type: 'gauge',
    help: 'The policy’s first slot that was not begun, as Unix time: in the past while it is due.',
    labels: OF_POLICY,
  },
  tablekeep_policy_overdue: {
    type: 'gauge',
    help: '1 where a slot came more than an hour ago and nothing has succeeded since it.',
    labels: OF_POLICY,
  },
  tablekeep_policy_unplannable: {
    type: 'gauge',
    help: '1 where the policy’s schedules cannot be planned: it does not run until a person mends them.',
    labels: OF_POLICY,
  },
  tablekeep_policy_copies_behind: {
    type: 'gauge',
    help: 'Copies that good backups of the last run lack.',
    labels: OF_POLICY,
  },
  tablekeep_policy_tables: {
    type: 'gauge',
    help: 'Tables that the policy covers, those that it leaves to a more important one too.',
    labels: OF_POLICY,
  },
  tablekeep_policy_tables_rpo_breached: {
    type: 'gauge',
    help: 'Tables that the policy processes and whose newest backup is older than its RPO.',
    labels: OF_POLICY,
  },
  tablekeep_policy_tables_verification_failed: {
    type: 'gauge',
    help: 'Tables whose last test restore failed.',
    labels: OF_POLICY,
  },
  tablekeep_policy_restore_seconds_max: {
    type: 'gauge',
    help: 'The longest that a test restore of one of the policy’s tables took: its measured recovery time.',
    labels: OF_POLICY,
  },
  tablekeep_tables: {
    type: 'gauge',
    help: 'Tables of the inventory, by how they are protected.',
    labels: ['protection'],
  },
  tablekeep_unprotected_tables: {
    type: 'gauge',
    help: 'Tables that no enabled policy covers and that nobody has excluded.',
  },
} as const satisfies MetricDefinitions;

/** The inventory is gone through, and two years of slots are compared, for this: twice a minute is enough. */
const FRESH_MS = 30_000;

type OfPolicy = Series<'policy' | 'policy_id'>;

export function readPolicyMetrics(db: Database, clock: Clock): ObservedMetric[] {
  const { monotonicMs } = clock;
  const policies = shared(() => db.reader.find(PolicyEntity, { order: { priority: 'ASC', id: 'ASC' } }), clock);
  const runs = shared(async () => {
    const found = await findRuns(
      db.reader,
      (await policies()).map(({ id }) => id),
    );
    return new Map(found.map((run) => [run.policyId, run]));
  }, clock);
  const inventory = shared(async () => judgeInventory(db, clock, await policies()), { monotonicMs, freshMs: FRESH_MS });
  const intervals = shared(
    async () => new Map((await policies()).map((policy) => [policy.id, expectedIntervalMs(policy, clock.now())])),
    { monotonicMs, freshMs: FRESH_MS },
  );

  /** A policy of which there is nothing to tell has no series. */
  async function each(value: (policy: PolicyRow) => number | null | undefined): Promise<OfPolicy[]> {
    return (await policies()).flatMap((policy) => {
      const told = value(policy);
      return told == null ? [] : [{ labels: { policy: policy.name, policy_id: policy.id }, value: told }];
    });
  }
  const ofRun = async (value: (run: PolicyRunRow) => number | null | undefined): Promise<OfPolicy[]> => {
    const found = await runs();
    return each(({ id }) => {
      const run = found.get(id);
      return run && value(run);
    });
  };
  const ofTables = async (value: (counts: PolicyCounts | undefined) => number | null | undefined) => {
    const { byPolicy } = await inventory();
    return each(({ id }) => value(byPolicy.get(id)));
  };

  return observed(policyMetrics, {
    tablekeep_backup_last_successful_timestamp_seconds: () => ofRun(({ lastSuccessAt }) => seconds(lastSuccessAt)),
    tablekeep_policy_scheduled_since_timestamp_seconds: () =>
      each(({ enabled, document, scheduledSince, createdAt }) =>
        enabled && document.schedules ? seconds(scheduledSince ?? createdAt) : null,
      ),
    tablekeep_policy_expected_interval_seconds: async () => {
      const found = await intervals();
      return each(({ id, enabled }) => {
        const interval = enabled ? found.get(id) : null;
        return interval == null ? null : interval / 1_000;
      });
    },
    tablekeep_policy_next_due_timestamp_seconds: () =>
      each(({ document, enabled, slotsAfter }) => seconds(nextRunAt(document.schedules, enabled, slotsAfter))),
    tablekeep_policy_overdue: async () => {
      const found = await runs();
      return each((policy) => (isLate(policy, found.get(policy.id)?.lastSuccessAt ?? null, clock.now()) ? 1 : 0));
    },
    tablekeep_policy_unplannable: () => each(({ scheduleState }) => (scheduleState === 'UNPLANNABLE' ? 1 : 0)),
    tablekeep_policy_copies_behind: () => ofRun(({ copiesBehind }) => copiesBehind),
    tablekeep_policy_tables: () => ofTables((counts) => counts?.covered ?? 0),
    tablekeep_policy_tables_rpo_breached: () => ofTables((counts) => counts?.rpoBreached ?? 0),
    tablekeep_policy_tables_verification_failed: () => ofTables((counts) => counts?.verificationFailed ?? 0),
    tablekeep_policy_restore_seconds_max: () => ofTables((counts) => counts?.longestRestoreSeconds),
    tablekeep_tables: async () => {
      const { byStatus } = await inventory();
      return PROTECTION_STATUSES.map((protection) => ({
        labels: { protection },
        value: byStatus.get(protection) ?? 0,
      }));
    },
    tablekeep_unprotected_tables: () =>
      plain(
        inventory().then(({ byStatus }) =>
          PROTECTION_STATUSES.filter(isUnprotected).reduce((sum, status) => sum + (byStatus.get(status) ?? 0), 0),
        ),
      ),
  });
}

const seconds = (at: Date | null): number | null => (at === null ? null : at.getTime() / 1_000);
