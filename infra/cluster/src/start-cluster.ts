import { openKeyring } from '@tablekeep/platform/keyring';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ManagedProcess, type ProcessPlan } from './managed-process.ts';
import {
  ensureFolders,
  freePort,
  missingPrograms,
  planElasticMq,
  planKafka,
  planMariaDb,
  type Place,
} from './servers.ts';
import { startWatchdog } from './watchdog.ts';

const root = join(import.meta.dirname, '..', '..', '..');
export const SERVICES = ['policy', 'session', 'executor', 'retention', 'notification'] as const;
type Service = (typeof SERVICES)[number];

export type ClusterOptions = Readonly<{
  /** Of this process: PATH and HOME for the programs, TABLEKEEP_JAR_CACHE, MAVEN_REPOSITORY. */
  env: Readonly<Record<string, string | undefined>>;
  folder: string;
  /** Replicas of each service, and gateways. */
  replicas: number;
  /** How many times faster than real the emulated AWS runs. */
  speed: number;
  logLevel?: string;
  kafkaSessionTimeoutSeconds?: number;
  leaseSeconds?: number;
  resendSeconds?: number;
  /** Given the queue's address; what it answers is the address that the sender of work items gets: a test in between. */
  betweenSenderAndQueue?: (endpoint: string) => Promise<string>;
  /** Where the gateway's first replica listens; any free port where absent. */
  publicPort?: number;
  /** Limits, behaviour … of the emulator, as its own variables. */
  emulatorEnv?: Readonly<Record<string, string>>;
}>;

export type Cluster = Readonly<{
  /** Base addresses of the gateways. */
  urls: readonly string[];
  token: string;
  tokenFile: string;
  awsEndpoint: string;
  servers: Readonly<{
    mariadb: ManagedProcess;
    kafka: ManagedProcess;
    elasticmq: ManagedProcess;
    emulator: ManagedProcess;
  }>;
  /** Every replica of the five services and the gateway. */
  services: readonly ManagedProcess[];
  metricsUrls: readonly string[];
  databaseUrl(service: Service | 'gateway'): string;
  kafkaBroker: string;
  queueEndpoint: string;
  /** Environment with which a program joins as this service would. */
  environmentOf(service: Service | 'gateway'): Readonly<Record<string, string>>;
  stop(): Promise<void>;
}>;

/** Nothing but the emulator and ElasticMQ ever sees these. */
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIA111122223333EMBED', AWS_SECRET_ACCESS_KEY: 'emulated' };

