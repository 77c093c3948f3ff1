import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { readFile } from 'node:fs/promises';
import { notificationModel as model } from '../src/service.ts';
import { answering, startReceiver, type Receiver } from '@tablekeep/testkit/http-receiver';
import { startWorld, type World } from './world.ts';

const DAY = 86_400_000;

describe.each(await availableEngines())('channels on %s', (engine: Engine) => {
  let world: World;
  let receiver: Receiver;
  beforeEach(async () => {
    world = await startWorld(engine, {
      allowedNetworks: ['127.0.0.1/32'],
      publicUrl: 'https://tablekeep.example.com',
      keepDays: 30,
    });
    receiver = await startReceiver();
  }, 60_000);
  afterEach(async () => {
    await world.service.stop();
    await receiver.stop();
  });
  const announceAccount = () =>
    world.service.tell({
      type: 'dev.tablekeep.account.changed.v1',
      source: 'policy',
      subject: 'a',
      data: {
        account: {
          id: 'a',
          name: 'Production',
          awsAccountId: '111122223333',
          roleArn: 'r',
          externalId: 'x',
          serviceRoleArn: 's',
          regions: [],
        },
        deleted: false,
      },
    });
  const announcePolicy = (nextRunAt: string | null) =>
    world.service.tell({
      type: 'dev.tablekeep.policy.changed.v1',
      source: 'policy',
      subject: 'p',
      data: {
        policyId: 'p',
        name: 'Nightly',
        enabled: true,
        deleted: false,
        version: 1,
        notifications: null,
        nextRunAt,
      },
    });
  const problem = {
    arn: 'arn',
    name: 'Orders',
    region: 'us-east-1',
    status: 'FAILED',
    reason: 'Access denied',
  } as const;
  const session = (sessionId: string, status: 'PENDING' | 'RUNNING', change: object = {}) =>
    world.service.tell({
      type: 'dev.tablekeep.session.changed.v1',
      source: 'session',
      subject: sessionId,
      data: {
        sessionId,
        type: 'POLICY_BACKUP',
        status,
        policyId: 'p',
        counts: { total: 1, open: 1, succeeded: 0, warning: 0, failed: 0 },
        ...change,
      },
    });

  test('Slack is told table, account, Region, policy, cause, next try and where to look', async () => {
    await announceAccount();
    await announcePolicy('2026-02-01T04:00:00.000Z');
    await world.channel({ kind: 'SLACK', name: 'Team', url: receiver.url, severities: ['ERROR'] });
    await world.finished('s-0', 'SUCCEEDED');
    await world.finished('s-1', 'FAILED', 'e-1', { problems: [problem] });
    await world.passing(() => expect(receiver.received).toHaveLength(1));
    const [{ body } = { body: '' }] = receiver.received;
    for (const part of [
      'Orders',
      'Production (111122223333)',
      'us-east-1',
      'Nightly',
      'Access denied',
      'Next try: with the policy’s next run, 2026-02-01 04:00:00 UTC',
      '<https://tablekeep.example.com/graphql?query=',
    ])
      expect(body).toContain(part);
    expect(JSON.parse(body)).toMatchObject({
      blocks: expect.arrayContaining([{ type: 'header', text: expect.anything() }]),
    });
    expect(receiver.received[0]!.headers['content-type']).toBe('application/json');
  }, 40_000);

  test('a policy that wants silence is not spoken of, but programs hear of it', async () => {
    await world.silenced(1);
    await world.channel({ kind: 'SLACK', name: 'Team', url: receiver.url });
    await world.channel({ kind: 'WEBHOOK', name: 'Program', url: receiver.url });
    await world.finished('s-1', 'FAILED');
    await world.passing(async () =>
      expect(await world.deliveries()).toMatchObject([{ status: 'DELIVERED', recipient: 'Program' }]),
    );
  }, 40_000);

  test('SNS is published to by the executor; what it cannot tell is tried again, what it refuses for good is not', async () => {
    await world.channel({
      kind: 'SNS',
      name: 'Topic',
      topicArn: 'arn:aws:sns:eu-west-1:111122223333:alerts',
      accountId: 'a',
    });
    world.sns.answers.push({ state: 'unknown', because: 'AWS did not answer' });
    await world.finished('s-1', 'FAILED', 'e-1', { problems: [problem] });
    await world.passing(async () =>
      expect(await world.deliveries()).toMatchObject([{ status: 'DELIVERED', attempts: 2 }]),
    );
    expect(world.sns.asked).toHaveLength(2);
    expect(world.sns.asked[0]).toMatchObject({
      accountId: 'a',
      topicArn: 'arn:aws:sns:eu-west-1:111122223333:alerts',
      subject: '[Tablekeep EMULATED] FAILED: policy Nightly, 3 tasks',
      message: expect.stringContaining('- Orders (us-east-1) FAILED: Access denied'),
    });
    world.sns.answers.push({ state: 'refused', because: 'AWS refused it', retryable: false });
    await world.finished('s-2', 'FAILED');
    await world.passing(async () =>
      expect((await world.deliveries())[0]).toMatchObject({
        status: 'FAILED',
        attempts: 1,
        lastError: 'AWS refused it',
      }),
    );
  }, 40_000);

  test('a dead-man’s switch hears of a run’s start and end, with the run’s id', async () => {
    await world.channel({ kind: 'PING', name: 'Switch', url: `${receiver.url}?key=1`, policyIds: ['p'] });
    await session('s-1', 'PENDING');
    await session('s-1', 'RUNNING');
    await session('s-1', 'RUNNING');
    await world.passing(() => expect(receiver.received).toHaveLength(1));
    await world.finished('s-1', 'SUCCEEDED');
    await world.passing(() => expect(receiver.received).toHaveLength(2));
    await session('s-2', 'RUNNING');
    await world.passing(() => expect(receiver.received).toHaveLength(3));
    await world.finished('s-2', 'FAILED');
    await world.passing(() => expect(receiver.received).toHaveLength(4));
    await session('s-3', 'RUNNING', { policyId: 'q' });
    await world.finished('s-3', 'FAILED', 'e-3', { policyId: 'q' });
    await session('s-4', 'RUNNING', { type: 'RETENTION' });
    await world.passing(async () =>
      expect((await world.deliveries()).map(({ status }) => status)).toEqual(Array(4).fill('DELIVERED')),
    );
    expect(receiver.received.map(({ path }) => path)).toEqual([
      '/hook/start?key=1&rid=s-1',
      '/hook?key=1&rid=s-1',
      '/hook/start?key=1&rid=s-2',
      '/hook/fail?key=1&rid=s-2',
    ]);
  }, 40_000);

  test('a start that could not be said before the run ended is not said after it', async () => {
    receiver.answer(answering(500));
    await world.channel({ kind: 'PING', name: 'Switch', url: receiver.url, policyIds: ['p'] });
    await session('s-1', 'RUNNING');
    await world.passing(() => expect(receiver.received).toHaveLength(1));
    receiver.answer(answering(200));
    await world.finished('s-1', 'WARNING');
    await world.passing(async () =>
      expect((await world.deliveries()).map(({ status }) => status).sort()).toEqual(['CANCELED', 'DELIVERED']),
    );
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook/start?rid=s-1', '/hook?rid=s-1']);
  }, 40_000);

  test('a start that is handled anew after the run has ended is not said', async () => {
    await world.channel({ kind: 'PING', name: 'Switch', url: receiver.url, policyIds: ['p'] });
    await world.finished('s-1', 'SUCCEEDED');
    await session('s-1', 'RUNNING');
    await session('s-2', 'RUNNING');
    await world.passing(() => expect(receiver.received).toHaveLength(2));
    expect(receiver.received.map(({ path }) => path).sort()).toEqual(['/hook/start?rid=s-2', '/hook?rid=s-1']);
    expect(await world.deliveries()).toHaveLength(2);
  }, 40_000);

  test('a test message says what the receiver answered, word for word', async () => {
    const { id } = await world.channel({ kind: 'SLACK', name: 'Team', url: receiver.url });
    const ask = () => world.change<{ serverAnswer: string }>('sendTestNotification', { channelId: id }, 'serverAnswer');
    expect(await ask()).toEqual({ serverAnswer: '200 thank you', userErrors: [] });
    receiver.answer(answering(404, 'no_team'));
    expect(await ask()).toMatchObject({
      userErrors: [{ code: 'NOT_SENT', message: 'The receiver did not take it: answered 404: no_team' }],
    });
    expect(await world.change('sendTestNotification', { channelId: id, recipient: 'a@example.com' })).toMatchObject({
      userErrors: [{ code: 'ONE_OF' }],
    });
    expect(await world.change('sendTestNotification', { channelId: 'x' })).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND', path: ['channelId'] }],
    });
  }, 40_000);

  test('all that is wrong with a channel is told at once, and nothing is stored', async () => {
    const wrong = await world.change('createNotificationChannel', {
      kind: 'PING',
      name: '',
      url: 'ftp://example.com/#x',
      topicArn: 'arn:x',
      severities: ['ERROR'],
      policyIds: ['gone', 'gone'],
      eventTypes: ['dev.tablekeep.nothing.v1'],
    });
    expect(wrong.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`).sort()).toEqual([
      'BAD_NAME name',
      'BAD_URL url',
      'DUPLICATE policyIds.1',
      'NOT_FOUND policyIds.0',
      'NOT_OF_KIND eventTypes',
      'NOT_OF_KIND severities',
      'NOT_OF_KIND topicArn',
      'REQUIRED policyIds',
      'UNKNOWN_EVENT eventTypes.0',
    ]);
    const sns = await world.change('createNotificationChannel', {
      kind: 'SNS',
      name: 'T',
      topicArn: 'arn:alerts',
      accountId: 'gone',
    });
    expect(sns.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([
      'BAD_ARN topicArn',
      'NOT_FOUND accountId',
    ]);
    expect(await world.service.graphql('{ notificationChannels { id } }')).toEqual({ notificationChannels: [] });
  });

  test('two who change a channel at once: the second is told to look again; names are unique', async () => {
    const { id } = await world.channel({ kind: 'WEBHOOK', name: 'One', url: receiver.url });
    await world.channel({ kind: 'WEBHOOK', name: 'Two', url: receiver.url });
    const update = (input: object) =>
      world.change(
        'updateNotificationChannel',
        { id, version: 1, ...input },
        'channel { name version severities url }',
      );
    expect(await update({ severities: ['ERROR'] })).toMatchObject({
      channel: { name: 'One', version: 2, severities: ['ERROR'], url: receiver.url },
    });
    expect(await update({ name: 'First' })).toMatchObject({
      channel: null,
      userErrors: [{ code: 'CONFLICT', path: ['version'] }],
    });
    expect(await update({ version: 2, name: 'Two' })).toMatchObject({
      userErrors: [{ code: 'DUPLICATE_NAME', path: ['name'] }],
    });
    expect(await update({ version: 2, severities: null })).toMatchObject({ channel: { version: 3, severities: null } });
    expect(
      await world.change('createNotificationChannel', { kind: 'WEBHOOK', name: 'Two', url: receiver.url }),
    ).toMatchObject({
      userErrors: [{ code: 'DUPLICATE_NAME' }],
    });
    expect(await world.change('deleteNotificationChannel', { id, version: 2 })).toMatchObject({
      userErrors: [{ code: 'CONFLICT' }],
    });
  });

  test('secrets are kept encrypted and shown once; addresses that are secrets stay out of lists and the audit log', async () => {
    const url = receiver.url.replace('/hook', '/services/T0/B0/secretpath');
    const { secret } = await world.channel({ kind: 'WEBHOOK', name: 'Hook', url: receiver.url });
    await world.channel({ kind: 'SLACK', name: 'Team', url });
    await world.channel({ kind: 'WEBHOOK', name: 'With a key', url: `${receiver.url}?key=secretpath` });
    const shown = await world.service.graphql(
      '{ notificationChannels { name url secrets { id createdAt expiresAt } } }',
    );
    expect(shown).toMatchObject({
      notificationChannels: [
        { name: 'Hook', url: receiver.url, secrets: [{ expiresAt: null }] },
        { name: 'Team', url: `${new URL(url).origin}/…`, secrets: [] },
        { name: 'With a key', url: `${receiver.url}?…` },
      ],
    });
    await eventually(() => expect(world.service.heardOf('dev.tablekeep.audit.recorded.v1')).toHaveLength(6));
    const { database } = world.service;
    const db = await openDatabase(database, model);
    const rows = JSON.stringify([await db.reader.query('SELECT * FROM channel'), world.service.heard]);
    await db.close();
    const bytes =
      database.kind === 'sqlite'
        ? await Promise.all(['', '-wal'].map((end) => readFile(`${database.file}${end}`, 'latin1').catch(() => '')))
        : [];
    for (const place of [rows, ...bytes]) {
      expect(place).not.toContain('secretpath');
      expect(place).not.toContain(secret);
    }
  });

  test('what waits for a channel that is removed is not sent; lists keep its name, and are filtered and paged', async () => {
    receiver.answer(answering(500));
    const { id, version } = await world.channel({ kind: 'WEBHOOK', name: 'Hook', url: receiver.url });
    const good = await startReceiver();
    const other = await world.channel({ kind: 'SLACK', name: 'Team', url: good.url });
    try {
      await world.finished('s-1', 'FAILED');
      await world.passing(() => expect(receiver.received.length + good.received.length).toBe(2));
      expect(await world.change('deleteNotificationChannel', { id, version }, 'deletedId')).toEqual({
        deletedId: id,
        userErrors: [],
      });
      const list = async (filter: object) => {
        const { deliveries } = await world.service.graphql<{ deliveries: { nodes: object[] } }>(
          'query ($filter: DeliveryFilter) { deliveries(filter: $filter) { nodes { id status recipient kind channel { name } } } }',
          { filter },
        );
        return deliveries.nodes;
      };
      await world.passing(async () =>
        expect(await list({ channelId: id })).toMatchObject([
          { status: 'CANCELED', recipient: 'Hook', kind: 'WEBHOOK', channel: null },
        ]),
      );
      await world.passing(async () =>
        expect(await list({ channelId: other.id })).toMatchObject([{ status: 'DELIVERED', channel: { name: 'Team' } }]),
      );
      expect(await list({ statuses: ['CANCELED'] })).toHaveLength(1);
      expect(await list({ kinds: ['EMAIL'] })).toHaveLength(0);
      expect(await list({ policyId: 'p', since: '2026-01-31T00:00:00Z', until: '2026-02-28T00:00:00Z' })).toHaveLength(
        2,
      );
      expect(await list({ since: '2026-03-01T00:00:00Z' })).toHaveLength(0);
      const page = async (after: string | null) => {
        const { deliveries } = await world.service.graphql<{
          deliveries: { nodes: { id: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
        }>(
          'query ($after: String) { deliveries(first: 1, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }',
          { after },
        );
        return deliveries;
      };
      const first = await page(null);
      const second = await page(first.pageInfo.endCursor);
      expect(second.pageInfo.hasNextPage).toBe(false);
      expect(second.nodes[0]!.id).not.toBe(first.nodes[0]!.id);
      const [canceled] = (await list({ channelId: id })) as { id: string }[];
      expect(await world.change('redeliver', { deliveryId: canceled!.id })).toMatchObject({
        userErrors: [{ code: 'NO_CHANNEL' }],
      });
    } finally {
      await good.stop();
    }
  }, 40_000);

  test('deliveries that are over are forgotten after their time, with their tries; those that wait are not', async () => {
    await world.channel({ kind: 'WEBHOOK', name: 'Hook', url: receiver.url });
    await world.finished('s-1', 'FAILED');
    await world.passing(async () => expect(await world.deliveries()).toMatchObject([{ status: 'DELIVERED' }]));
    world.clock.advance(29 * DAY);
    receiver.answer(answering(500));
    await world.finished('s-2', 'FAILED');
    await world.passing(async () =>
      expect((await world.deliveries()).map(({ status }) => status)).toEqual(['PENDING', 'DELIVERED']),
    );
    world.clock.advance(2 * DAY);
    await world.passing(async () => expect(await world.deliveries()).toHaveLength(1), 60_000);
    const db = await openDatabase(world.service.database, model);
    try {
      await eventually(async () => {
        const rows = await db.reader.query<{ delivery_id: string }[]>(
          'SELECT DISTINCT delivery_id FROM delivery_attempt',
        );
        expect(rows).toHaveLength(1);
      });
    } finally {
      await db.close();
    }
  }, 40_000);
});
