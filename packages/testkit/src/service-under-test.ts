import { createInProcessBus } from '@tablekeep/platform/bus';
import { systemClock, type Clock } from '@tablekeep/platform/clock';
import { migrate, type DatabaseConfig, type Model } from '@tablekeep/platform/database';
import { createIdentity, type Viewer } from '@tablekeep/platform/identity';
import { newId } from '@tablekeep/platform/ids';
import { openKeyring } from '@tablekeep/platform/keyring';
import { createLogger } from '@tablekeep/platform/logging';
import type { InternalHandlers } from '@tablekeep/platform/rpc';
import type { RunningService, ServiceDeps } from '@tablekeep/platform/service';
import { startSubgraph } from '@tablekeep/platform/subgraph';
import {
  topicOf,
  topics,
  type EventData,
  type EventEnvelope,
  type EventType,
  type ServiceName,
} from '@tablekeep/schema/events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from './engines.ts';

export const ADMIN: Viewer = {
  kind: 'user',
  id: 'token-operator',
  name: 'Operator',
  role: 'ADMIN',
  requestId: 'request-1',
};

export type Told<T extends EventType> = Readonly<{
  type: T;
  source: ServiceName;
  subject: string;
  data: EventData<T>;
  id?: string;
  time?: string;
}>;

export type ServiceUnderTest = Readonly<{
  database: DatabaseConfig;
  /** Everything the service has told, in order. */
  heard: readonly EventEnvelope[];
  heardOf<T extends EventType>(type: T): EventEnvelope<T>[];
  /** Says it as another service would; resolves once it is handled. The same `id` twice is the same event. */
  tell<T extends EventType>(event: Told<T>): Promise<void>;
  graphql<T>(query: string, variables?: object, viewer?: Viewer): Promise<T>;
  adminUrl: string | null;
  stop(): Promise<void>;
}>;

/**
 * One service on a real database with its real protocols: signed HTTP in front, `neighbours` answering its internal calls
 * over signed HTTP, an in-process bus on which the test plays the other services.
 */
export async function startServiceUnderTest(
  engine: Engine,
  model: Model,
  create: (deps: ServiceDeps) => Promise<RunningService>,
  options: Readonly<{ neighbours?: InternalHandlers; clock?: Clock }> = {},
): Promise<ServiceUnderTest> {
  const log = createLogger({ service: model.name, level: 'silent' });
  const identity = createIdentity('a secret of the tests that is long enough');
  const folder = await mkdtemp(join(tmpdir(), 'tablekeep-service-'));
  const database = await engine.freshDatabase();
  await migrate(database, model);
  const neighbour = await startSubgraph({
    name: 'executor',
    typeDefs: 'type Query { here: Boolean }',
    resolvers: {},
    identity,
    http: { port: 0 },
    log,
    internal: options.neighbours ?? {},
  });
  const bus = createInProcessBus(log);
  const there = () => neighbour.url;
  const service = await create({
    environment: 'EMULATED',
    database,
    bus,
    identity,
    keyring: await openKeyring(join(folder, 'keyring.json')),
    clock: options.clock ?? systemClock,
    log,
    http: { host: '127.0.0.1', port: 0 },
    admin: { host: '127.0.0.1', port: 0 },
    peers: { policy: there, session: there, executor: there, retention: there, notification: there, gateway: there },
  });
  const heard: EventEnvelope[] = [];
  await bus.subscribe({
    name: 'the test',
    topics,
    handle: async (batch) => void heard.push(...batch.filter((one) => one.source === service.name)),
  });
  await service.run();
  return {
    database,
    adminUrl: service.adminUrl,
    heard,
    heardOf: <T extends EventType>(type: T) =>
      heard.filter((event) => event.type === type) as unknown as EventEnvelope<T>[],
    tell: async (event) => {
      const envelope = {
        id: event.id ?? newId(),
        type: event.type,
        source: event.source,
        subject: event.subject,
        time: event.time ?? '2026-01-31T00:00:00.000Z',
        correlationid: 'test',
        environment: 'EMULATED',
        data: event.data,
      } as EventEnvelope;
      await bus.publish([{ topic: topicOf(event.type, event.source), event: envelope }]);
    },
    graphql: async <T>(query: string, variables: object = {}, viewer: Viewer = ADMIN): Promise<T> => {
      const response = await fetch(`${service.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await identity.sign(viewer)}` },
        body: JSON.stringify({ query, variables }),
      });
      const answer = (await response.json()) as { data?: T; errors?: unknown };
      if (answer.errors !== undefined || answer.data == null) {
        throw new Error(`${query}\nvariables ${JSON.stringify(variables)}\nerrors ${JSON.stringify(answer.errors)}`);
      }
      return answer.data;
    },
    stop: async () => {
      await service.stop();
      await neighbour.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
