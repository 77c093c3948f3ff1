import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectKafka, createTopics, type EventBus } from '@tablekeep/platform/bus';
import { systemClock as clock } from '@tablekeep/platform/clock';
import { createLogger } from '@tablekeep/platform/logging';
import { docOf } from '@tablekeep/schema/event-docs';
import type { EventEnvelope, EventType, Topic } from '@tablekeep/schema/events';
import { eventually } from '@tablekeep/testkit/eventually';
import { startSubscriber } from '@tablekeep/testkit/subscriber-process';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagedProcess } from '../src/managed-process.ts';
import { ensureFolders, planKafka } from '../src/servers.ts';
import { startWatchdog } from '../src/watchdog.ts';

const FINISHED = 'dev.tablekeep.session.finished.v1';
const log = createLogger({ service: 'test', level: 'silent' });
const watchdog = startWatchdog();
let folder: string;
let server: ManagedProcess;
let broker: string;
let bus: EventBus;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablekeep-subscriber-'));
  const place = {
    folder,
    logs: join(folder, 'logs'),
    jarCache: process.env['TABLEKEEP_JAR_CACHE'] ?? join(homedir(), '.cache', 'tablekeep', 'jars'),
    mavenRepository: process.env['MAVEN_REPOSITORY'] ?? 'https://repo1.maven.org/maven2',
  };
  await ensureFolders(place.logs);
  const planned = await planKafka(place);
  broker = planned.broker;
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
  server = new ManagedProcess({ ...planned.plan, env }, watchdog);
  await server.start();
  await createTopics({ brokers: [broker], clientId: 'test' }, 1, log);
  bus = await connectKafka({ brokers: [broker], clientId: 'test' }, clock, log);
}, 120_000);
afterAll(async () => {
  await bus.close();
  await server.stop();
  watchdog.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const event = (type: EventType, id: string): { topic: Topic; event: EventEnvelope } => ({
  topic: 'tablekeep.session',
  event: {
    id,
    type,
    source: 'session',
    subject: id,
    time: '2026-01-31T05:00:00.000Z',
    correlationid: id,
    environment: 'EMULATED',
    data: docOf(type)!.examples[0].data,
  } as EventEnvelope,
});
const finished = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => event(FINISHED, `finished-${from + i}`));

test('a program with nothing of ours reads events from Kafka by their published form, and misses none when it is killed', async () => {
  const env = { KAFKA_BROKERS: broker, GROUP_ID: 'somebody-elses', TYPES: 'dev.tablekeep.session.finished.' };
  const run = () => startSubscriber(process.execPath, ['subscriber-node/kafka.mjs', 'tablekeep.session'], env);
  const first = run();
  let second: ReturnType<typeof run> | null = null;
  try {
    await bus.publish(finished(0, 30));
    await bus.publish([event('dev.tablekeep.session.changed.v1', 'changed'), ...finished(25, 30)]);
    await eventually(() => expect(first.events()).toHaveLength(30), { timeoutMs: 40_000 });
    const [one] = first.events();
    expect(one).toEqual({
      id: one!.id,
      type: FINISHED,
      source: 'session',
      subject: one!.id,
      time: '2026-01-31T05:00:00.000Z',
      environment: 'EMULATED',
      data: docOf(FINISHED)!.examples[0].data,
    });
    await first.kill();
    await bus.publish(finished(30, 60));
    second = run();
    const wanted = new Set(finished(0, 60).map((sent) => sent.event.id));
    await eventually(
      () => expect(new Set([...first.events(), ...second!.events()].map(({ id }) => id))).toEqual(wanted),
      { timeoutMs: 60_000 },
    );
  } finally {
    await first.kill();
    await second?.kill();
  }
}, 150_000);
