import type { Logger } from 'pino';
import type { Consumer, EventBus } from './port.ts';

/**
 * The bus of the embedded profile: consumers in the same process, fed by each service's outbox. It keeps nothing itself;
 * what is not yet committed by every consumer is still in the sender's outbox.
 */
export function createInProcessBus(log: Logger): EventBus {
  const consumers = new Map<string, Consumer>();
  return {
    kind: 'in-process',
    subscribe: async (consumer) => {
      if (consumers.has(consumer.name)) throw new Error(`consumer ${consumer.name} is subscribed already`);
      consumers.set(consumer.name, consumer);
      log.debug({ consumer: consumer.name, topics: consumer.topics }, 'subscribed');
      return { stop: async () => void consumers.delete(consumer.name) };
    },
    consumers: () => [...consumers.values()],
    publish: async (events) => {
      await Promise.all(
        [...consumers.values()].map(async (consumer) => {
          const wanted = events.filter(({ topic }) => (consumer.topics as readonly string[]).includes(topic));
          if (wanted.length > 0) await consumer.handle(wanted.map(({ event }) => event));
        }),
      );
    },
    lag: async () => [],
    check: async () => undefined,
    close: async () => consumers.clear(),
  };
}
