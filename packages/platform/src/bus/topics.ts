import { topics } from '@tablekeep/schema/events';
import type { Logger } from 'pino';
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

/** Makes the topics that are missing; gives their names. Topics that exist are left as the operator has them. */
export async function createTopics(config: KafkaConfig, replicationFactor: number, log: Logger): Promise<string[]> {
  const admin = kafkaClient(config, log).admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = topicSettings(replicationFactor).filter(({ topic }) => !existing.has(topic));
    if (missing.length === 0) return [];
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map((one) => ({ ...one, configEntries: [...one.configEntries] })),
    });
    return missing.map(({ topic }) => topic);
  } finally {
    await admin.disconnect();
  }
}
