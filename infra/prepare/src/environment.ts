import { databaseTlsEnvironment, databaseUrl, kafkaEnvironment, queueEnvironment } from '@tablekeep/platform/process';
import { z } from 'zod';

const of = (service: string) =>
  databaseUrl.describe(`The ${service} service's database, with a user that may change its schema; or …_FILE`);

/** What the job that prepares an installation is told. */
export const prepareEnvironment = z.object({
  POLICY_DATABASE_URL: of('policy'),
  SESSION_DATABASE_URL: of('session'),
  EXECUTOR_DATABASE_URL: of('executor'),
  RETENTION_DATABASE_URL: of('retention'),
  NOTIFICATION_DATABASE_URL: of('notification'),
  GATEWAY_DATABASE_URL: of('gateway'),
  ...databaseTlsEnvironment.shape,
  KAFKA_REPLICATION: z.coerce
    .number()
    .int()
    .min(1)
    .max(9)
    .default(3)
    .describe('Copies of each topic among the brokers'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Lowest level written'),
  ...kafkaEnvironment.shape,
  ...queueEnvironment.shape,
});
