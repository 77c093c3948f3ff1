import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import { startReceiver, type Receiver } from '@tablekeep/testkit/http-receiver';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '@tablekeep/testkit/otlp-receiver';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backupTables, createAirportTable, endOfSession, registerAccount } from '../src/account-under-test.ts';
import { awsJobs } from '../src/aws-jobs.ts';
import { startSite, type PlatformProcess, type Site } from './platform-process.ts';

/** Slow enough that a job is still running when the platform comes back. */
const SPEED = 60;

let collector: OtlpReceiver;
let receiver: Receiver;
let site: Site;
let platform: PlatformProcess;
let accountId: string;
let token: string;

beforeAll(async () => {
  collector = await startOtlpReceiver();
  receiver = await startReceiver();
  site = await startSite(SPEED, {
    platform: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      NOTIFICATION_ALLOWED_NETWORKS: '127.0.0.1/32',
    },
  });
  platform = await site.startPlatform();
  token = (await readFile(join(site.dataDir, 'admin-token'), 'utf8')).trim();
  accountId = await registerAccount(site.owner, platform.graphql);
}, 60_000);
afterAll(async () => {
  await platform.kill();
  await site.stop();
  await collector.stop();
  await receiver.stop();
});

const arnOf = (table: string) => `arn:aws:dynamodb:${HOME}:111122223333:table/${table}`;

async function knownTable(name: string): Promise<void> {
  await createAirportTable(site.owner, name);
  await platform.graphql(
    'mutation ($input: RescanInventoryInput!) { rescanInventory(input: $input) { session { id } } }',
    { input: { accountId } },
  );
  await eventually(async () => {
    const query = 'query ($arn: ARN!) { table(arn: $arn) { arn } }';
    const { table } = await platform.graphql<{ table: object | null }>(query, { arn: arnOf(name) });
    expect(table).not.toBeNull();
  });
}

/** The trace of a session: that of the event of its request. */
function traceOf(sessionId: string): readonly ReceivedSpan[] {
  const requested = collector
    .spans()
    .find(
      ({ attributes, kind }) =>
        kind === 'producer' &&
        attributes['cloudevents.event_type'] === 'dev.tablekeep.session.requested.v1' &&
        attributes['cloudevents.event_subject'] === sessionId,
    );
  return collector.spans().filter(({ traceId }) => traceId === requested?.traceId);
}

/** From the first span down to this one, as `service name`. */
function wayTo(span: ReceivedSpan, trace: readonly ReceivedSpan[]): string[] {
  const parent = trace.find(({ spanId }) => spanId === span.parentSpanId);
  const eventType = span.attributes['cloudevents.event_type'];
  const short = typeof eventType === 'string' ? ` ${eventType.replace(/^dev\.tablekeep\.|\.v1$/gu, '')}` : '';
  return [...(parent ? wayTo(parent, trace) : []), `${span.service.replace('tablekeep-', '')} ${span.name}${short}`];
}

function spanOf(sessionId: string, name: string): ReceivedSpan {
  const span = traceOf(sessionId).find((one) => one.name === name);
  if (!span) throw new Error(`the trace has no span ${name}`);
  return span;
}

const finished = async (sessionId: string): Promise<ReceivedSpan> =>
  eventually(() => {
    const end = traceOf(sessionId).find(
      ({ name, attributes }) =>
        name === 'create tablekeep.session' &&
        attributes['cloudevents.event_type'] === 'dev.tablekeep.session.finished.v1',
    );
    if (!end) throw new Error('the end of the session is not in its trace');
    return end;
  });

test('each try to deliver a message about a session is in the trace of the session, with how it went', async () => {
  await knownTable('Told');
  const { createNotificationChannel: made } = await platform.graphql<{ createNotificationChannel: object }>(
    'mutation ($input: NotificationChannelInput!) { createNotificationChannel(input: $input) { userErrors { message } } }',
    { input: { kind: 'WEBHOOK', name: 'Hook', url: `${receiver.url}/not-for-traces` } },
  );
  expect(made).toEqual({ userErrors: [] });
  const { session } = await backupTables(platform.graphql, { tableArns: [arnOf('Told')], vaultName: VAULT });
  let deliveries = 0;
  receiver.answer((response, { body }) => {
    if (body.includes(`"subject":"${session!.id}"`)) deliveries += 1;
    response.writeHead(deliveries === 1 ? 503 : 200).end();
  });
  await endOfSession(platform.graphql, session!.id, 60_000);
  const tries = await eventually(
    () => {
      const found = traceOf(session!.id).filter(({ name }) => name === 'WEBHOOK delivering');
      expect(found).toHaveLength(2);
      return found;
    },
    { timeoutMs: 30_000 },
  );
  const about = ({ failed, attributes }: ReceivedSpan) => ({
    failed,
    error: attributes['error.type'],
    attempt: attributes['tablekeep.delivery.attempt'],
  });
  expect(tries.map(about)).toEqual([
    { failed: true, error: '503', attempt: 1 },
    { failed: false, error: undefined, attempt: 2 },
  ]);
  for (const one of tries)
    expect(wayTo(one, traceOf(session!.id)).at(-2)).toBe('notification process tablekeep.session session.finished');
}, 120_000);

