import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectKafka, createTopics, groupOf, topicSettings, type EventBus } from '@tablekeep/platform/bus';
import { systemClock as clock } from '@tablekeep/platform/clock';
import { migrate, openDatabase, type Database, type DatabaseConfig } from '@tablekeep/platform/database';
import { parseEnv } from '@tablekeep/platform/config';
import { consume } from '@tablekeep/platform/inbox';
import { createLogger } from '@tablekeep/platform/logging';
import { nameOutbox, recordEvent, startRelays } from '@tablekeep/platform/outbox';
import { kafkaConfig, kafkaEnvironment, parseSettings } from '@tablekeep/platform/process';
import { inSpan, startTracing, tracingConfig, tracingEnvironment } from '@tablekeep/platform/tracing';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { availableEngines } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { startOtlpReceiver } from '@tablekeep/testkit/otlp-receiver';
import { Kafka, logLevel } from 'kafkajs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagedProcess } from '../src/managed-process.ts';
import { ensureFolders, planKafka, type SecureListener } from '../src/servers.ts';
import { startWatchdog } from '../src/watchdog.ts';

const TYPE = 'dev.tablekeep.policy.changed.v1';
const TOPIC = 'tablekeep.policy';
const log = createLogger({ service: 'test', level: 'silent' });
const model = {
  name: 'kafka',
  entities: [],
  migrations: [
    {
      id: '202611230100-effect',
      up: (d: { varchar(n: number): string; bigint: string }) =>
        `CREATE TABLE IF NOT EXISTS effect (at ${d.bigint} NOT NULL AUTO_INCREMENT PRIMARY KEY, subject ${d.varchar(80)} NOT NULL, what ${d.varchar(80)} NOT NULL)`,
    },
  ],
};

const mariadb = (await availableEngines()).find((engine) => engine.name === 'MariaDB');
const watchdog = startWatchdog();
let folder: string;
let server: ManagedProcess;
let broker: string;
let secure: SecureListener;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablekeep-kafka-'));
  const place = {
    folder,
    logs: join(folder, 'logs'),
    jarCache: process.env['TABLEKEEP_JAR_CACHE'] ?? join(homedir(), '.cache', 'tablekeep', 'jars'),
    mavenRepository: process.env['MAVEN_REPOSITORY'] ?? 'https://repo1.maven.org/maven2',
  };
  await ensureFolders(place.logs);
  const planned = await planKafka(place, { secure: true });
  broker = planned.broker;
  secure = planned.secure!;
  server = new ManagedProcess(
    { ...planned.plan, env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' } },
    watchdog,
  );
  await server.start();
}, 120_000);
afterAll(async () => {
  await server.stop();
  watchdog.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

let database: DatabaseConfig;
let name: string;
const stops: (() => Promise<unknown>)[] = [];
let count = 0;
beforeEach(async () => {
  name = `test-${++count}`;
  database = await mariadb!.freshDatabase();
  await migrate(database, model);
  await createTopics({ brokers: [broker], clientId: 'test' }, 1, log);
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function connect(sessionTimeoutMs = 6_000): Promise<EventBus> {
  const config = { brokers: [broker], clientId: 'test', sessionTimeoutMs, rebalanceTimeoutMs: 3_000 };
  const bus = await connectKafka(config, clock, log);
  stops.push(() => bus.close());
  return bus;
}
async function open(): Promise<Database> {
  const db = await openDatabase(database, model);
  stops.push(() => db.close());
  return db;
}

const said = (
  subject: string,
  what: string,
  id = `${name} ${subject} ${what}`.slice(0, 36),
): { topic: string; event: EventEnvelope<typeof TYPE> } => ({
  topic: TOPIC,
  event: {
    id,
    type: TYPE,
    source: 'policy',
    subject: `${name}:${subject}`,
    time: '2026-01-31T00:00:00.000Z',
    correlationid: id,
    environment: 'EMULATED',
    data: { policyId: subject, name: what, enabled: true, deleted: false },
  },
});

/** A replica that writes what it hears of this test into the database. `before`: what happens before each effect. */
async function replica(before: (event: EventEnvelope<typeof TYPE>) => Promise<void> = async () => undefined) {
  const [bus, db] = [await connect(), await open()];
  const consumer = await consume({
    db,
    bus,
    name,
    topics: [TOPIC],
    handlers: {
      [TYPE]: async (tx, event) => {
        if (!event.subject.startsWith(`${name}:`)) return;
        await before(event);
        await tx.query('INSERT INTO effect (subject, what) VALUES (?, ?)', [event.subject, event.data.name]);
      },
    },
    clock,
    log,
  });
  stops.push(() => consumer.stop());
  return { bus, db };
}

async function effects(db: Database): Promise<Map<string, string[]>> {
  const rows = await db.reader.query<{ subject: string; what: string }[]>(
    'SELECT subject, what FROM effect ORDER BY at',
  );
  const bySubject = new Map<string, string[]>();
  for (const { subject, what } of rows) {
    const key = subject.slice(name.length + 1);
    bySubject.set(key, [...(bySubject.get(key) ?? []), what]);
  }
  return bySubject;
}

test('topics are made as stated, and left alone when they are there', async () => {
  expect(await createTopics({ brokers: [broker], clientId: 'test' }, 1, log)).toEqual([]);
  const admin = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const wanted = topicSettings(1).find(({ topic }) => topic === TOPIC)!;
    const { topics } = await admin.fetchTopicMetadata({ topics: [TOPIC] });
    expect(topics[0]?.partitions).toHaveLength(wanted.numPartitions);
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: TOPIC, configNames: wanted.configEntries.map((entry) => entry.name) }],
    });
    const found = resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted.configEntries.map((e) => [e.name, e.value])));
  } finally {
    await admin.disconnect();
  }
});

