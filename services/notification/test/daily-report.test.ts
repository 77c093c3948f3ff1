import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '@tablekeep/platform/logging';
import { openDatabase, type Database } from '@tablekeep/platform/database';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { startSmtpServer, type SmtpUnderTest } from '@tablekeep/testkit/smtp-server';
import { notificationModel as model } from '../src/service.ts';
import { badDay } from './report-facts.ts';
import { startWorld, type World } from './world.ts';

const HOUR = 3_600_000;
const log = createLogger({ service: 'test', level: 'silent' });

/** The world's clock stands at 2026-01-31 05:00 UTC, 06:00 in Berlin. */
const AT_SEVEN = { enabled: true, timeOfDay: '07:00', timeZone: 'Europe/Berlin' };

describe.each(await availableEngines())('the daily report on %s', (engine: Engine) => {
  let world: World;
  let smtp: SmtpUnderTest;
  const opened: Database[] = [];
  beforeEach(async () => {
    world = await startWorld(engine);
    smtp = await startSmtpServer();
  }, 60_000);
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
    await world.service.stop();
    await smtp.stop();
  });

  const on = (dailyReport: object = AT_SEVEN, change: object = {}) =>
    world.settings(smtp.port, { recipients: ['ops@example.com'], dailyReport, ...change });
  const reports = () => smtp.messages.filter(({ subject }) => subject?.includes('Daily report'));
  /** Lets the clock pass, and so much more that whatever is due has been looked at and sent. */
  const hours = async (count: number) => {
    const until = world.clock.now().getTime() + count * HOUR;
    while (world.clock.now().getTime() < until) {
      world.clock.advance(Math.min(HOUR / 2, until - world.clock.now().getTime()));
      await settled();
    }
  };
  const settled = async () => {
    // Passes of the loop are told by what they ask, or by the clock of the next: two rounds of every one.
    for (let i = 0; i < 3; i++) {
      world.clock.advance(15_000);
      await world.service.graphql('{ notificationSettings { enabled } }');
      await world.deliveries();
    }
  };
  const shown = async () => {
    const { notificationSettings } = await world.service.graphql<{
      notificationSettings: { dailyReport: Record<string, unknown> };
    }>('{ notificationSettings { dailyReport { enabled timeOfDay timeZone recipients nextAt } } }');
    return notificationSettings.dailyReport;
  };
  const database = async () => {
    const db = await openDatabase(world.service.database, model, { log });
    opened.push(db);
    return db;
  };

  test('one that is asked for does not wait for a service that hangs: it comes without that part, in the time of a question', async () => {
    await on();
    const hanging = Promise.withResolvers<never>();
    world.report.protection = () => hanging.promise;
    try {
      const began = performance.now();
      const sent = await world.change<{ serverAnswer: string }>(
        'sendTestNotification',
        { recipient: 'dba@example.com', dailyReport: true },
        'serverAnswer',
      );
      expect(sent).toMatchObject({ serverAnswer: expect.stringMatching(/^250 /u), userErrors: [] });
      expect(performance.now() - began).toBeLessThan(15_000);
      expect(reports()[0]!.text).toContain('Could not tell coverage');
    } finally {
      hanging.reject(new Error('over'));
    }
  }, 40_000);

  test('comes at its time, once, to the recipients of the settings; the next goes on where it ended', async () => {
    await on();
    expect(await shown()).toEqual({ ...AT_SEVEN, recipients: null, nextAt: '2026-01-31T06:00:00.000Z' });
    world.clock.set(new Date('2026-01-31T06:00:10.000Z'));
    await world.passing(() => expect(reports()).toHaveLength(1));
    const [mail] = reports();
    expect(mail!.subject).toBe('[Tablekeep EMULATED] Daily report 2026-01-31: all well, 14 sessions succeeded');
    expect(mail!.text).toContain('Policy run: 10 succeeded');
    expect(mail!.html).toContain('14');
    expect(await shown()).toMatchObject({ nextAt: '2026-02-01T06:00:00.000Z' });
    world.report.sessions = async () => known(badDay.sessions);
    world.clock.set(new Date('2026-02-01T06:00:00.000Z'));
    await world.passing(() => expect(reports()).toHaveLength(2), 5_000);
    expect(reports()[1]!.subject).toContain('2 sessions failed');
    const asked = world.report.asked;
    expect(asked[1]!.from).toBe(asked[0]!.until);
    expect(reports()[1]!.text).toContain('Since the last report: no change');
  }, 60_000);

  test('goes to people of its own where they are named, each once', async () => {
    await on({ ...AT_SEVEN, recipients: ['boss@example.com', 'dba@example.com'] });
    world.clock.set(new Date('2026-01-31T06:00:00.000Z'));
    await world.passing(() => expect(reports()).toHaveLength(2));
    const to = reports().map((mail) => (Array.isArray(mail.to) ? mail.to[0] : mail.to)?.text);
    expect(to.sort()).toEqual(['boss@example.com', 'dba@example.com']);
    await world.settings(smtp.port, { recipients: ['ops@example.com'] });
    expect(await shown()).toMatchObject({ enabled: true, recipients: ['boss@example.com', 'dba@example.com'] });
  }, 40_000);

  test('after downtime there is one, late, and it says so', async () => {
    await on();
    world.clock.set(new Date('2026-02-02T11:30:00.000Z'));
    await world.passing(() => expect(reports()).toHaveLength(1));
    expect(reports()[0]!.text).toContain(
      'Late: due at 2026-02-02 07:00, it could not be made in time. It also makes up for 2 reports before it.',
    );
    await settled();
    expect(reports()).toHaveLength(1);
    expect(await shown()).toMatchObject({ nextAt: '2026-02-03T06:00:00.000Z' });
  }, 40_000);

  test('waits two minutes for who cannot tell, and then comes without: it names the part', async () => {
    await on();
    world.report.points = () => Promise.reject(new Error('the database is away'));
    world.clock.set(new Date('2026-01-31T06:00:00.000Z'));
    await world.passing(() => expect(world.report.asked.length).toBeGreaterThan(1));
    expect(reports()).toHaveLength(0);
    await world.passing(() => expect(reports()).toHaveLength(1));
    expect(reports()[0]!.subject).toContain('parts could not be told');
    expect(reports()[0]!.text).toContain('Could not tell what is stored: reportPoints answered 500');
    expect(reports()[0]!.text).toContain('Policy run: 10 succeeded');
  }, 40_000);

  test('one whose mails could not be queued is not taken for made', async () => {
    await on();
    const db = await database();
    await db.transaction((tx) =>
      tx.query(
        db.dialect.kind === 'sqlite'
          ? "CREATE TRIGGER no_mail BEFORE INSERT ON delivery BEGIN SELECT RAISE(ABORT, 'no room'); END"
          : "CREATE TRIGGER no_mail BEFORE INSERT ON delivery FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no room'",
      ),
    );
    world.clock.set(new Date('2026-01-31T06:00:00.000Z'));
    await world.passing(() => expect(world.report.asked.length).toBeGreaterThan(1));
    await db.transaction((tx) => tx.query('DROP TRIGGER no_mail'));
    await world.passing(() => expect(reports()).toHaveLength(1));
  }, 40_000);

  test('what is due before it is switched on, or before another time is set, is owed to nobody', async () => {
    await on({ ...AT_SEVEN, timeOfDay: '05:00' });
    expect(await shown()).toMatchObject({ nextAt: '2026-02-01T04:00:00.000Z' });
    await settled();
    expect(world.report.asked).toEqual([]);
    await on(AT_SEVEN);
    world.clock.set(new Date('2026-01-31T06:00:00.000Z'));
    await world.passing(() => expect(reports()).toHaveLength(1));
    await on({ timeOfDay: '09:00' });
    expect(await shown()).toMatchObject({ timeOfDay: '09:00', nextAt: '2026-02-01T08:00:00.000Z' });
    await hours(3);
    expect(reports()).toHaveLength(1);
    await on({ enabled: false });
    expect(await shown()).toMatchObject({ enabled: false, timeOfDay: '09:00', nextAt: null });
    await hours(24);
    expect(reports()).toHaveLength(1);
  }, 60_000);

  test('comes in another zone at that zone’s time, once, and goes on where the last one ended', async () => {
    // Written down as well, so that the clock may jump: a mail on its way would outlive its lease.
    const arrived = (count: number) =>
      world.passing(async () => {
        expect((await world.deliveries()).map(({ status }) => status)).toEqual(Array(count).fill('DELIVERED'));
        expect(reports()).toHaveLength(count);
      });
    await on(AT_SEVEN);
    world.clock.set(new Date('2026-01-31T06:00:00.000Z'));
    await arrived(1);
    const [first] = world.report.asked;
    await on({ timeZone: 'America/New_York' });
    expect(await shown()).toMatchObject({ nextAt: '2026-01-31T12:00:00.000Z' });
    await hours(5);
    expect(reports()).toHaveLength(1);
    world.clock.set(new Date('2026-01-31T12:00:00.000Z'));
    await arrived(2);
    expect(world.report.asked.at(-1)!.from).toBe(first!.until);
    // Back again: the day of Berlin has had its report.
    await on(AT_SEVEN);
    expect(await shown()).toMatchObject({ nextAt: '2026-02-01T06:00:00.000Z' });
    await hours(6);
    expect(reports()).toHaveLength(2);
  }, 60_000);

  test('all that is wrong with it is told at once, and nothing is saved', async () => {
    const { updateNotificationSettings: answer } = await on({
      enabled: true,
      timeOfDay: '7:00',
      timeZone: 'Europe/Atlantis',
      recipients: ['ops', 'a@example.com', 'A@example.com'],
    });
    expect(answer.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`).sort()).toEqual([
      'BAD_ADDRESS dailyReport.recipients.0',
      'BAD_TIME dailyReport.timeOfDay',
      'DUPLICATE dailyReport.recipients.2',
      'UNKNOWN_TIME_ZONE dailyReport.timeZone',
    ]);
    expect(await shown()).toMatchObject({ enabled: false, timeOfDay: '07:00', timeZone: 'UTC' });
  });

  test('somebody may ask for it at any time, and the day’s own comes nevertheless', async () => {
    await on();
    const asked = await world.change<{ serverAnswer: string | null }>(
      'sendTestNotification',
      { recipient: 'me@example.com', dailyReport: true },
      'serverAnswer',
    );
    expect(asked).toMatchObject({ serverAnswer: expect.stringMatching(/^250/u), userErrors: [] });
    expect(reports()).toHaveLength(1);
    expect(reports()[0]!.text).toContain('Window: 2026-01-30 06:00 to 2026-01-31 06:00');
    expect(await world.change('sendTestNotification', { channelId: 'c', dailyReport: true })).toMatchObject({
      userErrors: [{ code: 'MAIL_ONLY', path: ['dailyReport'] }],
    });
    world.clock.set(new Date('2026-01-31T06:00:00.000Z'));
    await world.passing(() => expect(reports()).toHaveLength(2));
  }, 40_000);

  if (engine.name === 'MariaDB')
    test('two replicas that make it at once send it once', async () => {
      let both = () => {};
      const together = new Promise<void>((resolve) => (both = resolve));
      let asked = 0;
      world.report.points = async () => {
        if (++asked === 2) both();
        await together;
        return known(badDay.points);
      };
      await on(AT_SEVEN, { recipients: ['ops@example.com', 'dba@example.com'] });
      const second = await world.replica();
      try {
        world.clock.set(new Date('2026-01-31T06:00:00.000Z'));
        await world.passing(() => expect(reports()).toHaveLength(2));
        await settled();
        await eventually(async () =>
          expect(await world.deliveries()).toEqual([
            expect.objectContaining({ status: 'DELIVERED', attempts: 1 }),
            expect.objectContaining({ status: 'DELIVERED', attempts: 1 }),
          ]),
        );
        expect(asked).toBeGreaterThanOrEqual(2);
        expect(reports()).toHaveLength(2);
      } finally {
        await second.stop();
      }
    }, 60_000);
});

function known<T>(told: { state: 'known'; value: T } | { state: 'unknown'; because: string }): T {
  if (told.state !== 'known') throw new Error(told.because);
  return told.value;
}
