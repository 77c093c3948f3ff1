import type { EventEnvelope } from '@tablekeep/schema/events';
import {
  Kafka,
  logLevel,
  type Admin,
  type Consumer as KafkaConsumer,
  type EachBatchPayload,
  type KafkaMessage,
  type Producer,
  type SASLOptions,
} from 'kafkajs';
import type { Logger } from 'pino';
import type { Clock } from '../clock/index.ts';
import { TransientError } from '../errors/index.ts';
import type { Consumer, EventBus, Lag, Published } from './port.ts';

export type KafkaConfig = Readonly<{
  brokers: readonly string[];
  clientId: string;
  /** `ca`: PEM of the authority to trust instead of the public ones. */
  ssl?: boolean | Readonly<{ ca: string }>;
  sasl?: SASLOptions;
  /** How long a member may be silent before its partitions go to others; milliseconds. */
  sessionTimeoutMs?: number;
  rebalanceTimeoutMs?: number;
}>;

/** Below the gate's wait_timeout: a relay must give up before it loses the gate. kafkajs alone would retry for ever. */
const PUBLISH_DEADLINE_MS = 10_000;
const ADMIN_DEADLINE_MS = 3_000;
const HEARTBEAT_MS = 2_000;
/** Partitions whose batches one consumer handles at the same time: one that is held up must not hold up all. */
const AT_ONCE = 4;
const PAUSE_MS = { first: 500, longest: 30_000 };

export function kafkaClient(config: KafkaConfig, log: Logger): Kafka {
  return new Kafka({
    clientId: config.clientId,
    brokers: [...config.brokers],
    ...(config.ssl !== undefined && { ssl: typeof config.ssl === 'boolean' ? config.ssl : { ca: [config.ssl.ca] } }),
    ...(config.sasl && { sasl: config.sasl }),
    retry: { maxRetryTime: 5_000 },
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ level, log: { message, ...fields } }) =>
        log[level === logLevel.ERROR ? 'warn' : 'debug']({ kafka: fields }, message),
  });
}

/**
 * CloudEvents 1.0 on Kafka in binary mode: attributes as `ce_` headers, JSON data as the value, subject as the key.
 * A consumer's offsets are committed after its handler has resolved, which is after the database's commit. Where the
 * handler throws, the partition pauses and the same batch comes again, ever later; nothing is skipped.
 */
export async function connectKafka(config: KafkaConfig, clock: Clock, log: Logger): Promise<EventBus> {
  const kafka = kafkaClient(config, log);
  const sender = new Sender(kafka, log);
  const admin = kafka.admin();
  await admin.connect();
  const running = new Map<string, { consumer: Consumer; client: KafkaConsumer }>();
  return {
    kind: 'kafka',
    consumers: () => [...running.values()].map(({ consumer }) => consumer),
    publish: (events) => sender.send(events),
    subscribe: async (consumer) => {
      const client = kafka.consumer({
        groupId: groupOf(consumer.name),
        sessionTimeout: config.sessionTimeoutMs ?? 10_000,
        rebalanceTimeout: config.rebalanceTimeoutMs ?? 10_000,
        heartbeatInterval: Math.min(HEARTBEAT_MS, (config.sessionTimeoutMs ?? 10_000) / 4),
        allowAutoTopicCreation: false,
        retry: { maxRetryTime: 5_000, restartOnFailure: async () => true },
      });
      await client.connect();
      await client.subscribe({ topics: [...consumer.topics], fromBeginning: true });
      client.on(client.events.CRASH, ({ payload: { error, restart } }) => {
        log.warn({ err: error, consumer: consumer.name, restart }, 'the consumer crashed');
        // Nothing would ever be consumed again: the process ends, and whoever looks after it starts another.
        if (!restart) {
          queueMicrotask(() => {
            throw error;
          });
        }
      });
      const pauses = new Pauses(clock);
      await client.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: AT_ONCE,
        eachBatch: (payload) => handleBatch(payload, consumer, pauses, log),
      });
      running.set(consumer.name, { consumer, client });
      return {
        stop: async () => {
          running.delete(consumer.name);
          pauses.stop();
          await client.disconnect();
        },
      };
    },
    lag: async () => (await Promise.all([...running.values()].map(({ consumer }) => lagOf(admin, consumer)))).flat(),
    check: async () => void (await withDeadline(admin.describeCluster(), ADMIN_DEADLINE_MS)),
    close: async () => {
      await Promise.all([...running.values()].map(({ client }) => client.disconnect()));
      await sender.close();
      await admin.disconnect();
    },
  };
}

/** One consumer group for each consumer; its replicas share the partitions. */
export function groupOf(consumer: string): string {
  return `tablekeep.${consumer}`;
}

