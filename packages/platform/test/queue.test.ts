import { afterEach, expect, test } from '@jest/globals';
import type { WorkItem } from '@tablekeep/schema/work-items';
import { eventually } from '@tablekeep/testkit/eventually';
import { availableEngines } from '@tablekeep/testkit/engines';
import { startFauxqs } from 'fauxqs';
import { pino } from 'pino';
import { createInProcessBus } from '../src/bus/index.ts';
import { systemClock as clock } from '../src/clock/index.ts';
import { openDatabase } from '../src/database/index.ts';
import { nameOutbox, recordWork, startRelays } from '../src/outbox/index.ts';
import { connectQueue, consumeWork, type WorkQueue } from '../src/queue/index.ts';

const log = pino({ level: 'silent' });
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function queueUnderTest(): Promise<WorkQueue> {
  const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  stops.push(() => server.stop());
  const queue = await connectQueue(
    {
      endpoint: `http://127.0.0.1:${server.port}`,
      region: 'us-east-1',
      queueName: 'work',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    },
    log,
  );
  stops.push(async () => queue.close());
  return queue;
}

const item = (taskId: string, reason = 'test'): WorkItem => ({
  type: 'CANCEL',
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
    onUnreadable: async () => undefined,
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
    onUnreadable: async (body, reason) => void unreadable.push(`${body}: ${reason}`),
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
