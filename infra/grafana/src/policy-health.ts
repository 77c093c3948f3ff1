import { dashboard, lines, number, once, rows } from './panels.ts';

const POLICY = 'policy, policy_id';
const increase = (metric: string) => once(POLICY, `increase(${metric}[$__rate_interval])`);

/** Does every policy do what it should, when it should? */
export const policyHealth = dashboard({
  uid: 'tablekeep-policies',
  title: 'Tablekeep: policy health',
  description: 'Runs of policies: when they succeeded last, how they end, how long they take; copies and restores.',
  from: 'now-7d',
  panels: [
    rows({
      title: 'Policies',
      width: 24,
      query: `{ policyHealth {
        policyName enabled scheduleState lastRunStatus lastSuccessAt nextRunAt expectedIntervalSeconds overdue
        coveredTables tablesRpoBreached copiesBehind measuredRestoreSecondsMax
      } }`,
      rows: 'policyHealth',
      columns: [
        { selector: 'policyName', text: 'Policy', type: 'string' },
        { selector: 'enabled', text: 'Enabled', type: 'boolean' },
        { selector: 'scheduleState', text: 'Schedule', type: 'string' },
        { selector: 'lastRunStatus', text: 'Last run', type: 'string' },
        { selector: 'lastSuccessAt', text: 'Last success', type: 'timestamp' },
        { selector: 'nextRunAt', text: 'Next run', type: 'timestamp' },
        { selector: 'expectedIntervalSeconds', text: 'Every', type: 'number', unit: 's' },
        { selector: 'overdue', text: 'Overdue', type: 'boolean' },
        { selector: 'coveredTables', text: 'Tables', type: 'number' },
        { selector: 'tablesRpoBreached', text: 'RPO breached', type: 'number' },
        { selector: 'copiesBehind', text: 'Copies behind', type: 'number' },
        { selector: 'measuredRestoreSecondsMax', text: 'Longest test restore', type: 'number', unit: 's' },
      ],
    }),
    lines({
      title: 'Since the last success',
      description: 'Above the interval a slot was missed.',
      unit: 's',
      min: 0,
      of: [
        {
          expr: `time() - ${once(POLICY, 'tablekeep_backup_last_successful_timestamp_seconds')}`,
          legend: '{{policy}}',
        },
        { expr: once(POLICY, 'tablekeep_policy_expected_interval_seconds'), legend: '{{policy}}: interval' },
      ],
    }),
    lines({
      title: 'Until the next run',
      description: 'Below 0 it is due and not begun.',
      unit: 's',
      of: [{ expr: `${once(POLICY, 'tablekeep_policy_next_due_timestamp_seconds')} - time()`, legend: '{{policy}}' }],
    }),
    lines({
      title: 'Runs by how they ended',
      stacked: true,
      min: 0,
      of: [
        { expr: `sum(${increase('tablekeep_backup_success_total')})`, legend: 'success' },
        { expr: `sum(${increase('tablekeep_backup_partial_failure_total')})`, legend: 'partly failed' },
        { expr: `sum(${increase('tablekeep_backup_failure_total')})`, legend: 'failed' },
        { expr: `sum(${increase('tablekeep_backup_canceled_total')})`, legend: 'canceled' },
      ],
    }),
    lines({
      title: 'How long nine of ten successful runs take at most',
      unit: 's',
      min: 0,
      of: [
        {
          expr: `histogram_quantile(0.9, sum by (policy, le) (${once(`${POLICY}, le`, 'increase(tablekeep_backup_duration_seconds_bucket[$__range])')}))`,
          legend: '{{policy}}',
        },
      ],
    }),
    lines({
      title: 'Tables of each policy',
      min: 0,
      of: [
        { expr: once(POLICY, 'tablekeep_policy_tables'), legend: '{{policy}}' },
        { expr: once(POLICY, 'tablekeep_policy_tables_rpo_breached'), legend: '{{policy}}: RPO breached' },
      ],
    }),
    lines({
      title: 'Copies',
      stacked: true,
      min: 0,
      of: [
        { expr: `sum(${increase('tablekeep_copy_success_total')})`, legend: 'made' },
        { expr: `sum(${increase('tablekeep_copy_failure_total')})`, legend: 'failed' },
      ],
    }),
    number({
      title: 'Restores that succeeded',
      width: 6,
      expr: `sum(${once('', 'increase(tablekeep_restore_success_total[$__range])')})`,
    }),
    number({
      title: 'Restores that did not',
      width: 6,
      badFrom: 1,
      expr: `${once('', 'increase(tablekeep_restore_failure_total[$__range])')} + ${once('', 'increase(tablekeep_restore_partial_failure_total[$__range])')}`,
    }),
    number({
      title: 'Nine of ten restores took at most',
      width: 6,
      unit: 's',
      expr: `histogram_quantile(0.9, ${once('le', 'increase(tablekeep_restore_duration_seconds_bucket[$__range])')})`,
    }),
    number({
      title: 'Tables whose last test restore failed',
      width: 6,
      badFrom: 1,
      expr: `sum(${once(POLICY, 'tablekeep_policy_tables_verification_failed')})`,
    }),
    rows({
      title: 'Policies that take the longest',
      width: 24,
      query:
        '{ overview(window: WEEK) { longestPolicies { policyName runs durationSecondsAverage durationSecondsMax } } }',
      rows: 'overview.longestPolicies',
      columns: [
        { selector: 'policyName', text: 'Policy', type: 'string' },
        { selector: 'runs', text: 'Runs', type: 'number' },
        { selector: 'durationSecondsAverage', text: 'On average', type: 'number', unit: 's' },
        { selector: 'durationSecondsMax', text: 'At most', type: 'number', unit: 's' },
      ],
    }),
  ],
});
