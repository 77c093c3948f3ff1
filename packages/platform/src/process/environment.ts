import type { Environment } from '@tablekeep/schema/events';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { KafkaConfig } from '../bus/index.ts';
import { flag, InvalidConfigError, list, parseEnv, port, seconds } from '../config/index.ts';
import type { QueueConfig } from '../queue/index.ts';

export type Env = Readonly<Record<string, string | undefined>>;

const peers = z
  .string()
  .min(1)
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.url()).min(1));

export const kafkaEnvironment = z.object({
  KAFKA_BROKERS: list.describe('Brokers as host:port, separated by commas'),
  KAFKA_TLS: flag.default(false).describe('true: speak TLS to the brokers'),
  KAFKA_TLS_CA_FILE: z
    .string()
    .optional()
    .describe(
      'With KAFKA_TLS: PEM file of the authority that signed the brokers’ certificates, where it is not a public one',
    ),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'])
    .optional()
    .describe('How to sign in to the brokers; absent: not at all'),
  KAFKA_SASL_USERNAME: z.string().optional().describe('With KAFKA_SASL_MECHANISM'),
  KAFKA_SASL_PASSWORD: z.string().optional().describe('With KAFKA_SASL_MECHANISM; or KAFKA_SASL_PASSWORD_FILE'),
  KAFKA_SESSION_TIMEOUT_SECONDS: seconds
    .default(10)
    .describe('How long a replica may be silent before others take its partitions'),
});

export const queueEnvironment = z.object({
  SQS_REGION: z.string().default('us-east-1').describe('Region of the work queue'),
  SQS_QUEUE_NAME: z.string().default('tablekeep-work').describe('Made with its dead-letter queue where it is missing'),
  SQS_QUEUE_URL: z.string().optional().describe('The queue, where it exists and may not be looked up by name'),
  SQS_ENDPOINT: z.url().optional().describe('A server other than Amazon SQS that speaks its protocol'),
});

