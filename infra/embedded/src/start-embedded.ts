import { startEmulator } from '@tablekeep/aws-emulator';
import { createExecutorService } from '@tablekeep/executor';
import { createGatewayService } from '@tablekeep/gateway';
import { createNotificationService } from '@tablekeep/notification';
import { createInProcessBus } from '@tablekeep/platform/bus';
import { systemClock } from '@tablekeep/platform/clock';
import { createIdentity } from '@tablekeep/platform/identity';
import { openKeyring } from '@tablekeep/platform/keyring';
import type { Lifecycle } from '@tablekeep/platform/lifecycle';
import type { Logger } from '@tablekeep/platform/logging';
import { connectQueue } from '@tablekeep/platform/queue';
import type { RunningService, ServiceDeps } from '@tablekeep/platform/service';
import { startTracing } from '@tablekeep/platform/tracing';
import { createPolicyService } from '@tablekeep/policy';
import { createRetentionService } from '@tablekeep/retention';
import type { Environment, ServiceName } from '@tablekeep/schema/events';
import { createSessionService } from '@tablekeep/session';
import { startFauxqs } from 'fauxqs';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { EmbeddedConfig } from './config.ts';
import { openDataFolder } from './data-folder.ts';

export type RunningPlatform = Readonly<{
  /** Base address of the gateway; GraphQL is at `/graphql`. */
  url: string;
  adminTokenFile: string;
  /** Where each service answers /livez, /readyz and /metrics. */
  adminUrls: readonly string[];
  environment: Environment;
  /** Where AWS is, when it is emulated. */
  awsEndpoint: string | null;
  dataDir: string;
}>;

/** Credentials that mean nothing outside the emulator and the embedded queue. */
const EMULATED_CREDENTIALS = { accessKeyId: 'AKIA111122223333EMBED', secretAccessKey: 'emulated' };
const LOOPBACK = { host: '127.0.0.1', port: 0 } as const;

/**
 * Starts the whole platform in this process, on one data folder. Order: what others need first (AWS, queue), then every
 * service's subgraph and subscriptions, then the relays and loops: nothing is delivered before everybody listens.
 * Stopping is the reverse, registered on `life` as things start.
 */
export async function startEmbedded(config: EmbeddedConfig, life: Lifecycle, log: Logger): Promise<RunningPlatform> {
  const environment: Environment = config.aws.kind === 'real' ? 'AWS' : 'EMULATED';
  const folder = await openDataFolder(config.dataDir, environment);
  life.onStop('data folder', () => folder.unlock());
  if (config.tracing) life.onStop('tracing', startTracing(config.tracing, environment, log).stop);

  const secret = await ensureSecret(folder.file('internal-secret'));
  const aws = await startAws(config, folder.file('aws'), life);
  const queueFolder = folder.file('queue');
  await mkdir(queueFolder, { recursive: true });
  const sqs = await startFauxqs({ port: 0, host: '127.0.0.1', dataDir: queueFolder, logger: false });
  life.onStop('queue server', () => sqs.stop());
  const queue = await connectQueue(
    {
      endpoint: `http://127.0.0.1:${sqs.port}`,
      region: 'us-east-1',
      queueName: 'tablekeep-work',
      secret,
      credentials: EMULATED_CREDENTIALS,
    },
    log,
  );
  life.onStop('queue', () => queue.close());

  const bus = createInProcessBus(log);
  const running = new Map<ServiceName, RunningService>();
  const peer = (name: ServiceName) => () => {
    const service = running.get(name);
    if (!service) throw new Error(`the ${name} service is not up yet`);
    return service.url;
  };
  const shared = {
    environment,
    bus,
    identity: createIdentity(secret),
    keyring: await openKeyring(folder.file('keyring.json')),
    clock: systemClock,
    queue,
    http: LOOPBACK,
    ...(config.alertAfter && { alertAfter: config.alertAfter }),
    peers: {
      policy: peer('policy'),
      session: peer('session'),
      executor: peer('executor'),
      retention: peer('retention'),
      notification: peer('notification'),
      gateway: peer('gateway'),
    },
  };
  const depsOf = (name: ServiceName): ServiceDeps => ({
    ...shared,
    admin: LOOPBACK,
    database: { kind: 'sqlite', file: folder.file(`${name}.sqlite`) },
    log: log.child({ service: name }),
  });
  const started = <S extends RunningService>(service: S): S => {
    running.set(service.name, service);
    life.onStop(`${service.name} service`, () => service.stop());
    return service;
  };

  started(await createNotificationService(depsOf('notification'), config.notification));
  started(await createExecutorService(depsOf('executor'), { ...aws.executorOptions, ...config.limits }));
  const { pricesFile, scanHours, graceMs } = config;
  started(await createPolicyService(depsOf('policy'), { pricesFile, scanHours, graceMs }));
  started(await createRetentionService(depsOf('retention'), { reconcileHours: config.reconcileHours }));
  started(await createSessionService(depsOf('session')));
  const adminTokenFile = folder.file('admin-token');
  const gateway = started(
    await createGatewayService(depsOf('gateway'), {
      publicHttp: config.http,
      adminTokenFile,
      ...(config.eventStream && { eventStream: config.eventStream }),
      ...(config.webOrigins && { webOrigins: config.webOrigins }),
    }),
  );
  for (const service of running.values()) await service.run();

  const adminUrls = [...running.values()].flatMap(({ adminUrl }) => adminUrl ?? []);
  return {
    url: gateway.publicUrl,
    adminTokenFile,
    adminUrls,
    environment,
    awsEndpoint: aws.endpoint,
    dataDir: folder.path,
  };
}

/** Signs work items, which outlive a restart in the queue: on this machine anybody could put some there. */
async function ensureSecret(file: string): Promise<string> {
  try {
    await writeFile(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = (await readFile(file, 'utf8')).trim();
  if (secret.length < 32) throw new Error(`${file} was cut off while it was written: delete it and start again`);
  return secret;
}

async function startAws(config: EmbeddedConfig, dataDir: string, life: Lifecycle) {
  if (config.aws.kind === 'real') return { endpoint: null, executorOptions: {} };
  const { speed } = config.aws;
  let endpoint: string;
  if (config.aws.kind === 'emulated') {
    await mkdir(dataDir, { recursive: true });
    const emulator = await startEmulator({ port: 0, dataDir, speed });
    life.onStop('AWS emulator', () => emulator.stop());
    endpoint = emulator.endpoint;
  } else {
    endpoint = config.aws.url;
  }
  return { endpoint, executorOptions: { aws: { endpoint, credentials: EMULATED_CREDENTIALS }, timeScale: speed } };
}
