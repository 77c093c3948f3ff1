import { topics } from '@tablekeep/schema/events';
import type { Admin } from 'kafkajs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { TransientError } from '../errors/index.ts';
import { kafkaClient, type KafkaConfig } from './kafka.ts';

const DAY_MS = 86_400_000;

export type TopicSettings = Readonly<{
  topic: string;
  numPartitions: number;
  replicationFactor: number;
  configEntries: readonly Readonly<{ name: string; value: string }>[];
}>;

/**
 * How each topic is made. Six partitions: three replicas of a service still have two each. Never compacted: the events of
 * one subject are a history, and a topic carries more than one type for it. Two weeks, so that a consumer may be down for
 * long and the inbox (30 days) still knows what it had.
 */
export function topicSettings(replicationFactor: number): TopicSettings[] {
  return topics.map((topic) => ({
    topic,
    numPartitions: 6,
    replicationFactor,
    configEntries: [
      { name: 'cleanup.policy', value: 'delete' },
      { name: 'retention.ms', value: String(14 * DAY_MS) },
      { name: 'min.insync.replicas', value: String(Math.min(2, replicationFactor)) },
    ],
  }));
}

const READY_MS = 30_000;
const LOOK_MS = 100;

/**
 * Makes the topics that are missing and waits until each can be written to; gives the names of those made. Topics that
 * exist are left as the operator has them. Two at once make each topic once.
 */
export async function createTopics(config: KafkaConfig, replicationFactor: number, log: Logger): Promise<string[]> {
  const admin = kafkaClient(config, log).admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = topicSettings(replicationFactor).filter(({ topic }) => !existing.has(topic));
    for (const one of missing) {
      // kafkajs's own wait for leaders fails where a broker has not yet heard of the topic; false: it exists.
      await admin.createTopics({
        waitForLeaders: false,
        topics: [{ ...one, configEntries: [...one.configEntries] }],
      });
    }
    await untilLed(admin);
    return missing.map(({ topic }) => topic);
  } finally {
    await admin.disconnect();
  }
}

async function untilLed(admin: Admin): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const leaderless = await withoutLeader(admin);
    if (leaderless.length === 0) return;
    if (performance.now() > deadline) throw new TransientError(`topics without a leader: ${leaderless.join(', ')}`);
    await wait(LOOK_MS);
  }
}

async function withoutLeader(admin: Admin): Promise<string[]> {
  try {
    const found = await admin.fetchTopicMetadata({ topics: [...topics] });
    return found.topics.filter((one) => one.partitions.some(({ leader }) => leader < 0)).map((one) => one.name);
  } catch (error) {
    if ((error as { type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION') return [...topics];
    throw error;
  }
}
