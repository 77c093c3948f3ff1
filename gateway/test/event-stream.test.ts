import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { openStream, type StreamUnderTest } from '@tablekeep/testkit/event-stream-client';
import { eventually } from '@tablekeep/testkit/eventually';
import { startServiceUnderTest, type ServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGatewayService, gatewayModel } from '../src/service.ts';
import type { EventStreamOptions } from '../src/stream/serve-events.ts';
import { audited, logNeighbour, progressed } from './log-neighbour.ts';

const TOKEN = `tk_${'a'.repeat(43)}`;
const PROGRESSED = 'dev.tablekeep.task.progressed.v1';

describe.each(await availableEngines())('the live stream of a gateway on %s', (engine: Engine) => {
  let folder: string;
  let service: ServiceUnderTest | null;
  let publicUrl: string;
  let adminUrl: string;
  let log: ReturnType<typeof logNeighbour>;
  const open: StreamUnderTest[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablekeep-stream-'));
    await writeFile(join(folder, 'token'), TOKEN);
    log = logNeighbour();
    service = null;
  });
  afterEach(async () => {
    for (const stream of open.splice(0)) stream.close();
    await service?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (eventStream: EventStreamOptions = {}, webOrigins: readonly string[] = []) => {
    const create = async (given: ServiceDeps) => {
      let own = '';
      const deps = {
        ...given,
        admin: { host: '127.0.0.1', port: 0 },
        peers: { ...given.peers, gateway: () => own },
      };
      const running = await createGatewayService(deps, {
        publicHttp: { host: '127.0.0.1', port: 0 },
        givenAdminTokenFile: join(folder, 'token'),
        eventStream,
        webOrigins,
      });
      own = running.url;
      publicUrl = running.publicUrl;
      adminUrl = running.adminUrl ?? '';
      return running;
    };
    service = await startServiceUnderTest(engine, gatewayModel, create, { neighbours: log.answers });
    return service;
  };
  const subscribe = async (query = '', headers: Record<string, string> = {}, token = TOKEN) => {
    const stream = await openStream(`${publicUrl}/events${query}`, { authorization: `Bearer ${token}`, ...headers });
    open.push(stream);
    return stream;
  };
  const readOnlyToken = async () => {
    const { createApiToken } = await service!.graphql<{ createApiToken: { secret: string; apiToken: { id: string } } }>(
      'mutation { createApiToken(input: { name: "board", role: READ_ONLY }) { secret apiToken { id } } }',
    );
    return { secret: createApiToken.secret, id: createApiToken.apiToken.id };
  };
  const subjects = (stream: StreamUnderTest) => stream.events().map(({ subject }) => subject);
  const errorsOf = async (stream: StreamUnderTest) => {
    await eventually(() => expect(stream.isOver()).toBe(true));
    const { errors } = JSON.parse(stream.text()) as {
      errors: { message: string; extensions: { code: string; parameter?: string } }[];
    };
    return errors;
  };
  const metric = async (name: string) => {
    const text = await (await fetch(`${adminUrl}/metrics`)).text();
    return Number(new RegExp(`^tablekeep_event_stream_${name}(?:\\{[^}]*\\})? (\\S+)$`, 'mu').exec(text)?.[1]);
  };

  test('is for whoever has a token', async () => {
    await start();
    for (const headers of [
      {},
      { authorization: 'Bearer nonsense' },
      { authorization: `Bearer tk_${'b'.repeat(43)}` },
    ]) {
      const stream = await openStream(`${publicUrl}/events`, headers);
      expect(stream.status).toBe(401);
      expect((await errorsOf(stream))[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
  });

  test('begins now, tells each event as a CloudEvent at once, and says where to go on and when', async () => {
    await start();
    log.say(progressed('before'));
    const stream = await subscribe();
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': expect.stringContaining('no-transform'),
      'x-accel-buffering': 'no',
    });
    expect(stream.headers['access-control-allow-origin']).toBeUndefined();
    await eventually(() => expect(stream.lastId()).toBe('thislog1-1'));
    expect(Number(stream.frames()[0]?.retry)).toBeGreaterThanOrEqual(1_000);
    const event = progressed('s-1');
    log.say(event);
    await eventually(() => expect(stream.events()).toHaveLength(1));
    expect(stream.events()[0]).toEqual({ specversion: '1.0', datacontenttype: 'application/json', ...event });
    expect(stream.lastId()).toBe('thislog1-2');
    expect(await metric('clients')).toBe(1);
    expect(await metric('connected')).toBe(1);
  });

  test('goes on after the last event id, on any gateway, by header or parameter; nothing is missed or told twice', async () => {
    await start();
    const first = await subscribe();
    log.say(progressed('a'), progressed('b'));
    await eventually(() => expect(subjects(first)).toEqual(['a', 'b']));
    const lastEventId = first.lastId()!;
    first.close();
    log.say(progressed('c'));
    await service!.stop();
    log.say(progressed('d'));
    await start();
    const again = await subscribe('', { 'last-event-id': lastEventId });
    const byParameter = await subscribe(`?lastEventId=${lastEventId}&since=2020-01-01T00:00:00Z`);
    log.say(progressed('e'));
    for (const stream of [again, byParameter])
      await eventually(() => expect(subjects(stream)).toEqual(['c', 'd', 'e']));
    const since = await subscribe('?since=2026-01-01T00:00:00%2B01:00');
    await eventually(() => expect(subjects(since)).toEqual(['a', 'b', 'c', 'd', 'e']));
  });

  test('says so where what was missed is gone, or the id is of another log', async () => {
    await start();
    log.say(...['a', 'b', 'c', 'd'].map((subject) => progressed(subject)));
    log.prune(2);
    for (const [id, reason] of [
      ['thislog1-1', 'PRUNED'],
      ['another1-7', 'UNKNOWN_POSITION'],
    ] as const) {
      const stream = await subscribe('', { 'last-event-id': id });
      await eventually(() => expect(subjects(stream)).toEqual(['c', 'd']));
      const gap = stream.frames().find(({ name }) => name === 'dev.tablekeep.stream.gap');
      expect(gap?.id).toBe('thislog1-2');
      expect(JSON.parse(gap?.data ?? '')).toMatchObject({ reason, lastEventId: id });
    }
    const whole = await subscribe('', { 'last-event-id': 'thislog1-2' });
    await eventually(() => expect(subjects(whole)).toEqual(['c', 'd']));
    expect(whole.text()).not.toContain('stream.gap');
  });

  test('has what the filter lets through, past and present, and moves the id past the rest', async () => {
    await start({ heartbeatMs: 50 });
    log.say(progressed('past'), progressed('s-1'));
    const streams = await Promise.all(
      [
        '?sessionId=s-1,s-2',
        '?sessionId=s-1&sessionId=s-2',
        `?types=${PROGRESSED}&sessionId=s-1,s-2`,
        '?prefix=dev.tablekeep.task.&sessionId=s-1,s-2',
      ].map((query) => subscribe(query, { 'last-event-id': 'thislog1-0' })),
    );
    log.say(progressed('s-3'), progressed('s-2'), progressed('s-4'));
    for (const stream of streams) {
      await eventually(() => expect(subjects(stream)).toEqual(['s-1', 's-2']));
      await eventually(() => expect(stream.lastId()).toBe('thislog1-5'));
    }
    const others = await subscribe('?types=dev.tablekeep.session.finished.v1&since=2020-01-01T00:00:00Z');
    await eventually(() => expect(others.lastId()).toBe('thislog1-5'));
    expect(others.events()).toEqual([]);
  });

  test('keeps what is for admins from others', async () => {
    await start();
    const { secret } = await readOnlyToken();
    const since = '?since=2020-01-01T00:00:00Z';
    log.say(audited(), progressed('a'));
    const [admin, reader] = [await subscribe(since), await subscribe(since, {}, secret)];
    log.say(audited(), progressed('b'));
    await eventually(() => expect(subjects(admin)).toEqual(['s', 'a', 's', 'b']));
    await eventually(() => expect(subjects(reader)).toEqual(['a', 'b']));
    const refused = await subscribe('?types=dev.tablekeep.audit.recorded.v1', {}, secret);
    expect(refused.status).toBe(403);
    expect((await errorsOf(refused))[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('refuses what it does not understand, all of it at once', async () => {
    await start();
    const stream = await subscribe(
      '?type=x&types=dev.tablekeep.nothing.v1,dev.tablekeep.session.tasks.planned.v1&prefix=com.&since=yesterday&policyId=',
      { 'last-event-id': 'mine' },
    );
    expect(stream.status).toBe(400);
    const errors = await errorsOf(stream);
    expect(errors.map(({ extensions }) => extensions.parameter).toSorted()).toEqual(
      ['type', 'types', 'types', 'prefix', 'since', 'policyId', 'lastEventId'].toSorted(),
    );
    for (const { message } of errors) expect(message.length).toBeGreaterThan(20);
  });

  test('a client that does not read holds no more than its socket does, and misses nothing once it reads again', async () => {
    await start();
    const slow = await subscribe();
    const quick = await subscribe();
    await eventually(() => expect(slow.lastId()).not.toBeNull());
    slow.pause();
    const count = 250;
    let mostBuffered = 0;
    for (let n = 0; n < count; n += 25) {
      log.say(...Array.from({ length: 25 }, (_, i) => progressed(`s-${n + i}`, 100_000)));
      await eventually(() => expect(quick.events()).toHaveLength(n + 25));
      mostBuffered = Math.max(mostBuffered, await metric('buffered_bytes'));
    }
    // 25 MB were told; what waits here is the socket's high-water mark and the event that has passed it.
    expect(mostBuffered).toBeGreaterThan(0);
    expect(mostBuffered).toBeLessThan(400_000);
    expect(slow.events().length).toBeLessThan(count);
    slow.resume();
    await eventually(() => expect(slow.events()).toHaveLength(count), { timeoutMs: 20_000 });
    expect(subjects(slow)).toEqual(subjects(quick));
    expect(log.reads()).toBeGreaterThan(0);
  }, 60_000);

  test('a client that does not read for long is cut off, and the others are not', async () => {
    await start({ heartbeatMs: 50, slowMs: 300 });
    const [slow, quick] = [await subscribe(), await subscribe()];
    slow.pause();
    log.say(...Array.from({ length: 200 }, (_, n) => progressed(`s-${n}`, 100_000)));
    await eventually(() => expect(quick.events()).toHaveLength(200));
    await eventually(async () => expect(await metric('clients')).toBe(1));
    expect(quick.isOver()).toBe(false);
    expect(await metric('buffered_bytes')).toBe(0);
  }, 30_000);

  test('shows that it lives while nothing happens', async () => {
    await start({ heartbeatMs: 50 });
    const stream = await subscribe();
    await eventually(() => expect(stream.text().match(/: still here/gu)?.length).toBeGreaterThan(3));
  });

  test('serves so many of a token, and so many in all, and says which it was', async () => {
    await start({ clients: 3, clientsPerToken: 2 });
    const { secret } = await readOnlyToken();
    const [first] = [await subscribe(), await subscribe()];
    const third = await subscribe();
    expect(third.status).toBe(429);
    expect(third.headers['retry-after']).toBeDefined();
    expect((await errorsOf(third))[0]).toMatchObject({
      message: expect.stringContaining('2 clients'),
      extensions: { code: 'TOO_MANY_CLIENTS' },
    });
    expect((await subscribe('', {}, secret)).status).toBe(200);
    const fifth = await subscribe('', {}, secret);
    expect(fifth.status).toBe(503);
    expect((await errorsOf(fifth))[0]?.message).toContain('3 clients');
    first.close();
    await eventually(async () => expect((await subscribe()).status).toBe(200));
  });

  test('ends for a token that is revoked', async () => {
    await start({ heartbeatMs: 50 });
    const { secret, id } = await readOnlyToken();
    const [reader, admin] = [await subscribe('', {}, secret), await subscribe()];
    await service!.graphql('mutation ($id: ID!) { revokeApiToken(input: { id: $id }) { apiToken { id } } }', { id });
    await eventually(() => expect(reader.isOver()).toBe(true));
    expect(reader.text()).toContain(': the token is revoked');
    expect(admin.isOver()).toBe(false);
    expect((await subscribe('', {}, secret)).status).toBe(401);
  });

  test('a gateway that stops sends its clients elsewhere, and does not wait for them', async () => {
    await start();
    const streams = await Promise.all([subscribe(), subscribe(), subscribe()]);
    const begun = performance.now();
    await service!.stop();
    service = null;
    expect(performance.now() - begun).toBeLessThan(3_000);
    for (const stream of streams) {
      await eventually(() => expect(stream.isOver()).toBe(true));
      expect(stream.text()).toContain(': This gateway stops; connect again.');
      expect(Number(stream.frames().at(-1)?.retry)).toBeGreaterThanOrEqual(1_000);
    }
  });

  test('while the log is away new clients are told to come again; those that are here hear the rest afterwards', async () => {
    await start();
    const early = await subscribe();
    log.takeAway(true);
    log.say(progressed('a'));
    const late = await subscribe('?since=2020-01-01T00:00:00Z');
    expect(late.status).toBe(503);
    expect(late.headers['retry-after']).toBeDefined();
    log.takeAway(false);
    await eventually(() => expect(subjects(early)).toEqual(['a']), { timeoutMs: 15_000 });
  });

  test('a log that never answers is no reason to hang', async () => {
    log.takeAway(true);
    await start();
    const stream = await subscribe();
    expect(stream.status).toBe(503);
    log.takeAway(false);
    await eventually(async () => expect((await subscribe()).status).toBe(200), { timeoutMs: 10_000 });
  }, 20_000);

  test('where the log is exchanged for another, clients come again and are told', async () => {
    await start();
    log.say(progressed('a'));
    const stream = await subscribe('?since=2020-01-01T00:00:00Z');
    await eventually(() => expect(subjects(stream)).toEqual(['a']));
    log.exchange();
    log.say(progressed('b'), progressed('c'));
    await eventually(() => expect(stream.isOver()).toBe(true));
    const again = await subscribe('', { 'last-event-id': stream.lastId()! });
    await eventually(() => expect(subjects(again)).toEqual(['b', 'c']));
    expect(again.text()).toContain('UNKNOWN_POSITION');
  });

  test('pages of an origin may read it where the setting names the origin', async () => {
    const origin = 'https://board.example.com';
    await start({}, [origin]);
    const ask = (from: string) => fetch(`${publicUrl}/events`, { method: 'OPTIONS', headers: { origin: from } });
    const allowed = await ask(origin);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(origin);
    expect(allowed.headers.get('access-control-allow-headers')).toContain('authorization');
    const other = await ask('https://elsewhere.example.com');
    expect(other.status).toBe(403);
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect((await subscribe('', { origin })).headers['access-control-allow-origin']).toBe(origin);
    expect((await fetch(`${publicUrl}/events`, { method: 'HEAD' })).status).toBe(404);
  });
});
