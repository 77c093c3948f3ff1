import { afterEach, expect, test } from '@jest/globals';
import type { WorkItem } from '@tablekeep/schema/work-items';
import { eventually } from '@tablekeep/testkit/eventually';
import { availableEngines } from '@tablekeep/testkit/engines';
import { startFauxqs } from 'fauxqs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { createInProcessBus } from '../src/bus/index.ts';
import { systemClock as clock } from '../src/clock/index.ts';
import { openDatabase } from '../src/database/index.ts';
import { nameOutbox, recordWork, startRelays } from '../src/outbox/index.ts';
import { connectQueue, consumeWork, type SetAside, type WorkQueue } from '../src/queue/index.ts';

const log = pino({ level: 'silent' });
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function queueUnderTest(secret = 'a secret of the tests that is long enough'): Promise<WorkQueue> {
  const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  stops.push(() => server.stop());
  const queue = await connectQueue(
    {
      endpoint: `http://127.0.0.1:${server.port}`,
      region: 'us-east-1',
      queueName: 'work',
      secret,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    },
    log,
  );
  stops.push(async () => queue.close());
  return queue;
}

const item = (taskId: string, reason = 'test'): WorkItem => ({
  type: 'CANCEL',
  kind: 'BACKUP',
  sessionId: 's',
  taskId,
  attempt: 1,
  correlationId: 'c',
  reason,
});

test('work recorded in a transaction reaches the handler once it commits, and is gone from the queue after it', async () => {
  const queue = await queueUnderTest();
  const [sqlite] = await availableEngines();
  const db = await openDatabase(await sqlite!.freshDatabase(), { name: 'work', entities: [], migrations: [] });
  stops.push(() => db.close());
  nameOutbox(db, 'session', 'EMULATED');
  const relays = await startRelays({ db, bus: createInProcessBus(log), queue, source: 'session', clock, log });
  stops.push(() => relays.stop());
  const taken: string[] = [];
  const consumer = consumeWork({
    queue,
    handle: async (work) => void taken.push(work.taskId),
    setAside: async () => undefined,
    clock,
    log,
  });
  stops.push(() => consumer.stop());
  const ids = Array.from({ length: 35 }, (_, i) => `task-${i}`);
  await db.transaction(async (tx) => {
    // Ten of these together are more than SQS takes in one batch.
    for (const id of ids) await recordWork(db, tx, item(id, 'x'.repeat(150_000)));
  });
  await eventually(() => expect(taken.toSorted()).toEqual(ids.toSorted()));
  await relays.drained();
}, 30_000);

test('a handler that fails gets the item again; what cannot be read is set aside with the reason', async () => {
  const queue = await queueUnderTest();
  const tried: string[] = [];
  const unreadable: string[] = [];
  const consumer = consumeWork({
    queue,
    handle: async (work) => {
      tried.push(work.taskId);
      if (tried.length === 1) throw new Error('not now');
    },
    setAside: async ({ body, reason }) => void unreadable.push(`${body}: ${reason}`),
    clock,
    log,
  });
  stops.push(() => consumer.stop());
  await queue.send([
    { id: 'a', body: JSON.stringify(item('again')) },
    { id: 'b', body: '{"type":"PERFORM"}' },
  ]);
  await eventually(() => expect(tried).toEqual(['again', 'again']), { timeoutMs: 20_000 });
  expect(unreadable).toHaveLength(1);
  expect(unreadable[0]).toContain('sessionId');
}, 30_000);

test('a work item that this installation has not signed is set aside, not done', async () => {
  const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  stops.push(() => server.stop());
  const connect = (secret: string) =>
    connectQueue(
      {
        endpoint: `http://127.0.0.1:${server.port}`,
        region: 'us-east-1',
        queueName: 'work',
        secret,
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      },
      log,
    );
  const [ours, stranger] = [await connect('the secret of this installation, long'), await connect('a guess')];
  stops.push(async () => [ours, stranger].forEach((queue) => queue.close()));
  const done: string[] = [];
  const aside: string[] = [];
  const consumer = consumeWork({
    queue: ours,
    handle: async (work) => void done.push(work.taskId),
    setAside: async ({ reason }) => void aside.push(reason),
    clock,
    log,
  });
  stops.push(() => consumer.stop());
  await stranger.send([{ id: 'a', body: JSON.stringify(item('forged')) }]);
  await ours.send([{ id: 'b', body: JSON.stringify(item('genuine')) }]);
  await eventually(() => expect([done, aside]).toEqual([['genuine'], ['it is not signed by this installation']]));
}, 30_000);

test('what the queue has given up is set aside too, once it was received too often', async () => {
  const queue = await queueUnderTest();
  const aside: SetAside[] = [];
  await queue.send([{ id: 'a', body: JSON.stringify(item('hopeless')) }]);
  await receiveInVain(queue, 10);
  const consumer = consumeWork({
    queue,
    handle: async () => undefined,
    setAside: async (message) => void aside.push(message),
    deadEveryMs: 50,
    clock,
    log,
  });
  stops.push(() => consumer.stop());
  await eventually(() => expect(aside).toHaveLength(1), { timeoutMs: 20_000 });
  expect(aside).toEqual([
    { body: JSON.stringify(item('hopeless')), genuine: true, reason: 'It was received 10 times and never stored.' },
  ]);
  expect(await queue.receiveDead(AbortSignal.timeout(5_000))).toEqual([]);
}, 30_000);

async function receiveInVain(queue: WorkQueue, times: number): Promise<void> {
  for (let received = 0; received < times;) {
    for (const message of await queue.receive(AbortSignal.timeout(15_000))) {
      received = message.receiveCount;
      await message.retryIn(0);
    }
  }
}

test('a queue server that takes a request and stays silent is given up on', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    silent.closeAllConnections();
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  const queue = await connectQueue(
    {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      queueName: 'work',
      queueUrl: `http://127.0.0.1:${port}/work`,
      secret: 'x',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    },
    log,
  );
  stops.push(async () => queue.close());
  await expect(queue.send([{ id: 'a', body: '{}' }])).rejects.toThrow(/tim/iu);
}, 30_000);
