/**
 * How fast events leave the outbox and reach a handler's commit, on both profiles, beside bare kafkajs on the same broker:
 * the same number of messages, in batches of the same size, into a consumer that only counts.
 */
import { planKafka, planMariaDb, ensureFolders } from '@tablekeep/cluster/servers';
import { ManagedProcess } from '@tablekeep/cluster/managed-process';
import { startWatchdog } from '@tablekeep/cluster/watchdog';
import { connectKafka, createInProcessBus, createTopics, type EventBus } from '@tablekeep/platform/bus';
import { systemClock as clock } from '@tablekeep/platform/clock';
import { createSchema, migrate, openDatabase, type DatabaseConfig } from '@tablekeep/platform/database';
import { consume } from '@tablekeep/platform/inbox';
import { createLogger } from '@tablekeep/platform/logging';
import { nameOutbox, recordEvent, startRelays } from '@tablekeep/platform/outbox';
import { Kafka, logLevel } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { median, quantile, rounded } from './statistics.ts';

const EVENTS = 5_000;
const BATCH = 200;
const SINGLE = 300;
const BETWEEN_MS = 5;
const TYPE = 'dev.tablekeep.policy.changed.v1';
const TOPIC = 'tablekeep.policy';
const log = createLogger({ service: 'bench', level: 'silent' });
const model = { name: 'bench', entities: [], migrations: [] };

type Figures = { drainPerSecond: number; latencyMs: number[] };
type Servers = { broker: string; mysql: string; folder: string };

export async function run(runs: number): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'tablekeep-bench-'));
  const watchdog = startWatchdog();
  const place = {
    folder,
    logs: join(folder, 'logs'),
    jarCache: process.env['TABLEKEEP_JAR_CACHE'] ?? join(homedir(), '.cache', 'tablekeep', 'jars'),
    mavenRepository: process.env['MAVEN_REPOSITORY'] ?? 'https://repo1.maven.org/maven2',
  };
  await ensureFolders(place.logs);
  const [kafka, mariadb] = await Promise.all([planKafka(place), planMariaDb(place)]);
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
  const servers = [kafka.plan, mariadb.plan].map((plan) => new ManagedProcess({ ...plan, env }, watchdog));
  await Promise.all(servers.map((server) => server.start()));
  await createTopics({ brokers: [kafka.broker], clientId: 'bench' }, 1, log);
  const where: Servers = { broker: kafka.broker, mysql: mariadb.url, folder };

  const measured: Record<'embedded' | 'cluster' | 'kafkajs', Figures[]> = { embedded: [], cluster: [], kafkajs: [] };
  try {
    for (let i = 0; i < runs; i++) {
      // Taken in turn, so that a slow spell of the machine strikes all three.
      measured.kafkajs.push(await bare(where));
      measured.cluster.push(await profile(where, 'cluster'));
      measured.embedded.push(await profile(where, 'embedded'));
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    watchdog.stop();
    await rm(folder, { recursive: true, force: true });
  }
  const summary = Object.fromEntries(Object.entries(measured).map(([name, all]) => [name, summarise(all)]));
  const floor = median(measured.kafkajs.map((one) => one.drainPerSecond));
  return {
    runs,
    events: EVENTS,
    ...summary,
    drainOfBareKafkajs: {
      cluster: rounded(median(measured.cluster.map((one) => one.drainPerSecond)) / floor),
      embedded: rounded(median(measured.embedded.map((one) => one.drainPerSecond)) / floor),
    },
  };
}

function summarise(all: readonly Figures[]) {
  return {
    drainPerSecond: rounded(median(all.map((one) => one.drainPerSecond))),
    latencyMsP50: rounded(median(all.map((one) => quantile(one.latencyMs, 0.5)))),
    latencyMsP99: rounded(median(all.map((one) => quantile(one.latencyMs, 0.99)))),
  };
}