/** What every service's process is told. */
export const serviceEnvironment = z.object({
  HTTP_HOST: z.string().default('0.0.0.0').describe('Address of the subgraph, for the gateway and other services'),
  HTTP_PORT: port.default(4001).describe('Its port'),
  ADMIN_HOST: z.string().default('0.0.0.0').describe('Address of /livez, /readyz and /metrics'),
  ADMIN_PORT: port.default(9464).describe('Its port'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Lowest level written'),
  DATABASE_URL: z
    .url({ protocol: /^mysql$/u })
    .refine((url) => !url.includes('?'), 'must not have a query: it would be ignored')
    .describe('mysql://user:password@host:port/schema of this service; or DATABASE_URL_FILE'),
  DATABASE_POOL_SIZE: z.coerce
    .number()
    .int()
    .min(2)
    .max(200)
    .default(10)
    .describe('Most connections of one replica; keep the sum of all below the server’s max_connections'),
  INTERNAL_SECRET: z
    .string()
    .min(32)
    .describe('Shared by all services, 32 characters or more: signs who asks; or INTERNAL_SECRET_FILE'),
  POLICY_URL: peers.describe('Base address of the policy service; several, separated by commas, are used in turn'),
  SESSION_URL: peers.describe('The same of the session service'),
  EXECUTOR_URL: peers.describe('The same of the executor'),
  RETENTION_URL: peers.describe('The same of the retention service'),
  NOTIFICATION_URL: peers.describe('The same of the notification service'),
  GATEWAY_URL: peers.describe('The same of the gateway’s internal address'),
  KEYRING_FILE: z
    .string()
    .default('/run/secrets/keyring.json')
    .describe('The installation’s keyring: executor and notification need it'),
  AWS_EMULATOR_URL: z.url().optional().describe('Present: AWS is emulated there. Absent: AWS itself'),
  EMULATOR_SPEED: z.coerce
    .number()
    .min(1)
    .max(3600)
    .default(60)
    .describe('How many times faster than real the emulated AWS runs'),
  ...kafkaEnvironment.shape,
  ...queueEnvironment.shape,
});
export type ServiceEnvironment = z.output<typeof serviceEnvironment>;

/** Secrets that may lie in a file, as orchestrators mount them. */
const FROM_FILE = ['DATABASE_URL', 'INTERNAL_SECRET', 'KAFKA_SASL_PASSWORD'] as const;

/** Replaces NAME_FILE by NAME with the file's content. Throws InvalidConfigError naming every file that cannot be read. */
export function withSecretFiles(env: Env, names: readonly string[] = FROM_FILE): Env {
  const problems: string[] = [];
  const read = names.flatMap((name): [string, string][] => {
    const file = env[`${name}_FILE`];
    if (file === undefined || file === '') return [];
    if (env[name] !== undefined && env[name] !== '') {
      problems.push(`  ${name}: give it or ${name}_FILE, not both`);
      return [];
    }
    try {
      return [[name, readFileSync(file, 'utf8').trim()]];
    } catch (error) {
      problems.push(`  ${name}_FILE: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  });
  if (problems.length > 0) {
    throw new InvalidConfigError(`The configuration is wrong; nothing was started:\n${problems.join('\n')}`);
  }
  return { ...env, ...Object.fromEntries(read) };
}

/** The common settings and a service's own, with every problem of both at once. */
export function parseServiceEnv<S extends z.ZodObject>(more: S, env: Env): ServiceEnvironment & z.output<S> {
  const schema = z.object({ ...serviceEnvironment.shape, ...more.shape });
  return parseEnv(schema, withSecretFiles(env)) as ServiceEnvironment & z.output<S>;
}

export function environmentOf(e: Pick<ServiceEnvironment, 'AWS_EMULATOR_URL'>): Environment {
  return e.AWS_EMULATOR_URL === undefined ? 'AWS' : 'EMULATED';
}

export function kafkaConfig(e: z.output<typeof kafkaEnvironment>, clientId: string): KafkaConfig {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = e;
  if (e.KAFKA_TLS_CA_FILE !== undefined && !e.KAFKA_TLS) {
    throw new InvalidConfigError('KAFKA_TLS_CA_FILE is given, but KAFKA_TLS is not true; nothing was started.');
  }
  if (mechanism === undefined && (username !== undefined || password !== undefined)) {
    throw new InvalidConfigError(
      'KAFKA_SASL_MECHANISM must be given with KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD; nothing was started.',
    );
  }
  if (mechanism !== undefined && (username === undefined || password === undefined)) {
    throw new InvalidConfigError(
      'KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be given with KAFKA_SASL_MECHANISM; nothing was started.',
    );
  }
  return {
    brokers: e.KAFKA_BROKERS,
    clientId,
    ssl: e.KAFKA_TLS && e.KAFKA_TLS_CA_FILE !== undefined ? { ca: readAuthority(e.KAFKA_TLS_CA_FILE) } : e.KAFKA_TLS,
    sessionTimeoutMs: e.KAFKA_SESSION_TIMEOUT_SECONDS * 1_000,
    rebalanceTimeoutMs: e.KAFKA_SESSION_TIMEOUT_SECONDS * 1_000,
    ...(mechanism !== undefined && {
      sasl: { mechanism, username: username ?? '', password: password ?? '' },
    }),
  };
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InvalidConfigError(`KAFKA_TLS_CA_FILE cannot be read: ${why}; nothing was started.`);
  }
}

export function queueConfig(e: z.output<typeof queueEnvironment>, secret: string): QueueConfig {
  return {
    secret,
    region: e.SQS_REGION,
    queueName: e.SQS_QUEUE_NAME,
    ...(e.SQS_QUEUE_URL !== undefined && { queueUrl: e.SQS_QUEUE_URL }),
    ...(e.SQS_ENDPOINT !== undefined && { endpoint: e.SQS_ENDPOINT }),
  };
}
