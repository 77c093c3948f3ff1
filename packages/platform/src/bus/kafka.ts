import type { EventEnvelope } from '@tablekeep/schema/events';
import { Kafka, logLevel, type Consumer as KafkaConsumer, type KafkaMessage, type SASLOptions } from 'kafkajs';
import type { Logger } from 'pino';
import { TransientError } from '../errors/index.ts';
import type { Consumer, EventBus, Published } from './port.ts';

export type KafkaConfig = Readonly<{
  brokers: readonly string[];
  clientId: string;
  ssl?: boolean;
  sasl?: SASLOptions;
  sessionTimeoutMs?: number;
  rebalanceTimeoutMs?: number;
}>;

/** Below the gate's wait_timeout: a relay must give up before it loses the gate. kafkajs alone would retry for ever. */
const PUBLISH_DEADLINE_MS = 10_000;

/** CloudEvents 1.0 on Kafka in binary mode: attributes as `ce_` headers, JSON data as the value, subject as the key. */
export async function connectKafka(config: KafkaConfig, log: Logger): Promise<EventBus> {
  const kafka = new Kafka({
    clientId: config.clientId,
    brokers: [...config.brokers],
    ...(config.ssl !== undefined && { ssl: config.ssl }),
    ...(config.sasl && { sasl: config.sasl }),
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => log.warn({ kafka: entry.log }, entry.log.message),
  });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  await producer.connect();
  const admin = kafka.admin();
  await admin.connect();
  const running = new Map<string, { consumer: Consumer; client: KafkaConsumer }>();
  return {
    kind: 'kafka',
    consumers: () => [...running.values()].map(({ consumer }) => consumer),
    publish: (events) =>
      withDeadline(producer.sendBatch({ acks: -1, topicMessages: byTopic(events) }), PUBLISH_DEADLINE_MS),
    subscribe: async (consumer) => {
      const client = kafka.consumer({
        groupId: consumer.name,
        sessionTimeout: config.sessionTimeoutMs ?? 10_000,
        rebalanceTimeout: config.rebalanceTimeoutMs ?? 10_000,
        allowAutoTopicCreation: false,
      });
      await client.connect();
      await client.subscribe({ topics: [...consumer.topics], fromBeginning: true });
      await client.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: async (payload) => {
          const { batch } = payload;
          const beat = setInterval(() => void payload.heartbeat().catch(() => undefined), 2_000);
          try {
            if (payload.isStale() || !payload.isRunning()) return;
            await consumer.handle(batch.messages.map(toEnvelope).filter((event) => event !== null));
            const next = (BigInt(batch.lastOffset()) + 1n).toString();
            await client.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset: next }]);
          } finally {
            clearInterval(beat);
          }
        },
      });
      running.set(consumer.name, { consumer, client });
      return {
        stop: async () => {
          running.delete(consumer.name);
          await client.disconnect();
        },
      };
    },
    check: async () => void (await withDeadline(admin.describeCluster(), 3_000)),
    close: async () => {
      await Promise.all([...running.values()].map(({ client }) => client.disconnect()));
      await producer.disconnect();
      await admin.disconnect();
    },
  };
}

function byTopic(events: readonly Published[]) {
  const topics = new Map<string, { key: string; value: string; headers: Record<string, string> }[]>();
  for (const { topic, event } of events) {
    const messages = topics.get(topic) ?? [];
    topics.set(topic, messages);
    messages.push({
      key: event.subject,
      value: JSON.stringify(event.data),
      headers: {
        ce_specversion: '1.0',
        ce_id: event.id,
        ce_type: event.type,
        ce_source: event.source,
        ce_subject: event.subject,
        ce_time: event.time,
        ce_correlationid: event.correlationid,
        ce_environment: event.environment,
        'content-type': 'application/json',
      },
    });
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}

/** Null where a message is not a CloudEvent of ours: somebody else's, skipped. */
function toEnvelope(message: KafkaMessage): EventEnvelope | null {
  const header = (name: string) => message.headers?.[`ce_${name}`]?.toString() ?? '';
  if (header('specversion') !== '1.0' || message.value === null) return null;
  return {
    id: header('id'),
    type: header('type'),
    source: header('source'),
    subject: header('subject'),
    time: header('time'),
    correlationid: header('correlationid'),
    environment: header('environment'),
    data: JSON.parse(message.value.toString()) as unknown,
  } as EventEnvelope;
}

async function withDeadline<T>(work: Promise<T>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TransientError(`Kafka did not answer within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
