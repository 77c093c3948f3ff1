import type { Environment } from '@tablekeep/schema/events';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import type { KafkaConfig } from '../bus/index.ts';
import { flag, list, parseEnv, port, seconds, type Problem } from '../config/index.ts';
import type { DatabaseConfig, DatabaseTls } from '../database/index.ts';
import type { QueueConfig } from '../queue/index.ts';
import { ALERT_AFTER, type AlertAfter } from '../service/alert-after.ts';
import { tracingEnvironment } from '../tracing/index.ts';

export type Env = Readonly<Record<string, string | undefined>>;

const peers = z
  .string()
  .min(1)
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.url()).min(1));

/** A PEM file of certificates, read: what is parsed is its content. */
const authority = z.string().transform((file, context) => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    context.addIssue(`cannot be read: ${messageOf(error)}`);
    return z.NEVER;
  }
});

export const databaseUrl = z
  .url({ protocol: /^mysql$/u })
  .refine((url) => !url.includes('?'), 'must not have a query: it would be ignored');

export const databaseTlsEnvironment = z.object({
  DATABASE_TLS: flag.default(false).describe('true: speak TLS to the database, whose certificate must name its host'),
  DATABASE_TLS_CA_FILE: authority
    .optional()
    .describe(
      'With DATABASE_TLS: PEM file of the authority that signed the database’s certificate, where it is not a public one',
    ),
});

