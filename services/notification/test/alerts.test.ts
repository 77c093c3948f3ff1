import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase, type Database } from '@tablekeep/platform/database';
import { alertFacts } from '@tablekeep/schema/alert-events';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { startReceiver, type Receiver } from '@tablekeep/testkit/http-receiver';
import { startSmtpServer, type SmtpUnderTest } from '@tablekeep/testkit/smtp-server';
import { IsNull } from 'typeorm';
import { notificationModel } from '../src/service.ts';
import { AlertEntity, keepAlert } from '../src/store/alerts.ts';
import { alertEvents, alertOf, raisedAt, type Raised } from './alert-events.ts';
import { startWorld, type World } from './world.ts';

describe.each(await availableEngines())('alerts on %s', (engine: Engine) => {
  let world: World;
  let receiver: Receiver;
  let smtp: SmtpUnderTest;
  beforeEach(async () => {
    world = await startWorld(engine, {
      allowedNetworks: ['127.0.0.1/32'],
      publicUrl: 'https://tablekeep.example.com',
      keepDays: 30,
    });
    receiver = await startReceiver();
    smtp = await startSmtpServer();
    await world.settings(smtp.port, { recipients: ['ops@example.com'] });
    await world.service.tell({
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
  }, 60_000);
  afterEach(async () => {
    await world.service.stop();
    await receiver.stop();
    await smtp.stop();
  });

  const { raise, clear } = alertEvents(() => world);
  /** That so many deliveries are made: an alert that is over before is told to nobody. */
  const delivered = (count: number) =>
    world.passing(async () =>
      expect((await world.deliveries()).map(({ status }) => status)).toEqual(Array(count).fill('DELIVERED')),
    );
  const list = async (filter: object = {}) => {
    const { alerts } = await world.service.graphql<{ alerts: { nodes: Record<string, unknown>[] } }>(
      `query ($filter: AlertFilter) { alerts(filter: $filter) { nodes {
         id kind severity service summary count about { name cause } region policyName since raisedAt clearedAt } } }`,
      { filter },
    );
    return alerts.nodes;
  };
  const subjects = () => smtp.messages.map(({ subject }) => subject ?? '');

  test('are mailed once when they begin and once when they are over, with table, account, Region, policy, cause and next try', async () => {
    const alert = alertOf('x-1');
    await raise(alert);
    await raise(alert);
    await raise(alert, 'another event of the same alert');
    const mail = await world.passing(() => smtp.next(({ subject = '' }) => subject.includes('ALERT')));
    expect(mail.subject).toBe('[Tablekeep EMULATED] ALERT: copies missing of policy Nightly, 22 copies');
    for (const words of [
      alert.summary,
      'Orders (Production (111122223333) · us-east-1)',
      'Access denied by the vault.',
      '… and 21 more',
      'Next try: with the policy’s next run, 2026-02-01 04:00:00 UTC',
      'Mend what the copies failed of.',
      'Show the open alerts: https://tablekeep.example.com/graphql?query=',
      'Show the session: https://tablekeep.example.com/graphql?query=',
    ])
      expect(mail.text).toContain(words);
    expect(mail.html).toContain('class="tone-warning"');

    await delivered(1);
    await clear(alert);
    await clear(alert, 'another event of the same end');
    const over = await world.passing(() => smtp.next(({ subject = '' }) => subject.includes('CLEARED')));
    expect(over.text).toContain(`Over: ${alert.summary}`);
    expect(over.text).toContain('Was open for: 30 min');
    expect(over.html).toContain('class="tone-success"');
    expect(over.html).not.toContain('class="tone-warning"');
    await raise(alertOf('x-2'));
    await world.passing(() => expect(subjects()).toHaveLength(3));
    expect(subjects().map((subject) => subject.split(/[ :]/u)[2])).toEqual(['ALERT', 'CLEARED', 'ALERT']);
  });

  test('are heard over channels by those whose filters let them through: who hears the beginning hears the end', async () => {
    const at = (path: string) => receiver.url.replace('/hook', path);
    const to = (path: string) => receiver.received.filter((one) => one.path === path).map(({ body }) => body);
    await world.channel({ kind: 'WEBHOOK', name: 'All', url: at('/all') });
    await world.channel({ kind: 'WEBHOOK', name: 'Errors', url: at('/errors'), severities: ['ERROR'] });
    await world.channel({ kind: 'SLACK', name: 'Others', url: at('/others'), policyIds: ['q'] });
    await world.channel({
      kind: 'SLACK',
      name: 'Team',
      url: at('/team'),
      severities: ['WARNING', 'ERROR'],
      policyIds: ['p'],
    });
    const [warning, error] = [alertOf('x-1'), alertOf('x-2', { severity: 'ERROR', policyId: null, policyName: null })];
    for (const alert of [warning, error]) await raise(alert);
    await world.passing(() => expect(to('/team')).toHaveLength(1));
    await world.passing(async () =>
      expect((await world.deliveries()).filter(({ status }) => status === 'PENDING')).toEqual([]),
    );
    for (const alert of [warning, error]) await clear(alert);
    await world.passing(() => {
      expect(to('/all')).toHaveLength(4);
      expect(to('/errors')).toHaveLength(2);
      expect(to('/team')).toHaveLength(2);
    });
    const heard = (path: string) =>
      to(path)
        .map((body) => JSON.parse(body) as { type: string; data: Raised })
        .map(({ type, data }) => `${type.split('.')[3]} ${data.alertId}`)
        .toSorted();
    expect(heard('/all')).toEqual(['cleared x-1', 'cleared x-2', 'raised x-1', 'raised x-2']);
    expect(heard('/errors')).toEqual(['cleared x-2', 'raised x-2']);
    expect(
      to('/team')
        .toSorted()
        .map((body) => body.includes('Over:')),
    ).toEqual([false, true]);
    expect(to('/others')).toEqual([]);
  });

  test('that a silent policy has are kept and told to programs, and mailed to nobody', async () => {
    await world.silenced(1);
    await world.channel({ kind: 'WEBHOOK', name: 'Program', url: receiver.url });
    await raise(alertOf('x-1'));
    await world.passing(() => expect(receiver.received).toHaveLength(1));
    expect(await list({ open: true })).toHaveLength(1);
    await world.passing(async () =>
      expect((await world.deliveries()).map(({ status }) => status)).toEqual(['DELIVERED']),
    );
  });

  test('are listed, newest first, by what is asked for; one that was over before it was heard of opens nothing', async () => {
    await raise(alertOf('x-1'));
    await raise(
      alertOf('x-2', {
        kind: 'DEAD_EVENTS',
        severity: 'ERROR',
        policyId: null,
        policyName: null,
        raisedAt: '2026-01-31T05:01:00.000Z',
      }),
    );
    const early = alertOf('x-3', { raisedAt: '2026-01-31T04:00:00.000Z' });
    await clear(early);
    await raise(early);
    await delivered(2);
    await clear(alertOf('x-1'));
    const ids = async (filter?: object) => (await list(filter)).map(({ id }) => id);
    expect(await ids()).toEqual(['x-2', 'x-1', 'x-3']);
    expect(await ids({ open: true })).toEqual(['x-2']);
    expect(await ids({ open: false })).toEqual(['x-1', 'x-3']);
    expect(await ids({ kinds: ['DEAD_EVENTS'] })).toEqual(['x-2']);
    expect(await ids({ severities: ['WARNING'], policyId: 'p', accountId: 'a' })).toEqual(['x-1', 'x-3']);
    expect((await list())[1]).toEqual({
      id: 'x-1',
      kind: 'COPIES_BEHIND',
      severity: 'WARNING',
      service: 'policy',
      summary: '22 copies of policy “Nightly” are missing behind good backups',
      count: 22,
      about: [{ name: 'Orders', cause: 'Access denied by the vault.' }],
      region: 'us-east-1',
      policyName: 'Nightly',
      since: '2026-01-31T04:30:00.000Z',
      raisedAt,
      clearedAt: '2026-01-31T05:29:00.000Z',
    });
    const page = async (after: string | null) => {
      const { alerts } = await world.service.graphql<{
        alerts: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      }>(
        'query ($after: String) { alerts(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
        {
          after,
        },
      );
      return alerts;
    };
    const first = await page(null);
    expect(first).toMatchObject({ nodes: [{ id: 'x-2' }, { id: 'x-1' }], pageInfo: { hasNextPage: true } });
    expect(await page(first.pageInfo.endCursor)).toMatchObject({
      nodes: [{ id: 'x-3' }],
      pageInfo: { hasNextPage: false },
    });
    // Nobody was told that one began of which nobody had heard: nobody is told that it is over.
    const told = (await world.deliveries()).length;
    expect(told).toBe(3);
  });

  describe('of an owner whose database was put back to before it raised them', () => {
    const forgotten = alertOf('x-1', { subject: 'p' });
    const again = alertOf('x-2', { subject: 'p', raisedAt: '2026-01-31T05:10:00.000Z' });
    const open = async () => (await list({ open: true })).map(({ id }) => id).toSorted();

    test.each([
      ['before', [forgotten, again]],
      ['after', [again, forgotten]],
    ] as const)(
      'the one it has forgotten is over once another takes its place, heard of %s it',
      async (_when, both) => {
        for (const alert of both) await raise(alert);
        expect(await open()).toEqual(['x-2']);
        expect((await list({ open: false }))[0]).toMatchObject({ id: 'x-1', clearedAt: again.raisedAt });
        await delivered(2);
        await clear(again);
        expect(await open()).toEqual([]);
        // What it is about was never over in between: nobody is told that it was.
        await world.passing(() => expect(subjects()).toHaveLength(3));
        expect(
          subjects()
            .map((subject) => subject.split(/[ :]/u)[2])
            .toSorted(),
        ).toEqual(['ALERT', 'ALERT', 'CLEARED']);
      },
    );

    test('those of other subjects, kinds, services and releases stay open', async () => {
      await raise(forgotten);
      await raise(alertOf('other-subject', { subject: 'q' }));
      await raise(alertOf('other-kind', { subject: 'p', kind: 'NO_SUCCESS' }));
      for (const id of ['no-subject', 'none-either']) await raise(alertOf(id));
      await world.service.tell({
        type: 'dev.tablekeep.alert.raised.v1',
        source: 'retention',
        subject: 'other-service',
        data: alertOf('other-service', { subject: 'p' }),
      });
      await raise(again);
      const others = ['no-subject', 'none-either', 'other-kind', 'other-service', 'other-subject'];
      expect(await open()).toEqual([...others, 'x-2']);
    });

    test('one that its owner clears after all, heard of late, is told as over once', async () => {
      await raise(forgotten);
      await raise(again);
      await delivered(2);
      await clear(forgotten);
      await clear(forgotten, 'another event of the same end');
      await world.passing(() => expect(subjects()).toHaveLength(3));
      expect(subjects().filter((subject) => subject.includes('CLEARED'))).toHaveLength(1);
      expect((await list({ open: false }))[0]).toMatchObject({ id: 'x-1', clearedAt: '2026-01-31T05:29:00.000Z' });
      expect(await open()).toEqual(['x-2']);
    });

    test('two replicas that hear of both at once leave the newer one open', async () => {
      const open = () => openDatabase(world.service.database, notificationModel);
      const one = await open();
      // SQLite has one process, and one writer.
      const other = engine.name === 'SQLite' ? one : await open();
      try {
        const hear = (db: Database, id: string, subject: string, at: string) =>
          db.transaction((tx) =>
            keepAlert(db, tx, {
              id,
              kind: 'COPIES_BEHIND',
              severity: 'WARNING',
              service: 'policy',
              subject,
              policyId: 'p',
              accountId: 'a',
              facts: alertFacts.parse(forgotten),
              raisedAt: new Date(at),
              clearedAt: null,
              supersededBy: null,
            }),
          );
        const rounds = Array.from({ length: 20 }, (_, i) => `round-${i}`);
        for (const round of rounds) {
          await Promise.all([
            hear(one, `${round} new`, round, again.raisedAt),
            hear(other, `${round} old`, round, raisedAt),
          ]);
        }
        const rows = await one.reader.find(AlertEntity, { where: { clearedAt: IsNull() } });
        expect(rows.map(({ id }) => id).toSorted()).toEqual(rounds.map((round) => `${round} new`).toSorted());
      } finally {
        for (const db of new Set([one, other])) await db.close();
      }
    }, 60_000);
  });

  test('are forgotten a while after they are over; open ones stay', async () => {
    await raise(alertOf('x-1'));
    await raise(alertOf('x-2'));
    await clear(alertOf('x-1'));
    await world.passing(async () => expect((await list()).map(({ id }) => id)).toEqual(['x-2']), 86_400_000);
  });
});
