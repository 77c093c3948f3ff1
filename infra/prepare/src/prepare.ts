import { executorModel } from '@tablekeep/executor';
import { gatewayModel } from '@tablekeep/gateway';
import { notificationModel } from '@tablekeep/notification';
import { createTopics } from '@tablekeep/platform/bus';
import { createSchema, migrate } from '@tablekeep/platform/database';
import type { Logger } from '@tablekeep/platform/logging';
import { databaseTls, kafkaConfig, queueConfig } from '@tablekeep/platform/process';
import { connectQueue } from '@tablekeep/platform/queue';
import { policyModel } from '@tablekeep/policy';
import { retentionModel } from '@tablekeep/retention';
import { sessionModel } from '@tablekeep/session';
import type { z } from 'zod';
import type { prepareEnvironment } from './environment.ts';

/**
 * Brings everything that services need into being, and forward to this release: schemas, topics, queues. May run twice,
 * and two at once; ends with an error, changing nothing more, where a server does not answer.
 */
export async function prepare(env: z.output<typeof prepareEnvironment>, log: Logger): Promise<void> {
  const databases = [
    [policyModel, env.POLICY_DATABASE_URL],
    [sessionModel, env.SESSION_DATABASE_URL],
    [executorModel, env.EXECUTOR_DATABASE_URL],
    [retentionModel, env.RETENTION_DATABASE_URL],
    [notificationModel, env.NOTIFICATION_DATABASE_URL],
    [gatewayModel, env.GATEWAY_DATABASE_URL],
  ] as const;
  for (const [model, url] of databases) {
    const database = { kind: 'mysql', url, tls: databaseTls(env) } as const;
    await createSchema(database);
    const applied = await migrate(database, model);
    log.info({ database: model.name, applied }, 'database is up to date');
  }
  const made = await createTopics(kafkaConfig(env, 'tablekeep-prepare'), env.KAFKA_REPLICATION, log);
  log.info({ made }, 'topics are there');
  // Nothing is sent from here, so nothing is signed.
  (await connectQueue(queueConfig(env, ''), log)).close();
  log.info({ queue: env.SQS_QUEUE_NAME }, 'queue is there');
}
