import { dashboard, lines, number, once, rows } from './panels.ts';

const POLICY = 'policy, policy_id';
/** Grafana puts in what its time picker shows. */
const [FROM, TO] = ['${__from:date:iso}', '${__to:date:iso}'];

/** Are the tables safe? For who looks once a day. */
export const overview = dashboard({
  uid: 'tablekeep-overview',
  title: 'Tablekeep: overview',
  description: 'Whether tables are protected, what ran, what lies where.',
  from: 'now-7d',
  panels: [
    number({ title: 'Tables', expr: once('', 'sum without (protection) (tablekeep_tables)') }),
    number({ title: 'Protected', expr: once('', 'tablekeep_tables{protection="PROTECTED"}') }),
    number({
      title: 'Unprotected',
      description: 'No enabled policy covers them, and nobody has excluded them.',
      expr: once('', 'tablekeep_unprotected_tables'),
      badFrom: 1,
    }),
    number({
      title: 'Older than their RPO',
      expr: once('', 'tablekeep_tables{protection="RPO_BREACHED"}'),
      badFrom: 1,
    }),
    number({
      title: 'Policies overdue',
      description: 'A slot came more than an hour ago, and nothing has succeeded since it.',
      expr: `sum(${once(POLICY, 'tablekeep_policy_overdue')})`,
      badFrom: 1,
    }),
    number({
      title: 'Copies behind',
      description: 'Good backups of the last runs that lack their copy.',
      expr: `sum(${once(POLICY, 'tablekeep_policy_copies_behind')})`,
      badFrom: 1,
    }),
    lines({
      title: 'Tables by protection',
      stacked: true,
      min: 0,
      of: [{ expr: once('protection', 'tablekeep_tables'), legend: '{{protection}}' }],
    }),
    lines({
      title: 'Sessions that ended',
      description: 'Of every type, by how they ended.',
      stacked: true,
      min: 0,
      of: [
        {
          expr: `sum by (status) (${once('type, status', 'increase(tablekeep_sessions_total[$__rate_interval])')})`,
          legend: '{{status}}',
        },
      ],
    }),
    rows({
      title: 'Latest sessions',
      width: 24,
      query: `{ sessions(first: 25) { nodes {
        type status policyName requestedBy startedAt finishedAt durationSeconds
        counts { total succeeded warning failed }
      } } }`,
      rows: 'sessions.nodes',
      columns: [
        { selector: 'type', text: 'Type', type: 'string' },
        { selector: 'status', text: 'Status', type: 'string' },
        { selector: 'policyName', text: 'Policy', type: 'string' },
        { selector: 'requestedBy', text: 'Asked for by', type: 'string' },
        { selector: 'startedAt', text: 'Began', type: 'timestamp' },
        { selector: 'finishedAt', text: 'Ended', type: 'timestamp' },
        { selector: 'durationSeconds', text: 'Took', type: 'number', unit: 's' },
        { selector: 'counts.total', text: 'Tasks', type: 'number' },
        { selector: 'counts.failed', text: 'Failed', type: 'number' },
      ],
    }),
    rows({
      title: 'Sessions by day',
      width: 24,
      query: `{ sessionStats(window: { from: "${FROM}", to: "${TO}" }, bucket: DAY) {
        bucketStart type status sessions durationSecondsAverage tasksSucceeded tasksWarning tasksFailed
      } }`,
      rows: 'sessionStats',
      columns: [
        { selector: 'bucketStart', text: 'Day', type: 'timestamp' },
        { selector: 'type', text: 'Type', type: 'string' },
        { selector: 'status', text: 'Status', type: 'string' },
        { selector: 'sessions', text: 'Sessions', type: 'number' },
        { selector: 'durationSecondsAverage', text: 'On average', type: 'number', unit: 's' },
        { selector: 'tasksSucceeded', text: 'Tasks done', type: 'number' },
        { selector: 'tasksFailed', text: 'Tasks failed', type: 'number' },
      ],
    }),
    rows({
      title: 'What lies where',
      query: '{ overview(window: WEEK) { storage { region storageClass points sizeBytes } } }',
      rows: 'overview.storage',
      columns: [
        { selector: 'region', text: 'Region', type: 'string' },
        { selector: 'storageClass', text: 'Storage class', type: 'string' },
        { selector: 'points', text: 'Restore points', type: 'number' },
        { selector: 'sizeBytes', text: 'Size', type: 'number', unit: 'bytes' },
      ],
    }),
    rows({
      title: 'Next runs',
      query: '{ overview(window: WEEK) { nextRuns { policyName nextRunAt } } }',
      rows: 'overview.nextRuns',
      columns: [
        { selector: 'policyName', text: 'Policy', type: 'string' },
        { selector: 'nextRunAt', text: 'At', type: 'timestamp' },
      ],
    }),
    lines({
      title: 'Restore points',
      min: 0,
      of: [{ expr: once('state', 'tablekeep_restore_points'), legend: '{{state}}' }],
    }),
    lines({
      title: 'Points that retention deleted',
      stacked: true,
      min: 0,
      of: [{ expr: once('kind', 'increase(tablekeep_retention_deleted_total[$__rate_interval])'), legend: '{{kind}}' }],
    }),
  ],
});
