import { newId } from '@tablekeep/platform/ids';
import { every } from '@tablekeep/platform/lifecycle';
import { callInternal, type InternalHandlers } from '@tablekeep/platform/rpc';
import {
  ALERT_AFTER,
  assembleService,
  type Loop,
  type RunningService,
  type ServiceDeps,
} from '@tablekeep/platform/service';
import type { Database } from '@tablekeep/platform/database';
import { consumeWork } from '@tablekeep/platform/queue';
import { openerOf } from '@tablekeep/platform/sealing';
import { guardMutations } from '@tablekeep/platform/subgraph';
import { inSpan, workSpan } from '@tablekeep/platform/tracing';
import type { InternalInput } from '@tablekeep/schema/internal';
import { subgraphSdl } from '@tablekeep/schema/sdl';
import { enableFeatures, lookAtFeatures } from './advanced-features.ts';
import { createLookups, type Lookups } from './answer-lookups.ts';
import { paceOf } from './domain/pace.ts';
import type { AffectedPlan } from './aws/backup-plans.ts';
import { connectAws } from './aws/region-aws.ts';
import { onAccountChanged } from './events/account-changed.ts';
import { onSessionFinished } from './events/session-finished.ts';
import { findAccountOf } from './find-account.ts';
import { keepOneTimeKeys, ONE_TIME_KEYS, oneTimeKeysOf } from './keep-one-time-keys.ts';
import { executorMutations } from './graphql/mutations.ts';
import { createResolvers } from './graphql/resolvers.ts';
import { readExecutorMetrics } from './metrics.ts';
import { settle, type ExecutorOptions } from './options.ts';
import { createBell } from './run/bell.ts';
import type { LocksSeen } from './run/vault-lock.ts';
import { runLanes } from './run/run-lanes.ts';
import { createSlowLooks } from './slow-looks.ts';
import { publishSns } from './publish-sns.ts';
import { readTagsWith, sealWith, unsealWith } from './seal-metadata.ts';
import { createAwsCallCounts } from './store/aws-call-counts.ts';
import { storeDeadWorkItem } from './store/dead-work-items.ts';
import * as entities from './store/entities.ts';
import { migrations } from './store/migrations.ts';
import { eraseExpiredKeys, eraseOneTimeKeys } from './store/one-time-keys.ts';
import { watchDeadWorkItems } from './watch-dead-work-items.ts';
import { acceptWorkItem } from './work/accept-work-item.ts';

export { InvalidOptionsError, type ExecutorOptions } from './options.ts';

/** By the real clock: how long one-time keys may lie there after their time. Nobody can use them then. */
const ERASE_EVERY_MS = 30_000;
const WRITE_CALLS_EVERY_MS = 5_000;

/** What the executor stores, for the job that migrates a cluster's database. */
export const executorModel = { name: 'executor', entities: Object.values(entities), migrations };

/**
 * The executor: takes work items from the queue, performs them in AWS, tells what became of them. The only service that
 * holds AWS credentials. Throws InvalidOptionsError where options could mistake emulated for real.
 */
