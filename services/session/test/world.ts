import { createInProcessBus, type EventBus } from '@tablekeep/platform/bus';
import { fakeClock, systemClock } from '@tablekeep/platform/clock';
import { migrate } from '@tablekeep/platform/database';
import { createIdentity, type Viewer } from '@tablekeep/platform/identity';
import { newId } from '@tablekeep/platform/ids';
import { openKeyring } from '@tablekeep/platform/keyring';
import { createLogger } from '@tablekeep/platform/logging';
import { connectQueue, consumeWork } from '@tablekeep/platform/queue';
import { openerOf } from '@tablekeep/platform/sealing';
import type { RunningService, ServiceDeps } from '@tablekeep/platform/service';
import { startSubgraph } from '@tablekeep/platform/subgraph';
import {
  topicOf,
  type EventData,
  type EventEnvelope,
  type EventType,
  type ServiceName,
} from '@tablekeep/schema/events';
import type { InternalInput, InternalOutput } from '@tablekeep/schema/internal';
import type { WorkItem } from '@tablekeep/schema/work-items';
import { eventually } from '@tablekeep/testkit';
import type { Engine } from '@tablekeep/testkit/engines';
import { startFauxqs } from 'fauxqs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSessionService, type SessionOptions } from '../src/service.ts';
import { entities } from '../src/store/entities.ts';
import { migrations } from '../src/store/migrations.ts';

export const OPERATOR: Viewer = {
  kind: 'user',
  id: 'token-operator',
  name: 'Operator',
  role: 'ADMIN',
  requestId: 'request-1',
};
export const DEPUTY: Viewer = { ...OPERATOR, id: 'token-deputy', name: 'Deputy', requestId: 'request-2' };

type Targets = (input: InternalInput<'resolveTargets'>) => InternalOutput<'resolveTargets'>;

/** What policy and retention answer unless a test says otherwise. */
export const okTargets: Targets = ({ request }) => ({
  ok: true,
  accountId: 'account-1',
  policy:
    request.type === 'POLICY_BACKUP'
      ? { id: request.policyId, name: 'Gold', retryCount: 1, retryDelaySeconds: 300 }
      : null,
  request:
    request.type === 'INVENTORY_SCAN' && request.regions.length === 0
      ? { ...request, regions: ['eu-west-1', 'us-east-1'] }
      : request,
});

export type World = Awaited<ReturnType<typeof startWorld>>;
export type GqlAnswer = {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string } }[];
};

/**
 * The session service with its real neighbours' protocols: the owner of targets over signed HTTP, SQS by a server that
 * speaks it, the database of the engine. What planner, executor and catalog would say, tests say through the bus.
 */