test('replicas share the work: every event has one effect, in the order of its subject, and nothing lags behind', async () => {
  const one = await replica();
  const two = await replica();
  const subjects = Array.from({ length: 20 }, (_, i) => `s${i}`);
  for (let round = 0; round < 20; round++) {
    const events = subjects.map((subject) => said(subject, String(round)));
    await one.bus.publish(events);
    // A relay that died between publishing and deleting says it all again.
    if (round % 5 === 0) await two.bus.publish(events);
  }
  const expected = Array.from({ length: 20 }, (_, i) => String(i));
  await eventually(
    async () => expect(await effects(one.db)).toEqual(new Map(subjects.map((subject) => [subject, expected]))),
    { timeoutMs: 30_000 },
  );
  await eventually(async () => {
    const lags = await one.bus.lag();
    expect(lags.length).toBeGreaterThan(0);
    expect(lags.every(({ lag }) => lag === 0)).toBe(true);
  });
}, 60_000);

test('a replica that leaves hands its partitions on', async () => {
  const one = await replica();
  const two = await replica();
  const subjects = Array.from({ length: 12 }, (_, i) => `s${i}`);
  await one.bus.publish(subjects.map((subject) => said(subject, 'before')));
  await eventually(async () => expect((await effects(one.db)).size).toBe(12), { timeoutMs: 30_000 });
  await two.bus.close();
  await one.bus.publish(subjects.map((subject) => said(subject, 'after')));
  await eventually(
    async () => expect([...(await effects(one.db)).values()].every((all) => all.join() === 'before,after')).toBe(true),
    { timeoutMs: 30_000 },
  );
}, 60_000);

test('a database that is away holds partitions back; the events come again and have their effect once it is there', async () => {
  let away = true;
  const { bus, db } = await replica(async () => {
    if (away) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  });
  await bus.publish(['a', 'b', 'c'].map((subject) => said(subject, 'held')));
  await eventually(async () => {
    const lags = await bus.lag();
    expect(lags.reduce((sum, { lag }) => sum + lag, 0)).toBeGreaterThanOrEqual(3);
  });
  // Longer than the inbox waits by itself: by then the partitions pause.
  await clock.sleep(7_000);
  away = false;
  await eventually(async () => expect((await effects(db)).size).toBe(3), { timeoutMs: 40_000 });
  const dead = await db.reader.query<unknown[]>('SELECT 1 FROM dead_event');
  expect(dead).toEqual([]);
}, 90_000);

