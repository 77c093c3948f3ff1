import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { startSmtpServer } from '@tablekeep/testkit/smtp-server';
import { Webhook } from 'standardwebhooks';
import { notificationModel as model } from '../src/service.ts';
import { claimDue, queueForChannel } from '../src/store/deliveries.ts';
import { answering, startReceiver, type Received, type Receiver } from '@tablekeep/testkit/http-receiver';
import { startWorld, type World } from './world.ts';

const LOCAL = ['127.0.0.1/32'];
const HOUR = 3_600_000;
type Seen = {
  id: string;
  kind: string;
  status: string;
  lastError: string | null;
  recipient: string;
  nextTryAt: string | null;
  attemptLog: { number: number; answerCode: number | null; answer: string | null; error: string | null }[];
};

describe.each(await availableEngines())('webhooks on %s', (engine: Engine) => {
  let world: World;
  let receiver: Receiver;
  beforeEach(async () => {
    world = await startWorld(engine, { allowedNetworks: LOCAL });
    receiver = await startReceiver();
  }, 60_000);
  afterEach(async () => {
    await world.service.stop();
    await receiver.stop();
  });

  const webhook = (change: object = {}) =>
    world.channel({ kind: 'WEBHOOK', name: 'Hook', url: receiver.url, ...change });
  const seen = async (filter: object = {}) => {
    const { deliveries } = await world.service.graphql<{ deliveries: { nodes: Seen[] } }>(
      `query ($filter: DeliveryFilter) { deliveries(filter: $filter) { nodes {
        id kind status lastError recipient nextTryAt attemptLog { number answerCode answer error } } } }`,
      { filter },
    );
    return deliveries.nodes;
  };
  const verified = (secret: string, one: Received) => {
    // The library compares the time of signing with its own clock; the service under test lives on the test's.
    const clock = Date.now;
    Date.now = () => world.clock.now().getTime();
    try {
      return new Webhook(secret).verify(one.body, one.headers as Record<string, string>) as Record<string, unknown>;
    } finally {
      Date.now = clock;
    }
  };
  const delivered = () =>
    world.passing(async () => expect((await seen()).map(({ status }) => status)).toEqual(['DELIVERED']));

  test('an event comes once, signed, as CloudEvents JSON that the standard’s own library takes', async () => {
    const { secret } = await webhook();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/u);
    await world.finished('s-1', 'FAILED');
    await world.finished('s-1', 'FAILED');
    await delivered();
    expect(receiver.received).toHaveLength(1);
    const [one] = receiver.received;
    expect(verified(secret!, one!)).toMatchObject({
      specversion: '1.0',
      type: 'dev.tablekeep.session.finished.v1',
      subject: 's-1',
      environment: 'EMULATED',
      data: { sessionId: 's-1', status: 'FAILED' },
    });
    expect(one!.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    const [delivery] = await seen();
    expect(one!.headers['webhook-id']).toBe(delivery!.id);
    expect(delivery!.attemptLog).toMatchObject([{ number: 1, answerCode: 200, answer: 'thank you', error: null }]);
  }, 40_000);

  test('a receiver that fails is tried again under the same id, and every try is listed', async () => {
    receiver.answer((response, _request, count) => {
      if (count === 1) response.writeHead(500).end('no database');
      else if (count === 2) response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end();
      else response.writeHead(204).end();
    });
    await webhook();
    await world.finished('s-1', 'FAILED');
    await world.passing(async () => expect((await seen())[0]).toMatchObject({ status: 'DELIVERED' }), 60_000);
    expect((await seen())[0]!.attemptLog).toMatchObject([
      { number: 1, answerCode: 500, answer: 'no database', error: 'answered 500: no database' },
      { number: 2, answerCode: 302, error: 'answered 302 (a redirect, which is not followed)' },
      { number: 3, answerCode: 204, error: null },
    ]);
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook', '/hook', '/hook']);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  }, 40_000);

  test('one that stays away is given up after ten tries over three days, and can be sent again by hand', async () => {
    receiver.answer(answering(503));
    await webhook();
    await world.finished('s-1', 'FAILED');
    await world.passing(async () => expect((await seen())[0]).toMatchObject({ status: 'FAILED' }), 6 * HOUR);
    expect(receiver.received).toHaveLength(10);
    expect(world.service.heardOf('dev.tablekeep.notification.delivered.v1').map(({ data }) => data)).toMatchObject([
      { outcome: 'FAILED', channel: 'webhook', recipient: 'Hook', channelId: expect.any(String) },
    ]);
    const [{ id } = { id: '' }] = await seen();
    expect(await world.change('redeliver', { deliveryId: id }, 'delivery { status }')).toMatchObject({
      userErrors: [],
      delivery: { status: 'PENDING' },
    });
    expect(await world.change('redeliver', { deliveryId: id })).toMatchObject({ userErrors: [{ code: 'NOT_OVER' }] });
    // It has all its tries before it again.
    await world.passing(() => expect(receiver.received.length).toBeGreaterThan(11), HOUR);
    receiver.answer(answering(200));
    await world.passing(async () => expect((await seen())[0]).toMatchObject({ status: 'DELIVERED' }), HOUR);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([id]));
  }, 60_000);

  test('410 disables the channel, ends what waits for it, and people are told', async () => {
    const smtp = await startSmtpServer();
    try {
      await world.settings(smtp.port, { recipients: ['ops@example.com'] });
      receiver.answer(answering(500));
      const { id, version } = await webhook({ eventTypes: ['dev.tablekeep.session.finished.v1'] });
      await world.finished('s-1', 'SUCCEEDED');
      await world.passing(() => expect(receiver.received).toHaveLength(1));
      receiver.answer(answering(410, 'moved away'));
      await world.finished('s-2', 'SUCCEEDED');
      await world.passing(async () =>
        expect((await seen({ kinds: ['WEBHOOK'] })).map(({ status }) => status).sort()).toEqual(['CANCELED', 'FAILED']),
      );
      await eventually(() =>
        expect(world.service.heardOf('dev.tablekeep.notification.channel.disabled.v1')).toMatchObject([
          { data: { channelId: id, channelName: 'Hook', because: 'answered 410 Gone: moved away' } },
        ]),
      );
      await world.passing(() => expect(smtp.messages).toHaveLength(1));
      expect(smtp.messages[0]!.subject).toContain('DISABLED: channel Hook');
      const tries = receiver.received.length;
      await world.finished('s-3', 'SUCCEEDED');
      const { notificationChannel } = await world.service.graphql<{ notificationChannel: object }>(
        'query ($id: ID!) { notificationChannel(id: $id) { enabled version disabledBecause } }',
        { id },
      );
      expect(notificationChannel).toEqual({
        enabled: false,
        version: version + 1,
        disabledBecause: 'answered 410 Gone: moved away',
      });
      receiver.answer(answering(200));
      await world.change('updateNotificationChannel', { id, version: version + 1, enabled: true });
      await world.finished('s-4', 'SUCCEEDED');
      await world.passing(() => expect(receiver.received).toHaveLength(tries + 1));
      expect(receiver.received.at(-1)!.body).toContain('"s-4"');
    } finally {
      await smtp.stop();
    }
  }, 60_000);

  test('one that hangs holds up neither another nor the mail, and is cut off', async () => {
    const smtp = await startSmtpServer();
    const good = await startReceiver();
    try {
      receiver.answer(() => undefined);
      await world.settings(smtp.port, { recipients: ['ops@example.com'] });
      await webhook({ name: 'Hangs' });
      await webhook({ name: 'Good', url: good.url });
      for (let i = 0; i < 8; i++) await world.finished(`s-${i}`, 'FAILED');
      await world.passing(() => {
        expect(good.received).toHaveLength(8);
        expect(smtp.messages).toHaveLength(8);
      });
      // Its own lane alone is full.
      expect(receiver.received.length).toBeLessThanOrEqual(3);
    } finally {
      await smtp.stop();
      await good.stop();
    }
  }, 60_000);

  test('eleven that hang take no place from the mail', async () => {
    const smtp = await startSmtpServer();
    try {
      receiver.answer(() => undefined);
      const eventTypes = ['dev.tablekeep.session.changed.v1'];
      for (let i = 0; i < 11; i++) await webhook({ name: `Hangs ${i}`, eventTypes });
      const counts = { total: 1, open: 1, succeeded: 0, warning: 0, failed: 0 };
      for (const sessionId of ['s-1', 's-2', 's-3'])
        await world.service.tell({
          type: 'dev.tablekeep.session.changed.v1',
          source: 'session',
          subject: sessionId,
          data: { sessionId, type: 'POLICY_BACKUP', status: 'RUNNING', policyId: 'p', counts },
        });
      await world.passing(() => expect(receiver.received).toHaveLength(28));
      await world.settings(smtp.port, { recipients: ['ops@example.com'] });
      for (let i = 0; i < 6; i++) await world.finished(`s-${i}`, 'FAILED');
      const since = performance.now();
      await world.passing(() => expect(smtp.messages).toHaveLength(6));
      // Before the first of those that hang is cut off.
      expect(performance.now() - since).toBeLessThan(10_000);
      expect(receiver.received).toHaveLength(28);
    } finally {
      await smtp.stop();
    }
  }, 60_000);

  test('a rotation signs with both secrets until the overlap ends', async () => {
    const { id, secret } = await webhook();
    const rotated = await world.change<{ secret: string }>(
      'rotateWebhookSecret',
      { channelId: id, overlapHours: 2 },
      'secret',
    );
    await world.finished('s-1', 'FAILED');
    await delivered();
    const [first] = receiver.received;
    expect(first!.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/u);
    for (const one of [secret!, rotated.secret]) expect(verified(one, first!)).toMatchObject({ subject: 's-1' });
    world.clock.advance(2 * HOUR);
    await world.finished('s-2', 'FAILED');
    await world.passing(() => expect(receiver.received).toHaveLength(2));
    expect(verified(rotated.secret, receiver.received[1]!)).toMatchObject({ subject: 's-2' });
    expect(() => verified(secret!, receiver.received[1]!)).toThrow('No matching signature');
    expect(await world.change('rotateWebhookSecret', { channelId: id, overlapHours: 169 })).toMatchObject({
      userErrors: [{ code: 'BAD_OVERLAP', path: ['overlapHours'] }],
    });
  }, 40_000);

  test('gets what its filters let through, and no more', async () => {
    await webhook({ severities: ['ERROR'], policyIds: ['p'] });
    await webhook({ name: 'Starts', eventTypes: ['dev.tablekeep.task.started.v1'] });
    await world.finished('s-1', 'SUCCEEDED');
    await world.finished('s-2', 'FAILED', 'e-2', { policyId: 'q' });
    await world.finished('s-3', 'FAILED');
    await world.service.tell({
      type: 'dev.tablekeep.task.started.v1',
      source: 'executor',
      subject: 's-9',
      data: { sessionId: 's-9', taskId: 't', attempt: 1, kind: 'BACKUP', awsJobId: null },
    });
    await world.passing(() => expect(receiver.received).toHaveLength(2));
    expect(receiver.received.map(({ body }) => (JSON.parse(body) as { subject: string }).subject).sort()).toEqual([
      's-3',
      's-9',
    ]);
    expect(await seen()).toHaveLength(2);
  }, 40_000);

  test.each([
    ['the metadata service', 'http://169.254.169.254/latest/meta-data/'],
    ['the metadata service over IPv6', 'http://[fd00:ec2::254]/latest/meta-data/'],
    ['this host', 'http://127.0.0.2:1/'],
    ['this host in another form', 'http://[::ffff:7f00:2]:1/'],
    ['this host in a number', 'http://2130706434:1/'],
    ['a private network', 'https://10.0.0.1/'],
    ['a name that leads there', 'https://inside.test/'],
  ])(
    'does not call %s',
    async (_what, url) => {
      const strict = await startWorld(engine, {
        allowedNetworks: LOCAL,
        resolve: async () => [
          { address: '93.184.215.14', family: 4 },
          { address: '10.0.0.1', family: 4 },
        ],
      });
      try {
        const { id } = await strict.channel({ kind: 'WEBHOOK', name: 'Inside', url });
        const refused = await strict.change('sendTestNotification', { channelId: id });
        expect(refused.userErrors).toMatchObject([
          { code: 'NOT_SENT', message: expect.stringContaining('is not a public address') },
        ]);
      } finally {
        await strict.service.stop();
      }
    },
    40_000,
  );

  test('looks a name up once for each try: one that leads elsewhere a moment later gains nothing', async () => {
    const inside = await startReceiver(undefined, '127.0.0.2', receiver.port);
    const answers = ['127.0.0.1', '127.0.0.2', '127.0.0.2'];
    let asked = 0;
    const rebinding = await startWorld(engine, {
      allowedNetworks: LOCAL,
      resolve: async () => [{ address: answers[asked++] ?? '127.0.0.2', family: 4 }],
    });
    try {
      const { id } = await rebinding.channel({
        kind: 'WEBHOOK',
        name: 'Rebinds',
        url: `http://rebind.test:${receiver.port}/hook`,
      });
      const taken = await rebinding.change<{ serverAnswer: string }>(
        'sendTestNotification',
        { channelId: id },
        'serverAnswer',
      );
      expect(taken).toMatchObject({ serverAnswer: '200 thank you', userErrors: [] });
      expect({ asked, here: receiver.received.length }).toEqual({ asked: 1, here: 1 });
      expect(receiver.received[0]!.headers.host).toBe(`rebind.test:${receiver.port}`);
      const refused = await rebinding.change('sendTestNotification', { channelId: id });
      expect(refused.userErrors[0]!.message).toContain('127.0.0.2 is not a public address');
      expect(inside.received).toEqual([]);
    } finally {
      await rebinding.service.stop();
      await inside.stop();
    }
  }, 40_000);

  test('over a public network only https is spoken', async () => {
    const open = await startWorld(engine, { resolve: async () => [{ address: '93.184.215.14', family: 4 }] });
    try {
      const { id } = await open.channel({ kind: 'WEBHOOK', name: 'Plain', url: 'http://example.com/' });
      const refused = await open.change('sendTestNotification', { channelId: id });
      expect(refused.userErrors[0]!.message).toContain('only https');
    } finally {
      await open.service.stop();
    }
  }, 40_000);

  test('of a process that died with it in hand it is sent again after the lease, under the same id', async () => {
    receiver.answer(answering(500));
    await webhook();
    await world.finished('s-1', 'FAILED');
    await world.passing(() => expect(receiver.received).toHaveLength(1));
    await world.passing(async () => expect((await seen())[0]!.lastError).toContain('500'), 0);
    const db = await openDatabase(world.service.database, model);
    try {
      // As another replica takes it, and is never heard of again.
      const due = new Date(world.clock.now().getTime() + 10_000);
      expect(await claimDue(db, due, 60_000)).toMatchObject({ attempts: 2 });
      receiver.answer(answering(200));
      world.clock.set(new Date(due.getTime() + 30_000));
      await world.finished('s-2', 'FAILED');
      await world.passing(() => expect(receiver.received).toHaveLength(2), 10);
      expect(receiver.received[1]!.body).toContain('"s-2"');
      await world.passing(() => expect(receiver.received).toHaveLength(3));
      expect(receiver.received[2]!.headers['webhook-id']).toBe(receiver.received[0]!.headers['webhook-id']);
      await world.passing(async () =>
        expect((await seen()).find(({ attemptLog }) => attemptLog.length === 3)?.attemptLog).toMatchObject([
          { number: 1, answerCode: 500 },
          { number: 2, answerCode: null, error: null },
          { number: 3, answerCode: 200 },
        ]),
      );
    } finally {
      await db.close();
    }
  }, 60_000);

  test('however many take at once, each has its own', async () => {
    const { id } = await webhook();
    const db = await openDatabase(world.service.database, model);
    try {
      // Far ahead of the service's clock: its own loop leaves them alone.
      const due = new Date('2027-01-01T00:00:00.000Z');
      await db.transaction(async (tx) => {
        for (let i = 0; i < 6; i++) {
          const of = { about: `event ${i}`, eventId: `e-${i}`, severity: null, policyId: null };
          const content = { subject: 'x', channelName: 'Hook', body: '{}' };
          await queueForChannel(db, tx, of, { id, kind: 'WEBHOOK' }, content, { now: world.clock.now(), due });
        }
      });
      const taken = await Promise.all(Array.from({ length: 8 }, () => claimDue(db, due, 60_000)));
      const ids = taken.flatMap((one) => one?.id ?? []);
      // Of those that meet one may get none; whoever looks again finds what is left, and nothing twice.
      for (let one = await claimDue(db, due, 60_000); one !== null; one = await claimDue(db, due, 60_000))
        ids.push(one.id);
      expect(ids).toHaveLength(6);
      expect(new Set(ids).size).toBe(6);
      const later = new Date(due.getTime() + 60_000);
      expect(await claimDue(db, later, 60_000, { lanes: [id] })).toBeNull();
      expect(await claimDue(db, later, 60_000)).toMatchObject({ attempts: 2 });
    } finally {
      await db.close();
    }
  }, 40_000);
});