export const kafkaEnvironment = z.object({
  KAFKA_BROKERS: list.describe('Brokers as host:port, separated by commas'),
  KAFKA_TLS: flag.default(false).describe('true: speak TLS to the brokers'),
  KAFKA_TLS_CA_FILE: authority
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

const minutes = z.coerce
  .number()
  .positive()
  .max(7 * 24 * 60);

/** When what waits is worth an alert: on both profiles. */
export const alertEnvironment = z.object({
  ALERT_DEAD_LETTER_MINUTES: minutes
    .default(ALERT_AFTER.deadLetterMs / 60_000)
    .describe('An event or work item that could not be handled is worth an alert once it has waited so long'),
  ALERT_UNTAKEN_MINUTES: minutes
    .default(ALERT_AFTER.untakenMs / 60_000)
    .describe('And a session that was announced and that nobody has taken up'),
});

/** The same as services have it. */
export function alertAfterOf(e: z.output<typeof alertEnvironment>): AlertAfter {
  return { deadLetterMs: e.ALERT_DEAD_LETTER_MINUTES * 60_000, untakenMs: e.ALERT_UNTAKEN_MINUTES * 60_000 };
}

/** What every service's process is told. */
export const serviceEnvironment = z.object({
  HTTP_HOST: z.string().default('0.0.0.0').describe('Address of the subgraph, for the gateway and other services'),
  HTTP_PORT: port.default(4001).describe('Its port'),
  ADMIN_HOST: z.string().default('0.0.0.0').describe('Address of /livez, /readyz and /metrics'),
  ADMIN_PORT: port.default(9464).describe('Its port'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Lowest level written'),
  DATABASE_URL: databaseUrl.describe('mysql://user:password@host:port/schema of this service; or DATABASE_URL_FILE'),
  DATABASE_POOL_SIZE: z.coerce
    .number()
    .int()
    .min(2)
    .max(200)
    .default(10)
    .describe('Most connections of one replica; keep the sum of all below the server’s max_connections'),
  ...databaseTlsEnvironment.shape,
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
  ...alertEnvironment.shape,
  ...kafkaEnvironment.shape,
  ...queueEnvironment.shape,
  ...tracingEnvironment.shape,
});
export type ServiceEnvironment = z.output<typeof serviceEnvironment>;

/** Secrets that may lie in a file, as orchestrators mount them. */
const MAY_BE_A_FILE = /(?:^|_)(?:DATABASE_URL|INTERNAL_SECRET|KAFKA_SASL_PASSWORD|OTEL_EXPORTER_OTLP_HEADERS)$/u;

/**
 * Parses a process's settings: what single settings must be, secrets that lie in files (`NAME_FILE` instead of `NAME`), and
 * what settings must be together. Throws InvalidConfigError with every problem of all of them at once.
 */
export function parseSettings<S extends z.ZodObject>(schema: S, env: Env): z.output<S> {
  const read = withSecretFiles(Object.keys(schema.shape), env);
  return parseEnv(schema, read.env, [...read.problems, ...contradictions(read.env)]);
}

/** The common settings and a service's own. */
export function parseServiceEnv<S extends z.ZodObject>(more: S, env: Env): ServiceEnvironment & z.output<S> {
  const schema = z.object({ ...serviceEnvironment.shape, ...more.shape });
  return parseSettings(schema, env) as ServiceEnvironment & z.output<S>;
}

function withSecretFiles(names: readonly string[], env: Env): Readonly<{ env: Env; problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  const read = names.filter((name) => MAY_BE_A_FILE.test(name) && given(env, `${name}_FILE`));
  const contents = read.flatMap((name): [string, string][] => {
    if (given(env, name)) {
      problems.push({ name, message: `give it or ${name}_FILE, not both` });
      return [];
    }
    try {
      return [[name, readFileSync(env[`${name}_FILE`] ?? '', 'utf8').trim()]];
    } catch (error) {
      problems.push({ name, message: `${name}_FILE cannot be read: ${messageOf(error)}` });
      return [];
    }
  });
  return { env: { ...env, ...Object.fromEntries(contents) }, problems };
}

/** Settings of which one needs the other. Half of them ignored would be a door thought locked. */
function contradictions(env: Env): readonly Problem[] {
  const problems: Problem[] = [];
  for (const tls of ['DATABASE_TLS', 'KAFKA_TLS']) {
    if (given(env, `${tls}_CA_FILE`) && env[tls] !== 'true') {
      problems.push({ name: tls, message: `must be true where ${tls}_CA_FILE is given` });
    }
  }
  if (env['DATABASE_TLS'] === 'true') {
    const message =
      'must name its host, not the address, where DATABASE_TLS is true: the certificate is compared with it';
    const addressed = Object.keys(env).filter((name) => name.endsWith('DATABASE_URL') && hasAddress(env[name] ?? ''));
    problems.push(...addressed.map((name) => ({ name, message })));
  }
  const sasl = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'];
  const missing = sasl.filter((name) => !given(env, name));
  if (missing.length < sasl.length) {
    const others = (name: string) => sasl.filter((one) => one !== name).join(' and ');
    problems.push(...missing.map((name) => ({ name, message: `must be given with ${others(name)}` })));
  }
  return problems;
}

function hasAddress(url: string): boolean {
  return URL.canParse(url) && isIP(new URL(url).hostname.replace(/^\[|\]$/gu, '')) !== 0;
}

function given(env: Env, name: string): boolean {
  return env[name] !== undefined && env[name] !== '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function environmentOf(e: Pick<ServiceEnvironment, 'AWS_EMULATOR_URL'>): Environment {
  return e.AWS_EMULATOR_URL === undefined ? 'AWS' : 'EMULATED';
}

export function databaseTls(e: z.output<typeof databaseTlsEnvironment>): DatabaseTls | undefined {
  return e.DATABASE_TLS ? { ca: e.DATABASE_TLS_CA_FILE } : undefined;
}

/** The database that an operator's command is given: mysql://…, with TLS as the service has it, or a SQLite file. */
export function databaseNamed(name: string, env: Env): DatabaseConfig {
  if (!name.startsWith('mysql://')) return { kind: 'sqlite', file: name };
  return { kind: 'mysql', url: name, poolSize: 2, tls: databaseTls(parseSettings(databaseTlsEnvironment, env)) };
}

export function kafkaConfig(e: z.output<typeof kafkaEnvironment>, clientId: string): KafkaConfig {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = e;
  return {
    brokers: e.KAFKA_BROKERS,
    clientId,
    ssl: e.KAFKA_TLS && e.KAFKA_TLS_CA_FILE !== undefined ? { ca: e.KAFKA_TLS_CA_FILE } : e.KAFKA_TLS,
    sessionTimeoutMs: e.KAFKA_SESSION_TIMEOUT_SECONDS * 1_000,
    rebalanceTimeoutMs: e.KAFKA_SESSION_TIMEOUT_SECONDS * 1_000,
    ...(mechanism !== undefined && {
      sasl: { mechanism, username: username ?? '', password: password ?? '' },
    }),
  };
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
