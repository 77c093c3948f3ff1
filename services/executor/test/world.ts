import { startEmulator, type Emulator, type EmulatorOptions } from '@tablekeep/aws-emulator';
import { createInProcessBus, type EventBus } from '@tablekeep/platform/bus';
import { systemClock, type Clock } from '@tablekeep/platform/clock';
import { migrate, type DatabaseConfig } from '@tablekeep/platform/database';
import { createIdentity } from '@tablekeep/platform/identity';
import { newId } from '@tablekeep/platform/ids';
import { openKeyring } from '@tablekeep/platform/keyring';
import { createLogger } from '@tablekeep/platform/logging';
import { connectQueue } from '@tablekeep/platform/queue';
import type { RunningService, ServiceDeps } from '@tablekeep/platform/service';
import { startSubgraph } from '@tablekeep/platform/subgraph';
import type { AccountRef, EventData, EventEnvelope, EventType, Topic } from '@tablekeep/schema/events';
import type { InternalInput, InternalOutput } from '@tablekeep/schema/internal';
import type { TaskParameters, WorkItem } from '@tablekeep/schema/work-items';
import { eventually } from '@tablekeep/testkit';
import type { Engine } from '@tablekeep/testkit/engines';
import { startFauxqs } from 'fauxqs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExecutorService, executorModel, type ExecutorOptions } from '../src/service.ts';
import { account, accountOwner, HOME, ownerKeys, prepareAccount } from './aws-account.ts';

export const SPEED = 600;

type TaskEnd = 'succeeded' | 'failed' | 'canceled';
export type Ended = {
  [E in TaskEnd]: { end: E; data: EventData<`dev.tablekeep.task.${E}.v1`> };
}[TaskEnd];

/** Shorter than AWS's, in proportion: what takes minutes there takes a moment here. */
const durations = { createTable: 10_000, backup: 60_000, copy: 60_000, restore: 60_000, updateTimeToLive: 30_000 };

export type World = Awaited<ReturnType<typeof startWorld>>;

/**
 * The executor between its real neighbours: an emulated AWS reached by the real SDK, SQS by a server that speaks it, a
 * database of the engine. What the session service would send, tests send; what it would hear, they hear.
 */
