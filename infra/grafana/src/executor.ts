import { dashboard, lines, number, once } from './panels.ts';

const LANE = 'account, region';
const LIMIT = 'aws_account, region, operation';

/** What is being done in AWS, and how near it is to AWS's limits. */
export const executor = dashboard({
  uid: 'tablekeep-executor',
  title: 'Tablekeep: executor and AWS limits',
  description: 'Jobs in their lanes (one for each account and Region), places under AWS’s limits, calls and throttles.',
  from: 'now-6h',
  panels: [
    number({
      title: 'Work waits for the executor',
      unit: 's',
      badFrom: 300,
      expr: once('', 'tablekeep_queue_oldest_seconds'),
    }),
    number({ title: 'Work items that wait', expr: once('', 'tablekeep_queue_work_items') }),
    number({
      title: 'Lanes at work',
      expr: `sum(${once(LANE, 'tablekeep_executor_lane_held')})`,
    }),
    number({ title: 'Messages set aside', badFrom: 1, expr: once('', 'tablekeep_dead_work_items') }),
    number({
      title: 'Oldest of them',
      unit: 's',
      badFrom: 604_800,
      expr: once('', 'tablekeep_dead_work_items_oldest_seconds'),
    }),
    number({
      title: 'Throttled, of all calls',
      unit: 'percentunit',
      decimals: 2,
      badFrom: 0.05,
      expr: `sum(${once(`${LIMIT}, outcome`, 'tablekeep_aws_calls_total{outcome="throttled"}')}) / sum(${once(`${LIMIT}, outcome`, 'tablekeep_aws_calls_total')})`,
    }),
    lines({
      title: 'Jobs by phase',
      description: 'WAITING: nothing has been asked of AWS.',
      stacked: true,
      min: 0,
      of: [
        {
          expr: `sum by (kind, phase) (${once(`${LANE}, kind, phase`, 'tablekeep_executor_jobs')})`,
          legend: '{{kind}} {{phase}}',
        },
      ],
    }),
    lines({
      title: 'Oldest job of each lane',
      unit: 's',
      min: 0,
      of: [{ expr: once(`${LANE}, phase`, 'tablekeep_executor_oldest_job_seconds'), legend: '{{region}} {{phase}}' }],
    }),
    lines({
      title: 'Places in use under AWS’s limits of jobs',
      description: 'In parts of our share.',
      unit: 'percentunit',
      min: 0,
      of: [
        {
          expr: `${once(`limit, ${LANE}`, 'tablekeep_aws_jobs_in_flight')} / ${once(`limit, ${LANE}`, 'tablekeep_aws_jobs_limit')}`,
          legend: '{{limit}} {{region}}',
        },
      ],
    }),
    lines({
      title: 'Jobs of AWS under way',
      min: 0,
      of: [{ expr: once(`limit, ${LANE}`, 'tablekeep_aws_jobs_in_flight'), legend: '{{limit}} {{region}}' }],
    }),
    lines({
      title: 'Calls to AWS',
      unit: 'reqps',
      min: 0,
      of: [
        {
          expr: `sum by (operation) (${once(`${LIMIT}, outcome`, 'rate(tablekeep_aws_calls_total[$__rate_interval])')})`,
          legend: '{{operation}}',
        },
      ],
    }),
    lines({
      title: 'Calls that AWS throttled or refused',
      unit: 'reqps',
      min: 0,
      of: [
        {
          expr: `sum by (region, outcome) (${once(`${LIMIT}, outcome`, 'rate(tablekeep_aws_calls_total{outcome!="ok"}[$__rate_interval])')})`,
          legend: '{{region}} {{outcome}}',
        },
      ],
    }),
    lines({
      title: 'Calls that may go out at once',
      description: 'Of each executor, which paces the lanes it holds. Below 0 calls wait for their turn.',
      of: [{ expr: `min by (instance, region, operation) (tablekeep_aws_tokens)`, legend: '{{region}} {{operation}}' }],
    }),
    lines({
      title: 'Calls a second that an executor allows itself',
      description: 'Of AWS Backup; throttles halve it, and it recovers within a minute.',
      unit: 'reqps',
      min: 0,
      of: [
        {
          expr: `min by (instance, region, operation) (tablekeep_aws_rate_per_second{operation=~"backup:.*"})`,
          legend: '{{region}} {{operation}}',
        },
      ],
    }),
  ],
});