async function handleBatch(payload: EachBatchPayload, consumer: Consumer, pauses: Pauses, log: Logger): Promise<void> {
  const { batch } = payload;
  if (payload.isStale() || !payload.isRunning()) return;
  // Heartbeats that fail are told by the next fetch, which joins the group again.
  const beat = setInterval(() => void payload.heartbeat().catch(() => undefined), HEARTBEAT_MS);
  const place = `${batch.topic}/${batch.partition}`;
  try {
    await consumer.handle(batch.messages.map(toEnvelope).filter((event) => event !== null));
    pauses.forget(place);
  } catch (error) {
    const waitMs = pauses.begin(place, error, payload.pause());
    log.warn({ err: error, consumer: consumer.name, place, waitMs }, 'batch not handled; the partition pauses');
    return;
  } finally {
    clearInterval(beat);
  }
  payload.resolveOffset(batch.lastOffset());
  const offset = (BigInt(batch.lastOffset()) + 1n).toString();
  // Not the client's own commit: that hides from kafkajs that the group has changed, and then the consumer ends for good.
  await payload.commitOffsetsIfNecessary({
    topics: [{ topic: batch.topic, partitions: [{ partition: batch.partition, offset }] }],
  });
}

/** Partitions that wait after a failure: twice as long each time, or as long as the failure asks. */
class Pauses {
  readonly #clock: Clock;
  readonly #failures = new Map<string, number>();
  readonly #stopping = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(place: string, error: unknown, resume: () => void): number {
    const failures = this.#failures.get(place) ?? 0;
    this.#failures.set(place, failures + 1);
    const asked = error instanceof TransientError ? error.retryAfterMs : undefined;
    const waitMs = asked ?? Math.min(PAUSE_MS.longest, PAUSE_MS.first * 2 ** failures);
    void this.#clock.sleep(waitMs, this.#stopping.signal).then(() => {
      if (!this.#stopping.signal.aborted) resume();
    });
    return waitMs;
  }

  forget(place: string): void {
    this.#failures.delete(place);
  }

  stop(): void {
    this.#stopping.abort();
  }
}

/**
 * An idempotent producer, made anew after every failure: kafkajs would try for ever in the background, and after some of
 * the broker's errors it never succeeds again. What was not confirmed stays in the outbox; what was sent all the same
 * comes twice.
 */
class Sender {
  readonly #kafka: Kafka;
  readonly #log: Logger;
  #producer: Promise<Producer> | undefined;

  constructor(kafka: Kafka, log: Logger) {
    this.#kafka = kafka;
    this.#log = log;
  }

  async send(events: readonly Published[]): Promise<void> {
    const used = (this.#producer ??= this.#connect());
    try {
      const work = used.then((producer) => producer.sendBatch({ acks: -1, topicMessages: byTopic(events) }));
      await withDeadline(work, PUBLISH_DEADLINE_MS);
    } catch (error) {
      if (this.#producer === used) this.#producer = undefined;
      void used
        .then((producer) => producer.disconnect())
        .catch((late: unknown) => this.#log.debug({ err: late }, 'a failed producer did not close'));
      throw error;
    }
  }

  async close(): Promise<void> {
    const producer = await this.#producer?.catch(() => undefined);
    await producer?.disconnect();
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
    await producer.connect();
    return producer;
  }
}

async function lagOf(admin: Admin, consumer: Consumer): Promise<Lag[]> {
  const committed = await withDeadline(
    admin.fetchOffsets({ groupId: groupOf(consumer.name), topics: [...consumer.topics] }),
    ADMIN_DEADLINE_MS,
  );
  const lags = await Promise.all(
    committed.map(async ({ topic, partitions }) => {
      const ends = await withDeadline(admin.fetchTopicOffsets(topic), ADMIN_DEADLINE_MS);
      const endOf = new Map(ends.map((end) => [end.partition, end]));
      return partitions.map(({ partition, offset }): Lag => {
        const end = endOf.get(partition);
        // Nothing committed yet (-1): everything that the broker still has is ahead.
        const from = Number(offset) < 0 ? Number(end?.low ?? 0) : Number(offset);
        return { consumer: consumer.name, topic, partition, lag: Math.max(0, Number(end?.high ?? 0) - from) };
      });
    }),
  );
  return lags.flat();
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
        // Where CloudEvents' extension has it, and where OpenTelemetry's instrumentation of other consumers looks.
        ...(event.traceparent !== undefined && { ce_traceparent: event.traceparent, traceparent: event.traceparent }),
        'content-type': 'application/json',
      },
    });
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}

/** Null where a message is not a CloudEvent: somebody else's, skipped. Data that is no JSON is left for the inbox to bury. */
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
    ...(header('traceparent') !== '' && { traceparent: header('traceparent') }),
    data: parsed(message.value.toString()),
  } as EventEnvelope;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TransientError(`Kafka did not answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