test('a replica that was put out of the group while it worked goes on consuming afterwards', async () => {
  let slow = true;
  const one = await replica(async () => {
    // Longer than the group waits for a member to join again.
    if (slow) await clock.sleep(8_000);
    slow = false;
  });
  await one.bus.publish([said('slow', 'first')]);
  await eventually(async () => expect((await one.bus.lag()).some(({ lag }) => lag > 0)).toBe(true));
  const two = await replica();
  await eventually(async () => expect((await effects(one.db)).get('slow')).toEqual(['first']), { timeoutMs: 30_000 });
  await two.bus.close();
  const subjects = Array.from({ length: 12 }, (_, i) => `s${i}`);
  const sender = await connect();
  await sender.publish(subjects.map((subject) => said(subject, 'later')));
  await eventually(async () => expect((await effects(one.db)).size).toBe(13), { timeoutMs: 40_000 });
}, 120_000);

test('an event carries its trace: other consumers find it in the headers, ours goes on with it', async () => {
  const collector = await startOtlpReceiver();
  stops.push(() => collector.stop());
  const config = tracingConfig(parseEnv(tracingEnvironment, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }));
  const tracing = startTracing(config!, 'EMULATED', log);
  stops.push(() => tracing.stop());
  const { bus, db } = await replica();
  nameOutbox(db, 'policy', 'EMULATED');
  const other = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).consumer({ groupId: `${name} other` });
  stops.push(() => other.disconnect());
  await other.subscribe({ topics: [TOPIC], fromBeginning: true });
  const seen: Record<string, string | undefined>[] = [];
  await other.run({
    eachMessage: async ({ message: { key, headers } }) => {
      if (key?.toString() !== `${name}:traced`) return;
      seen.push(
        Object.fromEntries(Object.entries(headers ?? {}).map(([header, value]) => [header, value?.toString()])),
      );
    },
  });
  const relays = await startRelays({ db, bus, source: 'policy', clock, log });
  stops.push(() => relays.stop());
  const began = await inSpan({ service: 'gateway', name: 'began', kind: 'server' }, async ({ traceparent }) => {
    const { data } = said('traced', 'traced').event;
    await db.transaction((tx) => recordEvent(db, tx, { type: TYPE, subject: `${name}:traced`, data }));
    return traceparent!;
  });
  await eventually(async () => expect((await effects(db)).get('traced')).toEqual(['traced']), { timeoutMs: 30_000 });
  await eventually(() => expect(seen).toHaveLength(1), { timeoutMs: 30_000 });
  await tracing.stop();

  const [, traceId] = began.split('-');
  const spanOf = (what: string) =>
    collector.spans().find((span) => span.name === `${what} ${TOPIC}` && span.traceId === traceId);
  const [created, sent, processed] = [spanOf('create'), spanOf('send'), spanOf('process')];
  const traceparent = `00-${traceId}-${created!.spanId}-01`;
  expect(seen).toEqual([expect.objectContaining({ traceparent, ce_traceparent: traceparent })]);
  expect(sent).toMatchObject({ kind: 'client', parentSpanId: created!.spanId, service: 'tablekeep-policy' });
  expect(processed).toMatchObject({
    kind: 'consumer',
    parentSpanId: created!.spanId,
    attributes: { 'messaging.system': 'kafka', 'messaging.consumer.group.name': name },
  });
}, 120_000);

test('a plan of many large parts under one key is told in full', async () => {
  const { bus, db } = await replica();
  nameOutbox(db, 'policy', 'EMULATED');
  const names = Array.from({ length: 12 }, (_, i) => String(i).padEnd(80, 'x'));
  await db.transaction(async (tx) => {
    for (const part of names) {
      const data = { policyId: 'x'.repeat(195_000), name: part, enabled: true, deleted: false };
      await recordEvent(db, tx, { type: TYPE, subject: `${name}:large`, data });
    }
  });
  const relays = await startRelays({ db, bus, source: 'policy', clock, log });
  stops.push(() => relays.stop());
  await eventually(async () => expect((await effects(db)).get('large')).toEqual(names), { timeoutMs: 30_000 });
  await relays.drained();
}, 60_000);

