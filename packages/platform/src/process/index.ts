import type { ServiceName } from '@tablekeep/schema/events';
import { z } from 'zod';
import { connectKafka } from '../bus/index.ts';
import { systemClock } from '../clock/index.ts';
import { createIdentity } from '../identity/index.ts';
import { noKeyring, openSharedKeyring } from '../keyring/index.ts';
import { runProcess } from '../lifecycle/index.ts';
import { createLogger, logLevel } from '../logging/index.ts';
import { connectQueue } from '../queue/index.ts';
import type { RunningService, ServiceDeps } from '../service/index.ts';
import { startTracing, tracingConfig } from '../tracing/index.ts';
import {
  alertAfterOf,
  databaseTls,
  environmentOf,
  kafkaConfig,
  parseServiceEnv,
  queueConfig,
  type Env,
  type ServiceEnvironment,
} from './environment.ts';

export {
  alertAfterOf,
  alertEnvironment,
  databaseNamed,
  databaseTls,
  databaseTlsEnvironment,
  databaseUrl,
  environmentOf,
  kafkaConfig,
  kafkaEnvironment,
  parseSettings,
  queueConfig,
  queueEnvironment,
  serviceEnvironment,
  type Env,
  type ServiceEnvironment,
} from './environment.ts';

/** Kubernetes gives thirty seconds by default. */
const STOP_BUDGET_MS = 25_000;
const NOTHING_MORE = z.object({});

/**
 * The process of one service in the cluster profile, from its environment to its exit. `more`: settings of this service
 * alone. `queue`: it sends or takes work items. `keyring`: it keeps secrets, or seals what leaves the house.
 */
export async function runServiceProcess<S extends z.ZodObject = typeof NOTHING_MORE>(o: {
  name: ServiceName;
  env: Env;
  more?: S;
  queue?: boolean;
  keyring?: boolean;
  create(deps: ServiceDeps, env: ServiceEnvironment & z.output<S>): Promise<RunningService>;
}): Promise<void> {
  const log = createLogger({ service: o.name, level: logLevel(o.env['LOG_LEVEL']) });
  await runProcess({
    name: o.name,
    log,
    budgetMs: STOP_BUDGET_MS,
    start: async (life) => {
      const env = parseServiceEnv((o.more ?? NOTHING_MORE) as S, o.env);
      const traced = tracingConfig(env);
      // Stopped last: what the others end with is told too.
      if (traced) life.onStop('tracing', startTracing(traced, environmentOf(env), log).stop);
      const bus = await connectKafka(kafkaConfig(env, `tablekeep-${o.name}`), systemClock, log);
      life.onStop('event bus', () => bus.close());
      const queue = o.queue === true ? await connectQueue(queueConfig(env, env.INTERNAL_SECRET), log) : null;
      if (queue) life.onStop('queue', () => queue.close());
      const service = await o.create(
        {
          environment: environmentOf(env),
          database: {
            kind: 'mysql',
            url: env.DATABASE_URL,
            poolSize: env.DATABASE_POOL_SIZE,
            tls: databaseTls(env),
          },
          bus,
          identity: createIdentity(env.INTERNAL_SECRET),
          keyring: o.keyring === true ? await openSharedKeyring(env.KEYRING_FILE) : noKeyring,
          clock: systemClock,
          log,
          http: { host: env.HTTP_HOST, port: env.HTTP_PORT },
          admin: { host: env.ADMIN_HOST, port: env.ADMIN_PORT },
          peers: {
            policy: inTurn(env.POLICY_URL),
            session: inTurn(env.SESSION_URL),
            executor: inTurn(env.EXECUTOR_URL),
            retention: inTurn(env.RETENTION_URL),
            notification: inTurn(env.NOTIFICATION_URL),
            gateway: inTurn(env.GATEWAY_URL),
          },
          alertAfter: alertAfterOf(env),
          ...(queue && { queue }),
        },
        env,
      );
      life.onStop(`${o.name} service`, () => service.stop());
      await service.run();
      log.info({ url: service.url, admin: service.adminUrl, environment: environmentOf(env) }, 'running');
    },
  });
}

/** The next of the addresses, each time it is asked. */
function inTurn(addresses: readonly string[]): () => string {
  let next = 0;
  return () => addresses[next++ % addresses.length] ?? '';
}