export async function startWorld(engine: Engine, options: SessionOptions = {}) {
  const clock = fakeClock(new Date('2026-11-23T09:00:00.000Z'));
  const log = createLogger({ service: 'session', level: 'fatal' });
  const identity = createIdentity('a secret of the tests that is long enough');
  const folder = await mkdtemp(join(tmpdir(), 'tablekeep-session-'));
  const database = await engine.freshDatabase();
  if (database.kind === 'mysql') await migrate(database, { name: 'session', entities, migrations });

  const owner = { answer: okTargets, asked: 0 };
  /** What was handed over to the executor and taken back, and who can open it. */
  const opener = openerOf(await openKeyring(join(folder, 'executor-keyring.json')), 'test');
  const keys = { opener, kept: [] as InternalInput<'keepOneTimeKeys'>[], erased: [] as string[] };
  const peer = await startSubgraph({
    name: 'policy',
    typeDefs: 'type Query { here: Boolean }',
    resolvers: {},
    identity,
    http: { port: 0 },
    log,
    internal: {
      resolveTargets: async (input) => {
        owner.asked += 1;
        return owner.answer(input);
      },
      sealingKey: async () => opener.sealingKey,
      keepOneTimeKeys: async (input) => {
        keys.kept.push(input);
        return { kept: true };
      },
      eraseOneTimeKeys: async ({ sessionId }) => {
        keys.erased.push(sessionId);
        return {};
      },
    },
  });

  const sqs = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  const queue = await connectQueue(
    {
      endpoint: `http://127.0.0.1:${sqs.port}`,
      region: 'us-east-1',
      queueName: 'work',
      secret: 'a secret of the tests that is long enough',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    log,
  );
  const work: WorkItem[] = [];
  const executor = consumeWork({
    queue,
    handle: async (item) => void work.push(item),
    setAside: async ({ body, reason }) => Promise.reject(new Error(`${reason}: ${body}`)),
    clock: systemClock,
    log,
  });

  const heard: EventEnvelope[] = [];
  const keyring = await openKeyring(join(folder, 'keyring.json'));
  const services: { service: RunningService; bus: EventBus }[] = [];
  /** Of each replica. */
  const adminUrls: (string | null)[] = [];
  const ownerAt = { url: peer.url };
  const executorAt = { url: peer.url };

  /** One replica; several share the database where the engine allows it. */
  async function addReplica(): Promise<EventBus> {
    const bus = createInProcessBus(log);
    const nowhere = () => 'http://127.0.0.1:9';
    const deps: ServiceDeps = {
      environment: 'EMULATED',
      database,
      bus,
      identity,
      keyring,
      clock,
      log,
      http: { host: '127.0.0.1', port: 0 },
      admin: { host: '127.0.0.1', port: 0 },
      queue,
      peers: {
        policy: () => ownerAt.url,
        retention: () => ownerAt.url,
        session: nowhere,
        executor: () => executorAt.url,
        notification: nowhere,
        gateway: nowhere,
      },
    };
    const service = await createSessionService(deps, options);
    await bus.subscribe({
      name: 'listener',
      topics: ['tablekeep.session', 'tablekeep.audit'],
      handle: async (batch) => void heard.push(...batch),
    });
    await service.run();
    services.push({ service, bus });
    adminUrls.push(service.adminUrl);
    return bus;
  }
  const bus = await addReplica();
  const url = services[0]!.service.url;

  async function gql(query: string, variables: object = {}, viewer: Viewer = OPERATOR): Promise<GqlAnswer> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await identity.sign(viewer)}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GqlAnswer;
  }

  /** An event as `source` would send it, delivered to the service's consumer and handled when this resolves. */
  function envelope<T extends EventType>(type: T, source: ServiceName, data: EventData<T>): EventEnvelope {
    return {
      id: newId(),
      type,
      source,
      subject: 'subject',
      time: clock.now().toISOString(),
      correlationid: 'correlation',
      environment: 'EMULATED',
      data,
    } as unknown as EventEnvelope;
  }
  const deliver = (events: readonly EventEnvelope[], to: EventBus = bus) =>
    to.publish(events.map((event) => ({ topic: topicOf(event.type, event.source), event })));

  /** The work items of a session that the executor has received; fails while they are fewer than `count`. */
  function itemsOf<T extends WorkItem['type']>(sessionId: string, type: T, count: number) {
    const items = work.filter((item) => item.type === type && item.sessionId === sessionId);
    if (items.length < count) throw new Error(`${items.length} of ${count} ${type} items`);
    return items as Extract<WorkItem, { type: T }>[];
  }

  return {
    clock,
    database: database,
    owner,
    ownerAt,
    executorAt,
    keys,
    work,
    heard,
    gql,
    url,
    adminUrls,
    identity,
    envelope,
    deliver,
    addReplica,
    say: <T extends EventType>(type: T, source: ServiceName, data: EventData<T>) =>
      deliver([envelope(type, source, data)]),
    itemsOf,
    /** The same, once there are `count` of them. */
    received: <T extends WorkItem['type']>(sessionId: string, type: T, count: number) =>
      eventually(() => itemsOf(sessionId, type, count)),
    async heardOf<T extends EventType>(type: T, sessionId: string): Promise<EventEnvelope<T>> {
      return eventually(() => {
        const found = heard.find((event) => event.type === type && event.subject === sessionId);
        if (!found) throw new Error(`${type} of ${sessionId} not heard`);
        return found as EventEnvelope<T>;
      });
    },
    async stop(): Promise<void> {
      for (const one of services) await one.service.stop();
      await executor.stop();
      queue.close();
      await sqs.stop();
      await peer.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
