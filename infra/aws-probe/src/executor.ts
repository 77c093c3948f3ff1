import { createExecutorService } from '@tablekeep/executor';
import { createInProcessBus } from '@tablekeep/platform/bus';
import type { Clock } from '@tablekeep/platform/clock';
import { createIdentity } from '@tablekeep/platform/identity';
import { newId } from '@tablekeep/platform/ids';
import { openKeyring } from '@tablekeep/platform/keyring';
import { Lifecycle } from '@tablekeep/platform/lifecycle';
import type { Logger } from '@tablekeep/platform/logging';
import { connectQueue, type WorkQueue } from '@tablekeep/platform/queue';
import { startSubgraph } from '@tablekeep/platform/subgraph';
import type { AccountRef, Environment, EventData, EventEnvelope } from '@tablekeep/schema/events';
import type { TaskParameters, WorkItem } from '@tablekeep/schema/work-items';
import { startFauxqs } from 'fauxqs';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsAccess } from './aws.ts';
import type { ProbeSettings } from './settings.ts';

export type TaskSuccess = EventData<'dev.tablekeep.task.succeeded.v1'>;
/** `region`: where AWS is called for it. */
export type Work = Readonly<{ region: string; parameters: TaskParameters }>;

/** The project's own executor, given work as the session service gives it. */
export type ProbedExecutor = Readonly<{
  /** One attempt of one task; rejects with the executor's own reason where it does not succeed. */
  perform(work: Work, signal: AbortSignal): Promise<TaskSuccess>;
  stop(): Promise<void>;
}>;

const STOP_BUDGET_MS = 20_000;
const ACCOUNT_ID = 'aws-probe';
const PERMIT_MS = 15_000;
/** The queue of the run is in this process and gone with it. */
const QUEUE_KEYS = { accessKeyId: 'probe', secretAccessKey: 'probe' };
const NOWHERE = () => 'http://127.0.0.1:9';

type Setup = Readonly<{
  settings: ProbeSettings;
  access: AwsAccess;
  environment: Environment;
  timeScale: number;
  clock: Clock;
  log: Logger;
}>;

/** Starts the executor on a folder of its own; it assumes the operator role as everywhere. */
export async function startExecutor(o: Setup): Promise<ProbedExecutor> {
  const life = new Lifecycle(o.log);
  try {
    return await assemble(o, life);
  } catch (error) {
    await life.stop(STOP_BUDGET_MS);
    throw error;
  }
}

async function assemble(o: Setup, life: Lifecycle): Promise<ProbedExecutor> {
  const { log, clock, settings } = o;
  const folder = await mkdtemp(join(tmpdir(), 'tablekeep-aws-probe-'));
  life.onStop('folder', () => rm(folder, { recursive: true, force: true }));
  const secret = randomBytes(32).toString('base64url');
  const identity = createIdentity(secret);
  const queue = await openQueue(life, secret, log);
  const bus = createInProcessBus(log);
  life.onStop('bus', () => bus.close());
  const retentionUrl = await startPermits(life, o, identity);

  const waiting = new Map<string, (event: EventEnvelope) => void>();
  await bus.subscribe({
    name: 'aws-probe',
    topics: ['tablekeep.task'],
    handle: async (batch) => {
      for (const event of batch) waiting.get((event.data as { taskId: string }).taskId)?.(event);
    },
  });
  const executor = await createExecutorService(
    {
      environment: o.environment,
      database: { kind: 'sqlite', file: join(folder, 'executor.sqlite') },
      bus,
      identity,
      keyring: await openKeyring(join(folder, 'keyring.json')),
      clock,
      log,
      queue,
      http: { host: '127.0.0.1', port: 0 },
      admin: null,
      peers: {
        policy: NOWHERE,
        session: NOWHERE,
        executor: NOWHERE,
        retention: () => retentionUrl,
        notification: NOWHERE,
        gateway: NOWHERE,
      },
    },
    { aws: o.access, timeScale: o.timeScale },
  );
  life.onStop('executor', () => executor.stop());
  const account = accountOf(settings);
  const announced: EventEnvelope<'dev.tablekeep.account.changed.v1'> = {
    id: newId(),
    type: 'dev.tablekeep.account.changed.v1',
    source: 'policy',
    subject: account.id,
    time: clock.now().toISOString(),
    correlationid: newId(),
    environment: o.environment,
    data: { account, deleted: false },
  };
  await bus.publish([{ topic: 'tablekeep.policy', event: announced }]);
  await executor.run();

  return {
    perform: (work, signal) => perform({ queue, waiting }, work, signal),
    stop: async () => {
      if (!(await life.stop(STOP_BUDGET_MS))) throw new Error('the executor did not stop cleanly: see its log');
    },
  };
}

async function openQueue(life: Lifecycle, secret: string, log: Logger): Promise<WorkQueue> {
  const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  life.onStop('queue server', () => server.stop());
  const queue = await connectQueue(
    {
      endpoint: `http://127.0.0.1:${server.port}`,
      region: 'us-east-1',
      queueName: 'tablekeep-aws-probe',
      secret,
      credentials: QUEUE_KEYS,
    },
    log,
  );
  life.onStop('queue', () => queue.close());
  return queue;
}

/** There is no catalog here: the run made the points it has deleted, so each permit is granted. */
async function startPermits(life: Lifecycle, o: Setup, identity: ReturnType<typeof createIdentity>): Promise<string> {
  const catalog = await startSubgraph({
    name: 'retention',
    typeDefs: 'type Query { here: Boolean }',
    resolvers: {},
    identity,
    http: { port: 0 },
    log: o.log,
    internal: { deletePermit: async () => ({ granted: true, validMs: PERMIT_MS }) },
  });
  life.onStop('permits', () => catalog.stop());
  return catalog.url;
}

function accountOf(settings: ProbeSettings): AccountRef {
  return {
    id: ACCOUNT_ID,
    name: 'AWS probe',
    awsAccountId: settings.accountId,
    roleArn: settings.operatorRoleArn,
    externalId: settings.externalId,
    serviceRoleArn: settings.serviceRoleArn,
    regions: [settings.home, settings.copyRegion],
  };
}

type Wires = Readonly<{ queue: WorkQueue; waiting: Map<string, (event: EventEnvelope) => void> }>;

async function perform({ queue, waiting }: Wires, work: Work, signal: AbortSignal): Promise<TaskSuccess> {
  const taskId = newId();
  const item: WorkItem = {
    type: 'PERFORM',
    firstSentAt: null,
    sessionId: newId(),
    taskId,
    attempt: 1,
    accountId: ACCOUNT_ID,
    correlationId: newId(),
    ...work,
  };
  signal.throwIfAborted();
  const { promise: ended, resolve, reject } = Promise.withResolvers<TaskSuccess>();
  const giveUp = () => reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  waiting.set(taskId, (event) => {
    if (event.type === 'dev.tablekeep.task.succeeded.v1') resolve(event.data);
    if (event.type === 'dev.tablekeep.task.failed.v1') {
      const { code, reason } = event.data;
      reject(new Error(`the executor failed at ${work.parameters.kind}: ${code}: ${reason}`));
    }
  });
  try {
    const accepted = await queue.send([{ id: newId(), body: JSON.stringify(item) }]);
    if (accepted.length === 0) throw new Error('the queue took no work item');
    return await ended;
  } finally {
    signal.removeEventListener('abort', giveUp);
    waiting.delete(taskId);
  }
}