test('while the broker is away publishing fails in time; once it is back, what waited is told', async () => {
  const { bus, db } = await replica();
  nameOutbox(db, 'policy', 'EMULATED');
  const relays = await startRelays({ db, bus, source: 'policy', clock, log });
  stops.push(() => relays.stop());
  await server.stop();
  await db.transaction((tx) =>
    recordEvent(db, tx, { type: TYPE, subject: `${name}:kept`, data: said('kept', 'kept').event.data }),
  );
  await expect(bus.publish([said('lost', 'never')])).rejects.toThrow();
  await server.start();
  await eventually(async () => expect((await effects(db)).get('kept')).toEqual(['kept']), { timeoutMs: 60_000 });
}, 120_000);

describe('a relay that is frozen with the gate in its hand', () => {
  test('loses it with its connection, and another replica goes on', async () => {
    const [frozen, other] = [await open(), await open()];
    const bus = await connect();
    for (const db of [frozen, other]) nameOutbox(db, 'policy', 'EMULATED');
    let reached: () => void = () => undefined;
    const inItsHand = new Promise<void>((resolve) => (reached = resolve));
    const hanging: EventBus = {
      ...bus,
      publish: () => {
        reached();
        return new Promise(() => undefined);
      },
    };
    await frozen.transaction((tx) =>
      recordEvent(frozen, tx, { type: TYPE, subject: `${name}:gate`, data: said('gate', 'x').event.data }),
    );
    await startRelays({ db: frozen, bus: hanging, source: 'policy', clock, log });
    await inItsHand;
    const relays = await startRelays({ db: other, bus, source: 'policy', clock, log });
    stops.push(() => relays.stop());
    const left = async () => {
      const [row] = await other.reader.query<{ n: unknown }[]>('SELECT COUNT(*) AS n FROM outbox');
      return Number(row?.n);
    };
    expect(await left()).toBe(1);
    await eventually(async () => expect(await left()).toBe(0), { timeoutMs: 25_000 });
  }, 60_000);
});

describe('SASL over TLS', () => {
  const settings = (changes: object = {}) =>
    parseSettings(kafkaEnvironment, {
      KAFKA_BROKERS: secure.broker,
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA_FILE: secure.caFile,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: secure.username,
      KAFKA_SASL_PASSWORD: secure.password,
      ...changes,
    });

  test('a service told the right things is let in, and its events arrive', async () => {
    const { db } = await replica();
    const bus = await connectKafka(kafkaConfig(settings(), 'test'), clock, log);
    stops.push(() => bus.close());
    await bus.publish([said('sealed', 'hello')]);
    await eventually(async () => expect((await effects(db)).get('sealed')).toEqual(['hello']), { timeoutMs: 30_000 });
  }, 60_000);

  test('a wrong password, or an authority that is not trusted, is refused at the start', async () => {
    const wrong = kafkaConfig(settings({ KAFKA_SASL_PASSWORD: 'guess' }), 'test');
    await expect(connectKafka(wrong, clock, log)).rejects.toThrow(/authentication/iu);
    const untrusted = kafkaConfig(settings({ KAFKA_TLS_CA_FILE: undefined }), 'test');
    await expect(connectKafka(untrusted, clock, log)).rejects.toThrow(/self.signed|certificate/iu);
  }, 60_000);

  test('half of a configuration is refused with what is missing', () => {
    const half = { KAFKA_TLS: 'false', KAFKA_SASL_PASSWORD: undefined };
    expect(() => settings(half)).toThrow(/KAFKA_TLS: must be true[\s\S]*KAFKA_SASL_PASSWORD: must be given with/u);
    expect(() => settings({ KAFKA_TLS_CA_FILE: '/nowhere.pem' })).toThrow(/KAFKA_TLS_CA_FILE: cannot be read/u);
  });
});

test('a group has the name that operators look for', () => {
  expect(groupOf('policy')).toBe('tablekeep.policy');
});