export async function createExecutorService(deps: ServiceDeps, options: ExecutorOptions = {}): Promise<RunningService> {
  const settings = settle(options, deps.environment);
  const { clock, log } = deps;
  const { rates, share, timeScale } = settings;
  const calls = createAwsCallCounts();
  const aws = connectAws({
    access: settings.aws,
    clock,
    rates,
    share,
    timeScale,
    countCall: (call) => calls.count(call),
  });
  const bell = createBell(clock);
  const opener = openerOf(deps.keyring, ONE_TIME_KEYS);
  const plans = createSlowLooks<readonly AffectedPlan[]>(clock);
  const lookups = (db: Database): Lookups =>
    createLookups({ aws, clock, account: (id) => findAccountOf(db, deps, id), pace: paceOf(settings), plans });
  const features = (db: Database) => ({ aws, plans, account: (id: string) => findAccountOf(db, deps, id) });

  function loops(db: Database): Loop[] {
    const engine = {
      db,
      aws,
      clock,
      log,
      settings,
      seal: sealWith(deps.keyring),
      readTags: readTagsWith(deps.keyring),
      unseal: unsealWith(deps.keyring),
      switchesSeenOn: new Map<string, number>(),
      locksSeen: new Map<string, LocksSeen>(),
      vainLooks: new Map<string, number>(),
      chance: Math.random,
      account: (id: string) => findAccountOf(db, deps, id),
      oneTimeKeys: (session: Readonly<{ sessionId: string; accountId: string }>) =>
        oneTimeKeysOf({ db, clock, opener }, session),
      deletePermit: (input: InternalInput<'deletePermit'>) =>
        callInternal({
          peer: deps.peers.retention,
          identity: deps.identity,
          service: 'executor',
          call: 'deletePermit',
          input,
        }),
    };
    const lanes = runLanes(engine, newId(), bell);
    const erasing = every({
      name: 'one-time keys',
      everyMs: ERASE_EVERY_MS,
      clock,
      log,
      pass: () => eraseExpiredKeys(db),
    });
    const counting = countCalls(db);
    if (!deps.queue) return [counting, lanes, erasing];
    const work = consumeWork({
      queue: deps.queue,
      clock,
      log,
      handle: (item, parent) =>
        inSpan({ service: 'executor', ...workSpan('process', item), parent, neverFirst: true }, () =>
          acceptWorkItem(db, clock, item, () => bell.ring()),
        ),
      setAside: (message) => storeDeadWorkItem(db, message, clock.now()),
    });
    return [counting, lanes, erasing, work];
  }

  /** First to start, last to stop: it writes down what the others have called until they stopped. */
  function countCalls(db: Database): Loop {
    const pass = () => calls.write(db);
    const loop = every({ name: 'AWS call counts', everyMs: WRITE_CALLS_EVERY_MS, clock, log, pass });
    return {
      stop: async () => {
        await loop.stop();
        await pass().catch((error: unknown) => log.warn({ err: error }, 'the last AWS calls could not be counted'));
      },
    };
  }

  try {
    const service = await assembleService({
      name: 'executor',
      deps,
      model: executorModel,
      typeDefs: subgraphSdl('executor'),
      resolvers: (db) => ({
        ...createResolvers(
          db,
          lookups(db),
          (accountId, region) => lookAtFeatures(features(db), accountId, region),
          deps.environment,
        ),
        Mutation: guardMutations(
          { db, service: 'executor', environment: deps.environment, clock },
          executorMutations({
            db,
            clock,
            wake: () => bell.ring(),
            enable: (wish) => enableFeatures(features(db), wish),
          }),
        ),
      }),
      topics: ['tablekeep.policy', 'tablekeep.session'],
      handlers: (db) => ({
        'dev.tablekeep.account.changed.v1': onAccountChanged(db),
        'dev.tablekeep.session.finished.v1': onSessionFinished,
      }),
      internal: (db): InternalHandlers => {
        const answers = lookups(db);
        return {
          lookupRegions: answers.regions,
          lookupVaults: answers.vaults,
          lookupKmsKeys: answers.kmsKeys,
          lookupRegionSettings: answers.regionSettings,
          lookupTable: answers.table,
          lookupPermissions: answers.permissions,
          sealingKey: async () => opener.sealingKey,
          keepOneTimeKeys: (input) => keepOneTimeKeys({ db, clock, opener }, input),
          eraseOneTimeKeys: async ({ sessionId }) => {
            await db.transaction((tx) => eraseOneTimeKeys(tx, sessionId));
            return {};
          },
          publishSns: (input) => publishSns({ aws, account: (id) => findAccountOf(db, deps, id) }, input),
        };
      },
      loops,
      alerts: (db) => [watchDeadWorkItems(db, (deps.alertAfter ?? ALERT_AFTER).deadLetterMs)],
      metrics: (db) => readExecutorMetrics({ db, clock, aws, settings }),
    });
    return {
      ...service,
      stop: async () => {
        await service.stop();
        aws.close();
      },
    };
  } catch (error) {
    aws.close();
    throw error;
  }
}