export async function startWorld(
  engine: Engine,
  o: { emulator?: EmulatorOptions; executor?: ExecutorOptions; clock?: Clock } = {},
) {
  const logged: string[] = [];
  const log = createLogger({ service: 'executor', destination: { write: (line) => void logged.push(line) } });
  const emulator: Emulator = await startEmulator({
    speed: SPEED,
    ...o.emulator,
    durations: { ...durations, ...o.emulator?.durations },
  });
  const owner = accountOwner(emulator.endpoint);
  await prepareAccount(owner);
  const folder = await mkdtemp(join(tmpdir(), 'tablekeep-executor-'));
  const database: DatabaseConfig = await engine.freshDatabase();
  if (database.kind === 'mysql') await migrate(database, executorModel);
  const sqs = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  const queue = await connectQueue(
    {
      endpoint: `http://127.0.0.1:${sqs.port}`,
      region: HOME,
      queueName: 'work',
      secret: 'a secret of the tests that is long enough',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    log,
  );
  const identity = createIdentity('a secret of the tests that is long enough');
  const keyring = await openKeyring(join(folder, 'keyring.json'));
  /** What the catalog's owner says of deletions, and what it was asked. */
  const permits = {
    answer: { granted: true, validMs: 15_000 } as InternalOutput<'deletePermit'>,
    asked: [] as InternalInput<'deletePermit'>[],
    reachable: true,
  };
  const catalog = await startSubgraph({
    name: 'retention',
    typeDefs: 'type Query { here: Boolean }',
    resolvers: {},
    identity,
    http: { port: 0 },
    log,
    internal: {
      deletePermit: async (input) => {
        permits.asked.push(input);
        return permits.answer;
      },
    },
  });
  const heard: EventEnvelope[] = [];
  const replicas: { service: RunningService; bus: EventBus }[] = [];

  async function addReplica(options: ExecutorOptions = {}): Promise<RunningService> {
    const bus = createInProcessBus(log);
    const nowhere = () => 'http://127.0.0.1:9';
    const deps: ServiceDeps = {
      environment: 'EMULATED',
      database,
      bus,
      identity,
      keyring,
      clock: o.clock ?? systemClock,
      log,
      http: { host: '127.0.0.1', port: 0 },
      admin: { host: '127.0.0.1', port: 0 },
      queue,
      peers: {
        policy: nowhere,
        retention: () => (permits.reachable ? catalog.url : nowhere()),
        session: nowhere,
        executor: nowhere,
        notification: nowhere,
        gateway: nowhere,
      },
    };
    const service = await createExecutorService(deps, {
      aws: { endpoint: emulator.endpoint, credentials: ownerKeys },
      timeScale: SPEED,
      ...o.executor,
      ...options,
    });
    await bus.subscribe({
      name: 'listener',
      topics: ['tablekeep.task', 'tablekeep.inventory', 'tablekeep.audit'],
      handle: async (batch) => void heard.push(...batch),
    });
    await announce(bus, account);
    await service.run();
    replicas.push({ service, bus });
    return service;
  }

  async function announce(bus: EventBus, announced: AccountRef, deleted = false): Promise<void> {
    const event: EventEnvelope<'dev.tablekeep.account.changed.v1'> = {
      id: newId(),
      type: 'dev.tablekeep.account.changed.v1',
      source: 'policy',
      subject: announced.id,
      time: new Date().toISOString(),
      correlationid: newId(),
      environment: 'EMULATED',
      data: { account: announced, deleted },
    };
    await bus.publish([{ topic: 'tablekeep.policy', event }]);
  }

  async function stopReplicas(): Promise<void> {
    for (const { service, bus } of replicas.splice(0)) {
      await service.stop();
      await bus.close();
    }
  }

  async function stopFirstReplica(): Promise<void> {
    const first = replicas.shift();
    await first?.service.stop();
    await first?.bus.close();
  }

  const ofTask = (taskId: string, attempt: number) =>
    heard.filter((event) => {
      const data = event.data as { taskId?: string; attempt?: number };
      return data.taskId === taskId && data.attempt === attempt;
    });

  await addReplica();
  return {
    emulator,
    owner,
    database,
    heard,
    logged,
    queue,
    keyring,
    identity,
    permits,
    addReplica,
    stopReplicas,
    stopFirstReplica,
    get service(): RunningService {
      return replicas[0]!.service;
    },

    async send(item: WorkItem): Promise<void> {
      await queue.send([{ id: newId(), body: JSON.stringify(item) }]);
    },
    /** A task's attempt that nobody has sent yet. */
    workOf(parameters: TaskParameters, changes: Partial<WorkItem> = {}): { taskId: string; item: WorkItem } {
      const item = {
        type: 'PERFORM',
        sessionId: newId(),
        taskId: newId(),
        attempt: 1,
        accountId: account.id,
        region: HOME,
        correlationId: newId(),
        firstSentAt: null,
        parameters,
        ...changes,
      } as WorkItem;
      return { taskId: item.taskId, item };
    },
    /** Sends a task's attempt to the executor. */
    async perform(
      parameters: TaskParameters,
      changes: Partial<WorkItem> = {},
    ): Promise<{ taskId: string; item: WorkItem }> {
      const work = this.workOf(parameters, changes);
      await this.send(work.item);
      return work;
    },
    eventsOf: ofTask,
    publish: (topic: Topic, event: EventEnvelope) => replicas[0]!.bus.publish([{ topic, event }]),
    announce: (announced: AccountRef, deleted = false) => announce(replicas[0]!.bus, announced, deleted),
    /** How the attempt ended, once it has. */
    async ended(taskId: string, attempt = 1, timeoutMs = 25_000): Promise<Ended> {
      return eventually(
        () => {
          const events = ofTask(taskId, attempt);
          for (const end of ['succeeded', 'failed', 'canceled'] as const) {
            const found = events.find((event) => event.type === `dev.tablekeep.task.${end}.v1`);
            if (found) return { end, data: found.data } as Ended;
          }
          throw new Error(`only ${events.map((event) => `${event.type} ${JSON.stringify(event.data)}`).join(', ')}`);
        },
        { timeoutMs, what: `the end of task ${taskId}` },
      );
    },
    async succeeded(taskId: string, attempt = 1): Promise<EventData<'dev.tablekeep.task.succeeded.v1'>> {
      const ended = await this.ended(taskId, attempt);
      if (ended.end !== 'succeeded') throw new Error(`ended ${ended.end}: ${JSON.stringify(ended.data)}`);
      return ended.data;
    },
    async failed(taskId: string, attempt = 1): Promise<EventData<'dev.tablekeep.task.failed.v1'>> {
      const ended = await this.ended(taskId, attempt);
      if (ended.end !== 'failed') throw new Error(`ended ${ended.end}: ${JSON.stringify(ended.data)}`);
      return ended.data;
    },
    async heardOf(taskId: string, type: EventType): Promise<EventEnvelope> {
      return eventually(
        () => {
          const found = ofTask(taskId, 1).find((event) => event.type === type);
          if (!found) throw new Error(`no ${type} yet`);
          return found;
        },
        { timeoutMs: 15_000, everyMs: 10, what: type },
      );
    },
    calls: (operation: string) =>
      emulator
        .calls()
        .filter((call) => call.operation === operation)
        .reduce((sum, call) => sum + call.count, 0),
    async stop(): Promise<void> {
      await stopReplicas();
      queue.close();
      await sqs.stop();
      await catalog.stop();
      await emulator.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
