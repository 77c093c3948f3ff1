import { dashboard, lines, number, once } from './panels.ts';

/** Is what happened told to everybody? Services, events, messages. */
export const eventFlow = dashboard({
  uid: 'tablekeep-events',
  title: 'Tablekeep: event flow',
  description: 'Processes, outboxes, consumers, dead letters, the live stream and messages to people.',
  from: 'now-6h',
  panels: [
    number({ title: 'Processes that answer', expr: 'sum(up{job="tablekeep"})' }),
    number({
      title: 'Servers out of reach',
      description: 'Databases, the broker, the queue, as the services see them.',
      badFrom: 1,
      expr: `count(min by (service, server) (tablekeep_reachable)) - sum(min by (service, server) (tablekeep_reachable))`,
    }),
    number({
      title: 'Oldest undelivered',
      unit: 's',
      badFrom: 60,
      expr: once('', 'tablekeep_outbox_lag_seconds'),
    }),
    number({ title: 'Dead events', badFrom: 1, expr: `sum(${once('service', 'tablekeep_dead_events')})` }),
    number({
      title: 'Messages that wait',
      expr: `sum(${once('kind', 'tablekeep_deliveries_pending')})`,
    }),
    number({ title: 'Clients of /events', expr: 'sum(tablekeep_event_stream_clients)' }),
    lines({
      title: 'Oldest event or work item that is not delivered',
      unit: 's',
      min: 0,
      of: [{ expr: once('service', 'tablekeep_outbox_lag_seconds'), legend: '{{service}}' }],
    }),
    lines({
      title: 'Events that consumers are behind',
      min: 0,
      of: [
        {
          expr: `sum by (consumer) (${once('service, consumer, topic, partition', 'tablekeep_consumer_lag')})`,
          legend: '{{consumer}}',
        },
      ],
    }),
    lines({
      title: 'Sessions under way',
      stacked: true,
      min: 0,
      of: [{ expr: once('type', 'tablekeep_sessions_open'), legend: '{{type}}' }],
    }),
    lines({
      title: 'Messages to people and programs',
      stacked: true,
      min: 0,
      of: [
        {
          expr: once('kind, outcome', 'increase(tablekeep_deliveries_total[$__rate_interval])'),
          legend: '{{kind}} {{outcome}}',
        },
      ],
    }),
    lines({
      title: 'Oldest message that waits',
      unit: 's',
      min: 0,
      of: [{ expr: once('', 'tablekeep_delivery_oldest_seconds'), legend: 'oldest' }],
    }),
    lines({
      title: 'What waits in gateways for clients of /events',
      unit: 'bytes',
      min: 0,
      of: [{ expr: 'sum by (instance) (tablekeep_event_stream_buffered_bytes)', legend: '{{instance}}' }],
    }),
    lines({
      title: 'Event loop lag, p99',
      unit: 's',
      min: 0,
      of: [{ expr: 'nodejs_eventloop_lag_p99_seconds{job="tablekeep"}', legend: '{{service}} {{instance}}' }],
    }),
    lines({
      title: 'Memory',
      unit: 'bytes',
      min: 0,
      of: [{ expr: 'process_resident_memory_bytes{job="tablekeep"}', legend: '{{service}} {{instance}}' }],
    }),
  ],
});
