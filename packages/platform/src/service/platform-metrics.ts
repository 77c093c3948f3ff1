import type { Database } from '../database/index.ts';
import { CHECK_MS, within } from '../health/index.ts';
import { countDeadEvents } from '../inbox/dead-events.ts';
import { observed, plain, type MetricDefinitions, type ObservedMetric } from '../metrics/index.ts';
import type { Relays } from '../outbox/index.ts';
import type { ServiceDeps } from './index.ts';

/** What every service shows. */
export const platformMetrics = {
  tablekeep_outbox_lag_seconds: {
    type: 'gauge',
    help: 'Age of the oldest event or work item that is recorded and not delivered yet; 0 where nothing waits.',
  },
  tablekeep_dead_events: {
    type: 'gauge',
    help: 'Events that could not be handled and wait for a person.',
  },
  tablekeep_consumer_lag: {
    type: 'gauge',
    help: 'Events that a consumer has not committed yet. Without Kafka the events of the exporting service, under partition 0.',
    labels: ['consumer', 'topic', 'partition'],
  },
  tablekeep_reachable: {
    type: 'gauge',
    help: '1 where the server that is named (database, events or queue) answers the service, 0 where it does not.',
    labels: ['server'],
  },
} as const satisfies MetricDefinitions;

export function readPlatformMetrics(
  db: Database,
  { bus, queue }: Pick<ServiceDeps, 'bus' | 'queue'>,
  relays: Pick<Relays, 'oldestSeconds' | 'lag'>,
): ObservedMetric[] {
  return observed(platformMetrics, {
    tablekeep_outbox_lag_seconds: () => plain(relays.oldestSeconds()),
    tablekeep_dead_events: () => plain(countDeadEvents(db)),
    tablekeep_consumer_lag: async () =>
      (await relays.lag()).map(({ consumer, topic, partition, lag }) => ({
        labels: { consumer, topic, partition: String(partition) },
        value: lag,
      })),
    tablekeep_reachable: async () => {
      const servers = {
        database: () => db.check(),
        events: () => bus.check(),
        ...(queue && { queue: () => queue.check() }),
      };
      return Promise.all(
        Object.entries(servers).map(async ([server, check]) => {
          // A little sooner than the metric itself: one silent server must not take the word from the others.
          const value = await within(CHECK_MS / 2, check()).then(
            () => 1,
            () => 0,
          );
          return { labels: { server }, value };
        }),
      );
    },
  });
}