test('one trace from the mutation through plan, work item, job and catalog to the end of the session', async () => {
  await knownTable('Traced');
  const { session } = await backupTables(platform.graphql, {
    tableArns: [arnOf('Traced')],
    vaultName: VAULT,
    customTags: [{ key: 'why', value: 'not-for-traces' }],
  });
  expect(await endOfSession(platform.graphql, session!.id, 60_000)).toMatchObject({ status: 'SUCCEEDED' });

  const end = await finished(session!.id);
  const trace = traceOf(session!.id);
  expect(wayTo(end, trace)).toEqual([
    'gateway mutation',
    'gateway POST /graphql',
    'session mutation',
    'session create tablekeep.session session.requested',
    'policy process tablekeep.session session.requested',
    'policy create tablekeep.policy session.tasks.planned',
    'session process tablekeep.policy session.tasks.planned',
    'session create work',
    'executor process work',
    'executor BACKUP collecting',
    'executor create tablekeep.task task.succeeded',
    'retention process tablekeep.task task.succeeded',
    'retention create tablekeep.restore-point restore-point.catalogued',
    'session process tablekeep.restore-point restore-point.catalogued',
    'session create tablekeep.session session.finished',
  ]);
  const ways = await eventually(() => {
    const found = traceOf(session!.id).map((span) => wayTo(span, traceOf(session!.id)).join(' > '));
    for (const last of [
      'session POST /internal/resolveTargets > policy POST /internal/resolveTargets > policy POST /internal/lookupVaults > executor POST /internal/lookupVaults',
      'session create work > session send work',
      'executor create tablekeep.task task.started > session process tablekeep.task task.started',
      'session create tablekeep.session session.finished > notification process tablekeep.session session.finished',
    ]) {
      expect(found).toContainEqual(expect.stringMatching(new RegExp(`${last}$`, 'u')));
    }
    return found;
  });
  expect(ways.filter((way) => !way.startsWith('gateway mutation'))).toEqual([]);
  expect(trace.filter(({ failed }) => failed)).toEqual([]);
  const first = trace.find(({ parentSpanId }) => parentSpanId === '');
  expect(first).toMatchObject({
    kind: 'server',
    attributes: { 'graphql.operation.type': 'mutation', 'http.route': '/graphql', 'http.response.status_code': 200 },
    resource: { 'service.namespace': 'tablekeep', 'tablekeep.environment': 'EMULATED' },
  });
}, 120_000);

test('a platform that is killed in the middle of a backup goes on with its trace', async () => {
  await knownTable('Resumed');
  const { session } = await backupTables(platform.graphql, { tableArns: [arnOf('Resumed')], vaultName: VAULT });
  const started = await eventually(
    async () => {
      expect((await awsJobs(site.owner, 'backup')).map(({ tableName }) => tableName)).toContain('Resumed');
      return spanOf(session!.id, 'BACKUP starting');
    },
    { timeoutMs: 60_000, everyMs: 10 },
  );
  await platform.kill();
  platform = await site.startPlatform();
  expect(await endOfSession(platform.graphql, session!.id, 60_000)).toMatchObject({ status: 'SUCCEEDED' });

  const collected = await eventually(() => spanOf(session!.id, 'BACKUP collecting'));
  expect(collected.parentSpanId).toBe(started.parentSpanId);
  expect(collected.resource['service.instance.id']).not.toBe(started.resource['service.instance.id']);
  await finished(session!.id);
}, 120_000);

test('what is found in a trace by whoever reads it: no credential, no variable, and nothing for each resolver', () => {
  const told = collector.bodies().join('\n');
  expect(told).not.toContain(token);
  expect(told).not.toContain('not-for-traces');
  expect(told).not.toContain('Traced');
  const names = new Set(collector.spans().map(({ name }) => name));
  const expected =
    /^(?:query|mutation|POST \/(?:graphql|internal\/[a-zA-Z]+)|(?:create|send|process) (?:work|tablekeep\.[a-z-]+)|[A-Z]+ [a-z]+)$/u;
  expect([...names].filter((name) => !expected.test(name))).toEqual([]);
});
