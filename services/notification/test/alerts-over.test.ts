import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { startReceiver, type Receiver } from '@tablekeep/testkit/http-receiver';
import { startSmtpServer, type SmtpUnderTest } from '@tablekeep/testkit/smtp-server';
import { simpleParser } from 'mailparser';
import { alertEvents, alertOf } from './alert-events.ts';
import { refusal, startMailServer } from './mail-server.ts';
import { startWorld, type World } from './world.ts';

describe.each(await availableEngines())('the end of an alert on %s', (engine: Engine) => {
  let world: World;
  let receiver: Receiver;
  let smtp: SmtpUnderTest;
  beforeEach(async () => {
    world = await startWorld(engine, { allowedNetworks: ['127.0.0.1/32'], keepDays: 30 });
    receiver = await startReceiver();
    smtp = await startSmtpServer();
    await world.settings(smtp.port, { recipients: ['ops@example.com'] });
  }, 60_000);
  afterEach(async () => {
    await world.service.stop();
    await receiver.stop();
    await smtp.stop();
  });
  const { raise, clear } = alertEvents(() => world);
  const subjects = () => smtp.messages.map(({ subject }) => subject ?? '');

  test('one that is over before its mail could go is not told at all, nor that it is over', async () => {
    const server = await startMailServer({ onRcptTo: (_address, _session, done) => done(says) });
    let says: Error | null = refusal(450, 'Not now');
    try {
      await world.settings(server.port, { recipients: ['ops@example.com'] });
      await raise(alertOf('x-1'));
      await world.passing(async () =>
        expect(await world.deliveries()).toMatchObject([{ attempts: 1, lastError: expect.stringContaining('450') }]),
      );
      await clear(alertOf('x-1'));
      says = null;
      await raise(alertOf('x-2'));
      const later = world.clock.now().getTime() + 600_000;
      await world.passing(() => expect(world.clock.now().getTime()).toBeGreaterThan(later), 10_000);
      expect((await world.deliveries()).map(({ status, lastError }) => ({ status, lastError }))).toEqual([
        { status: 'DELIVERED', lastError: null },
        { status: 'CANCELED', lastError: 'the alert was over first' },
      ]);
      expect(server.taken).toHaveLength(1);
    } finally {
      await server.stop();
    }
  }, 40_000);

  test('one that is over while its mail is on its way: the end comes after it', async () => {
    const finish = Promise.withResolvers<void>();
    let isBegun = false;
    const order: string[] = [];
    const server = await startMailServer({
      onData: (stream, _session, done) => {
        simpleParser(stream).then(async ({ subject = '' }) => {
          isBegun = true;
          await finish.promise;
          order.push(subject.includes('ALERT') ? 'ALERT' : 'CLEARED');
          done();
        }, done);
      },
    });
    try {
      await world.settings(server.port, { recipients: ['ops@example.com'] });
      await raise(alertOf('x-1'));
      await world.passing(() => expect(isBegun).toBe(true));
      await clear(alertOf('x-1'));
      const [, began] = await world.deliveries();
      expect(began).toMatchObject({ status: 'CANCELED' });
      finish.resolve();
      await world.passing(async () =>
        expect((await world.deliveries()).map(({ status }) => status)).toEqual(['DELIVERED', 'DELIVERED']),
      );
      expect(order).toEqual(['ALERT', 'CLEARED']);
    } finally {
      finish.resolve();
      await server.stop();
    }
  }, 40_000);

  test('whoever was told of the beginning is told of the end, whatever was set since, and nobody else', async () => {
    const at = (path: string) => receiver.url.replace('/hook', path);
    const to = (path: string) => receiver.received.filter((one) => one.path === path);
    const before = await world.channel({ kind: 'SLACK', name: 'Before', url: at('/before') });
    await raise(alertOf('x-1'));
    await world.passing(() => {
      expect(smtp.messages).toHaveLength(1);
      expect(to('/before')).toHaveLength(1);
    });
    await world.passing(async () =>
      expect((await world.deliveries()).map(({ status }) => status)).toEqual(['DELIVERED', 'DELIVERED']),
    );
    await world.settings(smtp.port, { recipients: ['new@example.com'], notifyOn: ['ERROR'] });
    await world.change('updateNotificationChannel', { id: before.id, version: 1, severities: ['ERROR'] });
    await world.channel({ kind: 'SLACK', name: 'After', url: at('/after') });
    await world.silenced(2);
    await clear(alertOf('x-1'));
    await world.passing(async () =>
      expect((await world.deliveries()).map(({ status }) => status)).toEqual(Array(4).fill('DELIVERED')),
    );
    expect(subjects().map((subject) => subject.split(/[ :]/u)[2])).toEqual(['ALERT', 'CLEARED']);
    expect(new Set((await world.deliveries()).map(({ recipient }) => recipient))).toEqual(
      new Set(['ops@example.com', 'Before']),
    );
    expect(to('/before').map(({ body }) => body.includes('Over:'))).toEqual([false, true]);
    expect(to('/after')).toEqual([]);
  }, 40_000);

  test('who was told of one that stays open for longer than deliveries are kept is told when it is over', async () => {
    await raise(alertOf('x-1'));
    await world.passing(async () => expect(await world.deliveries()).toMatchObject([{ status: 'DELIVERED' }]));
    world.clock.advance(40 * 86_400_000);
    await world.finished('s-9', 'FAILED');
    await world.passing(async () => expect((await world.deliveries())[0]).toMatchObject({ status: 'DELIVERED' }));
    world.clock.advance(40 * 86_400_000);
    // What is old and not of an open alert goes.
    await world.passing(async () => expect(await world.deliveries()).toHaveLength(1), 60_000);
    await clear(alertOf('x-1'));
    await world.passing(() => expect(subjects().some((subject) => subject.includes('CLEARED'))).toBe(true));
  }, 40_000);
});
