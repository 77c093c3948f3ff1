import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@tablekeep/platform/clock';
import { openDatabase, type Database } from '@tablekeep/platform/database';
import { openKeyring, type Keyring } from '@tablekeep/platform/keyring';
import { nameOutbox } from '@tablekeep/platform/outbox';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { scrape, seriesOf } from '@tablekeep/testkit/scrape';
import { startSmtpServer } from '@tablekeep/testkit/smtp-server';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { createAccessTokens } from '../src/senders/access-token.ts';
import { PASSWORD_CONTEXT, sendMail } from '../src/senders/send-mail.ts';
import { notificationModel as model } from '../src/service.ts';
import { claimDue, forgetDeliveries, queueMail, settle } from '../src/store/deliveries.ts';
import { DeliveryEntity, type SettingsRow } from '../src/store/entities.ts';
import { SWITCHED_OFF } from '../src/store/settings.ts';
import { noRefreshes } from './token-server.ts';
import { startWorld, type World } from './world.ts';

const MAIL = { subject: 'x', text: 'x', html: '<p>x</p>' };
const ABOUT = { about: 'session-1', eventId: 'e-1', severity: 'ERROR', policyId: null } as const;
const ONE = { recipients: ['dba@example.com'] };

describe.each(await availableEngines())('deliveries on %s', (engine: Engine) => {
  let world: World;
  let db: Database;
  beforeEach(async () => {
    world = await startWorld(engine);
    db = await openDatabase(world.service.database, model);
    nameOutbox(db, 'notification', 'EMULATED');
  }, 60_000);
  afterEach(async () => {
    await db.close();
    await world.service.stop();
  });
  const toldOutcomes = () =>
    world.service.heardOf('dev.tablekeep.notification.delivered.v1').map((event) => event.data.outcome);

  test('deliveries that end are counted once, and stay counted when they are forgotten; those that wait are told', async () => {
    const metric = async (name: string) => seriesOf(await scrape(world.service.adminUrl), `tablekeep_${name}`);
    const ended = (kind: string, outcome: string) => `{kind="${kind}",outcome="${outcome}"}`;
    expect((await metric('deliveries_total'))[ended('EMAIL', 'FAILED')]).toBe(0);
    // Nobody sends them here: mail is switched off, so they are queued, claimed and settled by hand.
    const now = world.clock.now();
    const later = new Date(now.getTime() + 60_000_000);
    const recipients = ['a@example.com', 'b@example.com', 'c@example.com'];
    await db.transaction((tx) => queueMail(db, tx, ABOUT, recipients, MAIL, { now: later }));
    expect((await metric('deliveries_pending'))['{kind="EMAIL"}']).toBe(3);
    const claimed = [
      await claimDue(db, later, 1_000_000),
      await claimDue(db, later, 1_000_000),
      await claimDue(db, later, 1_000_000),
    ];
    const over = { nextTryAt: null, lastError: null };
    expect(await settle(db, claimed[0]!, { status: 'DELIVERED', ...over })).toBe(true);
    expect(await settle(db, claimed[0]!, { status: 'DELIVERED', ...over })).toBe(false);
    expect(await settle(db, claimed[1]!, { status: 'FAILED', ...over })).toBe(true);
    const counted = { [ended('EMAIL', 'DELIVERED')]: 1, [ended('EMAIL', 'FAILED')]: 1, [ended('PING', 'FAILED')]: 0 };
    expect(await metric('deliveries_total')).toMatchObject(counted);
    expect((await metric('deliveries_pending'))['{kind="EMAIL"}']).toBe(1);
    expect(await forgetDeliveries(db, new Date(later.getTime() + 1))).toBe(2);
    expect(await metric('deliveries_total')).toMatchObject(counted);
    world.clock.set(new Date(later.getTime() + 90_000));
    expect((await metric('delivery_oldest_seconds'))['']).toBeCloseTo(90, 0);
  });

  test('a mail that the server has taken is not sent again because it could not be written down at once', async () => {
    const smtp = await startSmtpServer();
    try {
      await db.transaction((tx) => tx.query(refuseDelivered(db)));
      await world.settings(smtp.port, ONE);
      await world.finished('s-1', 'FAILED');
      await world.passing(() => expect(smtp.messages).toHaveLength(1));
      // Past the time at which a mail that failed would have been sent again, and past the lease.
      const later = world.clock.now().getTime() + 180_000;
      await world.passing(() => expect(world.clock.now().getTime()).toBeGreaterThan(later));
      expect(await world.deliveries()).toMatchObject([{ status: 'PENDING', attempts: 1, lastError: null }]);
      await db.transaction((tx) => tx.query('DROP TRIGGER refuse_delivered'));
      await world.passing(async () =>
        expect(await world.deliveries()).toMatchObject([{ status: 'DELIVERED', attempts: 1, lastError: null }]),
      );
      await eventually(() => expect(toldOutcomes()).toEqual(['DELIVERED']));
      expect(smtp.messages).toHaveLength(1);
    } finally {
      await smtp.stop();
    }
  }, 60_000);

  test('a mail that ended the process at each try is given up without another', async () => {
    const smtp = await startSmtpServer();
    try {
      await world.settings(smtp.port, ONE);
      await db.transaction(async (tx) => {
        await queueMail(db, tx, ABOUT, ['dba@example.com'], MAIL, { now: world.clock.now() });
        // As all claims leave it that were never settled.
        await tx.update(DeliveryEntity, { eventId: 'e-1' }, { attempts: 13 });
      });
      await world.passing(async () =>
        expect(await world.deliveries()).toMatchObject([
          { status: 'FAILED', attempts: 13, lastError: expect.stringContaining('the process ended') },
        ]),
      );
      await eventually(() => expect(toldOutcomes()).toEqual(['FAILED']));
      expect(smtp.messages).toHaveLength(0);
    } finally {
      await smtp.stop();
    }
  }, 60_000);

  test('a worker that comes after its lease changes nothing and tells nothing', async () => {
    // Far ahead of the service's clock: its own loop leaves this one alone.
    const due = new Date('2027-01-01T00:00:00.000Z');
    await db.transaction((tx) => queueMail(db, tx, ABOUT, ['dba@example.com'], MAIL, { now: due }));
    const late = await claimDue(db, due, 1_000);
    const second = await claimDue(db, new Date(due.getTime() + 1_000), 1_000);
    expect(second).toMatchObject({ id: late!.id, attempts: 2 });

    expect(await settle(db, late!, { status: 'FAILED', nextTryAt: null, lastError: 'late' })).toBe(false);
    expect(await world.deliveries()).toMatchObject([{ status: 'PENDING', attempts: 2, lastError: null }]);
    const delivered = { status: 'DELIVERED', deliveredAt: due, nextTryAt: null } as const;
    expect(await settle(db, second!, delivered)).toBe(true);
    expect(await settle(db, second!, { status: 'PENDING', nextTryAt: due })).toBe(false);
    expect(await world.deliveries()).toMatchObject([{ status: 'DELIVERED', attempts: 2 }]);
    await world.passing(() => expect(toldOutcomes()).toEqual(['DELIVERED']));
  });

  test('stopping does not wait for a mail server that never answers; the mail is kept for the next start', async () => {
    const server = await startTalkingServer(() => undefined);
    const stopped = await startWorld(engine);
    const its = await openDatabase(stopped.service.database, model);
    try {
      await stopped.settings(server.port, ONE);
      await stopped.finished('s-1', 'FAILED');
      await stopped.passing(() => expect(server.connections()).toBe(1));
      const begun = performance.now();
      await stopped.service.stop();
      expect(performance.now() - begun).toBeLessThan(8_000);
      const [left] = await its.reader.find(DeliveryEntity);
      expect(left).toMatchObject({ status: 'PENDING', attempts: 1, nextTryAt: expect.any(Date) });
      expect(left?.lastError).toContain('stopping');
    } finally {
      await its.close();
      await server.stop();
    }
  }, 60_000);
});

