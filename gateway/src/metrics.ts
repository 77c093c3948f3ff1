import type { MetricDefinitions } from '@tablekeep/platform/metrics';

/** Of this process: clients hang on one gateway. */
export const gatewayMetrics = {
  tablekeep_event_stream_clients: {
    type: 'gauge',
    help: 'Clients of /events that are connected to this gateway.',
  },
  tablekeep_event_stream_buffered_bytes: {
    type: 'gauge',
    help: 'What waits in this gateway for clients of /events to read it.',
  },
  tablekeep_event_stream_connected: {
    type: 'gauge',
    help: '1 where this gateway follows the event log; before its first client it does not.',
  },
} as const satisfies MetricDefinitions;
