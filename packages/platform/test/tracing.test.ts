import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { startOtlpReceiver, type OtlpReceiver } from '@tablekeep/testkit/otlp-receiver';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { createInProcessBus } from '../src/bus/index.ts';
import { systemClock as clock } from '../src/clock/index.ts';
import { parseEnv } from '../src/config/index.ts';
import { migrate, openDatabase } from '../src/database/index.ts';
import { consume, type Handlers } from '../src/inbox/index.ts';
import { createLogger } from '../src/logging/index.ts';
import { nameOutbox, recordEvent, startRelays } from '../src/outbox/index.ts';
import { continueTrace, inSpan, startTracing, tracingConfig, tracingEnvironment } from '../src/tracing/index.ts';

const log = pino({ level: 'silent' });
const model = { name: 'tracing', entities: [], migrations: [] };
const TYPE = 'dev.tablekeep.policy.changed.v1';
const ROOT = { service: 'gateway', name: 'test', kind: 'server' } as const;
/** Of somebody else's trace, recorded there or not. */
const FOREIGN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';

const stops: (() => Promise<unknown>)[] = [];
let collector: OtlpReceiver;
beforeEach(async () => {
  collector = await startOtlpReceiver();
  stops.push(() => collector.stop());
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const settings = (env: Readonly<Record<string, string>>) => tracingConfig(parseEnv(tracingEnvironment, env));

/** `told`: stops tracing, which tells what is left; gives names of spans. */
function trace(env: Readonly<Record<string, string>> = {}) {
  const config = settings({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env });
  const tracing = startTracing(config!, 'EMULATED', log);
  stops.push(() => tracing.stop());
  return {
    told: async (): Promise<string[]> => {
      await tracing.stop();
      return collector.spans().map(({ name }) => name);
    },
  };
}

const engines = await availableEngines();

async function station(handlers: Handlers, engine = engines[0]!) {
  const config = await engine.freshDatabase();
  await migrate(config, model);
  const db = await openDatabase(config, model);
  stops.push(() => db.close());
  nameOutbox(db, 'policy', 'EMULATED');
  const bus = createInProcessBus(log);
  const consumer = await consume({ db, bus, name: 'session', topics: ['tablekeep.policy'], handlers, clock, log });
  stops.push(() => consumer.stop());
  const say = (name: string, after: () => Promise<void> = async () => undefined) =>
    db.transaction(async (tx) => {
      const data = { policyId: name, name, enabled: true, deleted: false };
      await recordEvent(db, tx, { type: TYPE, subject: name, data });
      await after();
    });
  const relay = async () => {
    const relays = await startRelays({ db, bus, source: 'policy', clock, log });
    stops.push(() => relays.stop());
    await relays.drained();
  };
  return { db, say, relay };
}

describe('settings', () => {
  test('without a collector there are no traces, nor where the SDK is disabled', () => {
    expect(settings({})).toBeNull();
    expect(settings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' })).toBeNull();
  });

  test('traces go to /v1/traces under the base address, or to the whole address that is given', () => {
    expect(settings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/otlp/' })?.url).toBe('http://c:4318/otlp/v1/traces');
    expect(settings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/here' })?.url).toBe('https://c/here');
  });

  test('what cannot be is refused, all of it at once, with what would be right', () => {
    const wrong = () =>
      settings({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_TRACES_SAMPLER: 'sometimes',
        OTEL_TRACES_SAMPLER_ARG: '2',
        OTEL_EXPORTER_OTLP_HEADERS: 'the-key-alone',
        OTEL_RESOURCE_ATTRIBUTES: 'team=%zz',
      });
    expect(wrong).toThrow(/OTEL_EXPORTER_OTLP_ENDPOINT: Invalid URL/u);
    expect(wrong).toThrow(/OTEL_EXPORTER_OTLP_PROTOCOL: only http\/json is spoken/u);
    expect(wrong).toThrow(/OTEL_TRACES_SAMPLER: .*parentbased_traceidratio/u);
    expect(wrong).toThrow(/OTEL_TRACES_SAMPLER_ARG: .*<=1/u);
    expect(wrong).toThrow(/OTEL_EXPORTER_OTLP_HEADERS: it reads name=value,name=value/u);
    expect(wrong).toThrow(/OTEL_RESOURCE_ATTRIBUTES: it reads name=value,name=value/u);
    expect(wrong).not.toThrow(/the-key-alone/u);
  });
});

describe.each(engines)('events on %s', (engine) => {
  test('keep their trace in the outbox: who relays them later, and who handles them, goes on with it', async () => {
    const tracing = trace();
    const names: string[] = [];
    const { say, relay } = await station({ [TYPE]: async (_tx, { data }) => void names.push(data.name) }, engine);
    await inSpan(ROOT, () => say('kept'));
    await relay();
    expect(names).toEqual(['kept']);
    expect(await tracing.told()).toContain('process tablekeep.policy');

    const [root, created, processed] = ['test', 'create tablekeep.policy', 'process tablekeep.policy'].map((name) =>
      collector.spans().find((span) => span.name === name),
    );
    expect(root).toMatchObject({ parentSpanId: '', kind: 'server', service: 'tablekeep-gateway' });
    const { traceId } = root!;
    const attributes = { 'cloudevents.event_type': TYPE, 'cloudevents.event_subject': 'kept' };
    expect(created).toMatchObject({ traceId, parentSpanId: root!.spanId, kind: 'producer', attributes });
    expect(processed).toMatchObject({
      traceId,
      parentSpanId: created!.spanId,
      kind: 'consumer',
      service: 'tablekeep-session',
    });
  }, 30_000);

  test('of a transaction that rolls back are not told of', async () => {
    const tracing = trace();
    const { say } = await station({}, engine);
    const undone = inSpan(ROOT, () =>
      say('undone', async () => {
        throw new RangeError('no');
      }),
    );
    await expect(undone).rejects.toThrow('no');
    expect(await tracing.told()).toEqual(['test']);
    expect(collector.spans()[0]).toMatchObject({ failed: true, attributes: { 'error.type': 'RangeError' } });
  }, 30_000);
});

test('where nobody traces, nothing is stored with an event and nothing is sent', async () => {
  const { db, say } = await station({});
  await inSpan(ROOT, () => continueTrace(`${FOREIGN}-01`, () => say('plain')));
  expect(await db.reader.query('SELECT traceparent FROM outbox')).toEqual([{ traceparent: null }]);
  expect(collector.bodies()).toEqual([]);
});

test('a handler that fails is seen as failed, and the try that works as another', async () => {
  const tracing = trace();
  let tries = 0;
  const { say, relay } = await station({
    [TYPE]: async () => {
      if (++tries === 1) throw new TypeError('the text of an error is nobody’s business');
    },
  });
  await say('twice');
  await relay();
  await tracing.told();
  const processed = collector.spans().filter(({ name }) => name === 'process tablekeep.policy');
  expect(processed.map(({ failed }) => failed)).toEqual([true, false]);
  expect(processed[0]?.attributes['error.type']).toBe('TypeError');
  expect(collector.bodies().join('')).not.toContain('nobody');
}, 20_000);

test('the sampler decides about new traces, and whoever began a trace about that one', async () => {
  const tracing = trace({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' });
  await inSpan({ ...ROOT, name: 'new' }, async () => undefined);
  await inSpan({ ...ROOT, name: 'recorded elsewhere', parent: `${FOREIGN}-01` }, async () => undefined);
  await inSpan({ ...ROOT, name: 'not recorded elsewhere', parent: `${FOREIGN}-00` }, async () => undefined);
  expect(await tracing.told()).toEqual(['recorded elsewhere']);
});

test('what is no traceparent begins a new trace, or none', async () => {
  const tracing = trace();
  await inSpan({ ...ROOT, name: 'begun', parent: '00-nonsense' }, async () => undefined);
  await inSpan(
    { ...ROOT, name: 'not begun', parent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, neverFirst: true },
    () => Promise.resolve(),
  );
  expect(await tracing.told()).toEqual(['begun']);
  expect(collector.spans()[0]?.parentSpanId).toBe('');
});

test('a name of the operator’s own replaces that of the service', async () => {
  const tracing = trace({ OTEL_SERVICE_NAME: 'backups-eu' });
  await inSpan(ROOT, async () => undefined);
  await tracing.told();
  expect(collector.spans()[0]?.service).toBe('backups-eu');
});

test('a collector gets the headers that it asks for, and what the operator says of the process', async () => {
  const tracing = trace({
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a%2Cb==, x-tenant=backups',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod,team=storage',
  });
  await inSpan(ROOT, async () => undefined);
  await tracing.told();
  expect(collector.headers()).toMatchObject([{ authorization: 'Bearer a,b==', 'x-tenant': 'backups' }]);
  expect(collector.spans()[0]?.resource).toMatchObject({ 'deployment.environment.name': 'prod', team: 'storage' });
});

test('lines of the log name the trace and the span that they belong to', async () => {
  trace();
  const lines: string[] = [];
  const destination = new Writable({ write: (chunk, _encoding, done) => (lines.push(String(chunk)), done()) });
  const logger = createLogger({ service: 'test', destination });
  logger.info('outside');
  await inSpan({ ...ROOT, parent: `${FOREIGN}-01` }, async ({ traceparent }) => {
    logger.info('inside');
    const [, trace_id, span_id] = traceparent!.split('-');
    expect(JSON.parse(lines[1]!)).toMatchObject({ trace_id, span_id });
    expect(trace_id).toBe(FOREIGN.split('-')[1]);
  });
  expect(JSON.parse(lines[0]!)).not.toHaveProperty('trace_id');
});