describe('a mail', () => {
  let folder: string;
  let keyring: Keyring;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablekeep-mail-'));
    keyring = await openKeyring(join(folder, 'keyring.json'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const settingsOf = (smtpHost: string, smtpPort: number, change: Partial<SettingsRow> = {}): SettingsRow => ({
    ...SWITCHED_OFF,
    enabled: true,
    smtpHost,
    smtpPort,
    from: 'tablekeep@example.com',
    ...change,
  });
  const deps = () => ({
    keyring,
    tokens: createAccessTokens({ keyring, clock: systemClock }),
    refreshes: noRefreshes,
  });
  const mail = { ...MAIL, to: 'dba@example.com', messageId: '<x@tablekeep>' };

  test('to a server that talks without end is cut off at the deadline', async () => {
    const server = await startTalkingServer((socket) => {
      socket.write('220 here\r\n');
      const more = setInterval(() => socket.write('250-and more\r\n'), 20);
      socket.once('close', () => clearInterval(more));
    });
    try {
      const tried = await sendMail(settingsOf('127.0.0.1', server.port), deps(), mail, { deadlineMs: 300 });
      expect(tried).toMatchObject({
        outcome: 'FAILED',
        error: expect.stringContaining('did not finish within 300 ms'),
      });
      await eventually(() => expect(server.open()).toBe(0));
    } finally {
      await server.stop();
    }
  });

  test('with a login goes out in plain text on this host alone', async () => {
    const seen: string[] = [];
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ username }, _session, done) => {
        seen.push(`login ${username}`);
        done(null, { user: username });
      },
      onData: (stream, _session, done) => {
        stream.resume().once('end', () => {
          seen.push('mail');
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    try {
      const { port } = server.server.address() as AddressInfo;
      const login = { smtpUser: 'mailer', smtpPassword: keyring.encrypt('secret', PASSWORD_CONTEXT) };
      // Not one of the names of this host, although it leads there.
      expect(await sendMail(settingsOf('0.0.0.0', port, login), deps(), mail)).toMatchObject({
        outcome: 'FAILED',
        error: expect.stringContaining('STARTTLS'),
      });
      expect(seen).toEqual([]);
      expect(await sendMail(settingsOf('127.0.0.1', port, login), deps(), mail)).toMatchObject({ outcome: 'TAKEN' });
      expect(seen).toEqual(['login mailer', 'mail']);
    } finally {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  });
});

/** A database that refuses to note a delivery, as one does that is full or away. */
function refuseDelivered(db: Database): string {
  return db.dialect.kind === 'sqlite'
    ? "CREATE TRIGGER refuse_delivered BEFORE UPDATE ON delivery WHEN NEW.status = 'DELIVERED' BEGIN SELECT RAISE(ABORT, 'refused by the test'); END"
    : "CREATE TRIGGER refuse_delivered BEFORE UPDATE ON delivery FOR EACH ROW IF NEW.status = 'DELIVERED' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused by the test'; END IF";
}

/** A server on a free port that says to each client what the test has it say. */
async function startTalkingServer(say: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    say(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    open: () => sockets.size,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