/**
 * The cluster profile on this machine, on the engines it is made for: MariaDB, Kafka and an SQS server, the services as
 * processes of their own, in replicas. Data, secrets and logs are in `folder`; the same folder again is the same
 * installation. Throws naming every program that is missing.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const missing = missingPrograms();
  if (missing.length > 0)
    throw new Error(`The cluster profile needs programs that are not here:\n  ${missing.join('\n  ')}`);
  const { folder, env } = options;
  const place: Place = {
    folder,
    logs: join(folder, 'logs'),
    jarCache: env['TABLEKEEP_JAR_CACHE'] ?? join(homedir(), '.cache', 'tablekeep', 'jars'),
    mavenRepository: env['MAVEN_REPOSITORY'] ?? 'https://repo1.maven.org/maven2',
  };
  await ensureFolders(place.folder, place.logs, join(folder, 'aws'));
  const watchdog = startWatchdog();
  const started: ManagedProcess[] = [];
  const base = { PATH: env['PATH'] ?? '', HOME: env['HOME'] ?? '' };
  const manage = (plan: ProcessPlan): ManagedProcess => {
    const one = new ManagedProcess({ ...plan, env: { ...base, ...plan.env } }, watchdog);
    started.push(one);
    return one;
  };
  const stop = async (): Promise<void> => {
    // The reverse of the start: services first, then what they stand on.
    const [servers, services] = [started.slice(0, 4), started.slice(4)];
    await Promise.all(services.map((one) => one.stop()));
    await Promise.all(servers.map((one) => one.stop()));
    watchdog.stop();
  };
  try {
    const [mariadb, kafka, queue] = await Promise.all([planMariaDb(place), planKafka(place), planElasticMq(place)]);
    const emulatorPort = await freePort();
    const servers = {
      mariadb: manage(mariadb.plan),
      kafka: manage(kafka.plan),
      elasticmq: manage(queue.plan),
      emulator: manage(planEmulator(place, emulatorPort, options)),
    };
    await Promise.all(Object.values(servers).map((server) => server.start()));

    const tokenFile = join(folder, 'admin-token');
    const secrets = await ensureSecrets(folder, tokenFile);
    const databaseUrl = (service: string) => `${mariadb.url}/tablekeep_${service}`;
    const awsEndpoint = `http://127.0.0.1:${emulatorPort}`;
    const bus = {
      KAFKA_BROKERS: kafka.broker,
      KAFKA_SESSION_TIMEOUT_SECONDS: String(options.kafkaSessionTimeoutSeconds ?? 10),
      SQS_ENDPOINT: queue.endpoint,
      LOG_LEVEL: options.logLevel ?? 'info',
      ...CREDENTIALS,
    };
    await runToEnd(
      manage({
        name: 'prepare',
        command: process.execPath,
        args: [join(root, 'infra', 'prepare', 'src', 'main.ts')],
        env: {
          ...bus,
          KAFKA_REPLICATION: '1',
          ...Object.fromEntries(
            [...SERVICES, 'gateway'].map((name) => [`${name.toUpperCase()}_DATABASE_URL`, databaseUrl(name)]),
          ),
        },
        logFile: join(place.logs, 'prepare.log'),
        ready: async () => undefined,
      }),
    );

    const sendTo = (await options.betweenSenderAndQueue?.(queue.endpoint)) ?? queue.endpoint;
    const replicas = await placeReplicas(options.replicas, options.publicPort);
    const peers = Object.fromEntries(
      [...SERVICES, 'gateway' as const].map((name) => [
        `${name.toUpperCase()}_URL`,
        replicas
          .filter((one) => one.service === name)
          .map((one) => `http://127.0.0.1:${one.http}`)
          .join(','),
      ]),
    );
    const environmentOf = (service: Service | 'gateway') => ({
      ...bus,
      ...peers,
      ...(service === 'session' && { SQS_ENDPOINT: sendTo }),
      HTTP_HOST: '127.0.0.1',
      ADMIN_HOST: '127.0.0.1',
      DATABASE_URL: databaseUrl(service),
      INTERNAL_SECRET: secrets.internal,
      KEYRING_FILE: join(folder, 'keyring.json'),
      AWS_EMULATOR_URL: awsEndpoint,
      EMULATOR_SPEED: String(options.speed),
      EXECUTOR_SHARE: '1',
      EXECUTOR_LEASE_SECONDS: String(options.leaseSeconds ?? 20),
      SESSION_RESEND_SECONDS: String(options.resendSeconds ?? 60),
      ADMIN_TOKEN_FILE: tokenFile,
    });
    const services = replicas.map((one) => manage(planReplica(one, environmentOf(one.service), place)));
    for (const service of services) service.spawn();
    await Promise.all(services.map((service) => service.untilReady()));
    return {
      urls: replicas.filter((one) => one.service === 'gateway').map((one) => `http://127.0.0.1:${one.public}`),
      token: secrets.token,
      tokenFile,
      awsEndpoint,
      servers,
      services,
      metricsUrls: replicas.map((one) => `http://127.0.0.1:${one.admin}/metrics`),
      databaseUrl,
      kafkaBroker: kafka.broker,
      queueEndpoint: queue.endpoint,
      environmentOf,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function planEmulator(place: Place, port: number, options: ClusterOptions): ProcessPlan {
  return {
    name: 'emulator',
    command: process.execPath,
    args: [join(root, 'infra', 'aws-emulator', 'src', 'main.ts')],
    env: {
      EMULATOR_PORT: String(port),
      EMULATOR_SPEED: String(options.speed),
      EMULATOR_DATA_DIR: join(place.folder, 'aws'),
      ...options.emulatorEnv,
    },
    logFile: join(place.logs, 'emulator.log'),
    ready: () => answersOk(`http://127.0.0.1:${port}/_emulator`),
  };
}

type Replica = Readonly<{ service: Service | 'gateway'; index: number; http: number; admin: number; public: number }>;

async function placeReplicas(count: number, publicPort: number | undefined): Promise<Replica[]> {
  const replicas: Replica[] = [];
  for (const service of [...SERVICES, 'gateway' as const]) {
    for (let index = 1; index <= count; index++) {
      const isFirstDoor = service === 'gateway' && index === 1;
      replicas.push({
        service,
        index,
        http: await freePort(),
        admin: await freePort(),
        public: isFirstDoor && publicPort !== undefined ? publicPort : await freePort(),
      });
    }
  }
  return replicas;
}

function planReplica(one: Replica, env: Readonly<Record<string, string>>, place: Place): ProcessPlan {
  const name = `${one.service}-${one.index}`;
  const home = one.service === 'gateway' ? join(root, 'gateway') : join(root, 'services', one.service);
  return {
    name,
    command: process.execPath,
    // kafkajs computes some waits below zero and means none.
    args: ['--disable-warning=TimeoutNegativeWarning', join(home, 'src', 'main.ts')],
    env: {
      ...env,
      HTTP_PORT: String(one.http),
      ADMIN_PORT: String(one.admin),
      PUBLIC_HOST: '127.0.0.1',
      PUBLIC_PORT: String(one.public),
      // Later starts of the same sources skip compiling them.
      NODE_COMPILE_CACHE: join(place.folder, 'compile-cache'),
    },
    logFile: join(place.logs, `${name}.log`),
    ready: () => answersOk(`http://127.0.0.1:${one.admin}/readyz`),
  };
}

async function answersOk(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  await response.body?.cancel();
}

async function runToEnd(one: ManagedProcess): Promise<void> {
  one.spawn();
  const code = await one.untilEnd();
  if (code !== 0) throw new Error(`${one.name} ended with ${code}:\n${await one.logTail()}`);
}

/** What an operator would put into secrets: made at the first start. */
async function ensureSecrets(folder: string, tokenFile: string): Promise<{ internal: string; token: string }> {
  await openKeyring(join(folder, 'keyring.json'));
  const internal = await ensureFile(join(folder, 'internal-secret'), () => randomBytes(32).toString('base64url'));
  const token = await ensureFile(tokenFile, () => `tk_${randomBytes(32).toString('base64url')}`);
  return { internal, token };
}

async function ensureFile(file: string, make: () => string): Promise<string> {
  if (!existsSync(file)) await writeFile(file, `${make()}\n`, { mode: 0o600 });
  return (await readFile(file, 'utf8')).trim();
}
