import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../database/index.ts';
import { CHECK_MS, within } from '../health/index.ts';
import { countDeadEvents } from '../inbox/dead-events.ts';
import type { Logger } from '../logging/index.ts';
import type { ServiceDeps } from './index.ts';

export type Series = Readonly<{ labels: Readonly<Record<string, string>>; value: number }>;

export type ObservedGauge = Readonly<{
  name: string;
  help: string;
  labels?: readonly string[];
  read: () => Promise<readonly Series[]>;
}>;

/** A gauge that is asked when it is read. Where it cannot tell in time it has no value: the others must still be read. */
export function observe(registry: Registry, log: Logger, o: ObservedGauge): void {
  new Gauge({
    name: o.name,
    help: o.help,
    labelNames: [...(o.labels ?? [])],
    registers: [registry],
    async collect() {
      this.reset();
      const series = await within(CHECK_MS, o.read()).catch((error: unknown) => {
        log.debug({ gauge: o.name, err: error }, 'a gauge could not be read');
        return [];
      });
      for (const { labels, value } of series) this.set({ ...labels }, value);
    },
  });
}

/** The one series of a gauge without labels. */
export const plain = async (value: Promise<number>): Promise<Series[]> => [{ labels: {}, value: await value }];

export function observeService(
  registry: Registry,
  db: Database,
  deps: ServiceDeps,
  oldestSeconds: () => Promise<number>,
): void {
  const { bus, queue, log } = deps;
  observe(registry, log, {
    name: 'tablekeep_outbox_oldest_seconds',
    help: 'Age of the oldest event or work item that is not delivered yet',
    read: () => plain(oldestSeconds()),
  });
  observe(registry, log, {
    name: 'tablekeep_dead_events',
    help: 'Events that could not be handled and wait for a person',
    read: () => plain(countDeadEvents(db)),
  });
  observe(registry, log, {
    name: 'tablekeep_reachable',
    help: '1 where the server that is named answers, 0 where it does not',
    labels: ['server'],
    read: async () => {
      const servers = {
        database: () => db.check(),
        events: () => bus.check(),
        ...(queue && { queue: () => queue.check() }),
      };
      return Promise.all(
        Object.entries(servers).map(async ([server, check]) => {
          // A little sooner than the gauge itself: one silent server must not take the word from the others.
          const value = await within(CHECK_MS / 2, check()).then(
            () => 1,
            () => 0,
          );
          return { labels: { server }, value };
        }),
      );
    },
  });
  if (bus.kind !== 'kafka') return;
  observe(registry, log, {
    name: 'tablekeep_consumer_lag',
    help: 'Messages of a partition that this consumer has not committed yet',
    labels: ['consumer', 'topic', 'partition'],
    read: async () =>
      (await bus.lag()).map(({ consumer, topic, partition, lag }) => ({
        labels: { consumer, topic, partition: String(partition) },
        value: lag,
      })),
  });
}