/** Outbox → bus → inbox, each on a database of its own, as the services have it. */
async function profile(where: Servers, kind: 'embedded' | 'cluster'): Promise<Figures> {
  const id = randomUUID().slice(0, 8);
  const database = async (of: string): Promise<DatabaseConfig> => {
    if (kind === 'embedded') return { kind: 'sqlite', file: join(where.folder, `${id}-${of}.sqlite`) };
    const config = { kind: 'mysql', url: `${where.mysql}/bench_${id}_${of}` } as const;
    await createSchema(config);
    await migrate(config, model);
    return config;
  };
  const [from, to] = [
    await openDatabase(await database('from'), model),
    await openDatabase(await database('to'), model),
  ];
  const bus: EventBus =
    kind === 'embedded'
      ? createInProcessBus(log)
      : await connectKafka({ brokers: [where.broker], clientId: 'bench' }, clock, log);
  nameOutbox(from, 'policy', 'EMULATED');
  const heard = new Map<string, number>();
  const consumer = await consume({
    db: to,
    bus,
    name: `bench-${id}`,
    topics: [TOPIC],
    handlers: {
      [TYPE]: async (_tx, event) => {
        if (event.subject.startsWith(id)) heard.set(event.subject, performance.now());
      },
    },
    clock,
    log,
  });
  const data = { policyId: 'p', name: 'n', enabled: true, deleted: false };
  const say = (subject: string) =>
    from.transaction((tx) => recordEvent(from, tx, { type: TYPE, subject, data }).then(() => undefined));
  for (let i = 0; i < EVENTS; i += BATCH) {
    await from.transaction(async (tx) => {
      for (let n = i; n < i + BATCH; n++) await recordEvent(from, tx, { type: TYPE, subject: `${id}-${n}`, data });
    });
  }
  const begun = performance.now();
  const relays = await startRelays({ db: from, bus, source: 'policy', clock, log });
  await until(() => heard.size >= EVENTS);
  const drainPerSecond = (EVENTS / (performance.now() - begun)) * 1_000;

  const committed = new Map<string, number>();
  for (let i = 0; i < SINGLE; i++) {
    const subject = `${id}-single-${i}`;
    await say(subject);
    committed.set(subject, performance.now());
    await wait(BETWEEN_MS);
  }
  await until(() => heard.size >= EVENTS + SINGLE);
  const latencyMs = [...committed].map(([subject, at]) => Math.max(0, (heard.get(subject) ?? Number.NaN) - at));
  await consumer.stop();
  await relays.stop();
  await bus.close();
  await from.close();
  await to.close();
  return { drainPerSecond, latencyMs };
}

/** The floor: nothing is stored, nothing is remembered. */
async function bare(where: Servers): Promise<Figures> {
  const kafka = new Kafka({ brokers: [where.broker], logLevel: logLevel.NOTHING });
  const topic = `bench-${randomUUID().slice(0, 8)}`;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: 6, replicationFactor: 1 }] });
  const isLed = () =>
    admin.fetchTopicMetadata({ topics: [topic] }).then(
      ({ topics }) => topics.every((one) => one.partitions.every(({ leader }) => leader >= 0)),
      () => false,
    );
  while (!(await isLed())) await wait(20);
  await admin.disconnect();
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const consumer = kafka.consumer({ groupId: topic });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const heard = new Map<string, number>();
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const { key } of batch.messages) heard.set(String(key), performance.now());
    },
  });
  const value = JSON.stringify({ policyId: 'p', name: 'n', enabled: true, deleted: false });
  const send = (keys: readonly string[]) =>
    producer.send({ topic, acks: -1, messages: keys.map((key) => ({ key, value })) });
  // As the others: the consumer has joined its group before the clock starts.
  await send(['first']);
  await until(() => heard.has('first'));
  const begun = performance.now();
  for (let i = 0; i < EVENTS; i += BATCH) await send(Array.from({ length: BATCH }, (_, n) => String(i + n)));
  await until(() => heard.size > EVENTS);
  const drainPerSecond = (EVENTS / (performance.now() - begun)) * 1_000;
  const latencyMs: number[] = [];
  for (let i = 0; i < SINGLE; i++) {
    const key = `single-${i}`;
    const at = performance.now();
    await send([key]);
    await until(() => heard.has(key));
    latencyMs.push((heard.get(key) ?? Number.NaN) - at);
    await wait(BETWEEN_MS);
  }
  await consumer.disconnect();
  await producer.disconnect();
  return { drainPerSecond, latencyMs };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(1);
}
