import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import type { ServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { startSmtpServer } from '@tablekeep/testkit/smtp-server';
import { readFile } from 'node:fs/promises';
import { notificationModel as model } from '../src/service.ts';
import { startWorld, type World } from './world.ts';

describe.each(await availableEngines())('notification service on %s', (engine: Engine) => {
  let service: ServiceUnderTest;
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine);
    service = world.service;
  }, 60_000);
  afterEach(() => service.stop());

  const settings: World['settings'] = (...given) => world.settings(...given);
  const finished: World['finished'] = (...given) => world.finished(...given);
  const deliveries: World['deliveries'] = () => world.deliveries();
  const passing: World['passing'] = (...given) => world.passing(...given);

  test('each recipient gets one mail of a failed session although it is told twice; a success is not told', async () => {
    const smtp = await startSmtpServer();
    try {
      await settings(smtp.port);
      await finished('s-1', 'FAILED');
      await finished('s-1', 'FAILED');
      await finished('s-2', 'SUCCEEDED');
      await passing(async () =>
        expect((await deliveries()).map((one) => one.status)).toEqual(['DELIVERED', 'DELIVERED']),
      );
      expect(smtp.messages.map((mail) => mail.subject)).toEqual(
        Array(2).fill('[Tablekeep EMULATED] FAILED: policy Nightly, 3 tasks'),
      );
      expect(new Set(smtp.messages.map((mail) => mail.messageId)).size).toBe(2);
      // The event goes out after the delivery is stored.
      await passing(() => {
        const told = service.heardOf('dev.tablekeep.notification.delivered.v1');
        expect(told.map((event) => event.data.outcome)).toEqual(['DELIVERED', 'DELIVERED']);
        return Promise.resolve();
      });
    } finally {
      await smtp.stop();
    }
  }, 40_000);

  test('a policy’s own people hear of its runs; what is announced late or twice changes nothing', async () => {
    const smtp = await startSmtpServer();
    const announce = (version: number, notifications: object | null, deleted = false) =>
      service.tell({
        type: 'dev.tablekeep.policy.changed.v1',
        source: 'policy',
        subject: 'p',
        data: {
          policyId: 'p',
          name: 'Nightly',
          enabled: true,
          deleted,
          version,
          notifications: notifications as never,
        },
      });
    const own = { silent: false, recipients: ['own@example.com'], notifyOn: ['SUCCESS'] };
    try {
      await settings(smtp.port);
      await announce(2, own);
      await announce(2, own);
      await announce(1, { ...own, silent: true });
      await finished('s-1', 'SUCCEEDED');
      await finished('s-2', 'FAILED');
      await announce(3, { ...own, silent: true });
      await finished('s-3', 'SUCCEEDED');
      await announce(4, null);
      await finished('s-4', 'FAILED');
      await passing(async () => expect((await deliveries()).filter((one) => one.status === 'PENDING')).toEqual([]));
      expect((await deliveries()).map((one) => one.recipient).sort()).toEqual([
        'dba@example.com',
        'ops@example.com',
        'own@example.com',
      ]);
    } finally {
      await smtp.stop();
    }
  }, 40_000);

  test('a mail server that is down is tried again until it is up', async () => {
    const down = await startSmtpServer();
    await down.stop();
    await settings(down.port, { recipients: ['dba@example.com'] });
    await finished('s-1', 'FAILED');
    await passing(async () =>
      expect((await deliveries())[0]).toMatchObject({
        status: 'PENDING',
        lastError: expect.stringContaining('ECONNREFUSED'),
      }),
    );
    const up = await startSmtpServer(down.port);
    try {
      await passing(
        async () => expect((await deliveries())[0]).toMatchObject({ status: 'DELIVERED', lastError: null }),
        10_000,
      );
      expect(up.messages).toHaveLength(1);
    } finally {
      await up.stop();
    }
  }, 60_000);

  test('one that stays down is given up after thirteen tries over a day, and said so', async () => {
    const down = await startSmtpServer();
    await down.stop();
    await settings(down.port, { recipients: ['dba@example.com'] });
    await finished('s-1', 'FAILED');
    await passing(
      async () => expect((await deliveries())[0]).toMatchObject({ status: 'FAILED', attempts: 13 }),
      3_600_000,
    );
    await passing(() =>
      expect(service.heardOf('dev.tablekeep.notification.delivered.v1')[0]?.data).toMatchObject({ outcome: 'FAILED' }),
    );
  }, 60_000);

  test('all that is wrong with the settings is told at once, and nothing is saved', async () => {
    const { updateNotificationSettings } = await settings(70_000, {
      smtpHost: null,
      from: 'nobody',
      recipients: ['a b'],
    });
    expect(updateNotificationSettings.notificationSettings).toBeNull();
    expect(updateNotificationSettings.userErrors.map((error) => error.path.join('.')).toSorted()).toEqual([
      'from',
      'recipients.0',
      'smtpHost',
      'smtpPort',
    ]);
    expect(await service.graphql('{ notificationSettings { enabled } }')).toEqual({
      notificationSettings: { enabled: false },
    });
  });

  test('the password is kept encrypted, never shown, and kept when it is not given', async () => {
    await settings(25, { smtpUser: 'mailer', smtpPassword: 'correct horse battery staple' });
    const again = await settings(25, { smtpUser: 'mailer' });
    expect(again.updateNotificationSettings.notificationSettings).toEqual({ smtpPasswordSet: true });
    const { database } = service;
    if (database.kind === 'sqlite') {
      const bytes = await Promise.all(
        ['', '-wal'].map((end) => readFile(`${database.file}${end}`, 'latin1').catch(() => '')),
      );
      expect(bytes.join('')).not.toContain('correct horse');
    }
    const db = await openDatabase(database, model);
    const [row] = await db.reader.query<{ smtp_password: string }[]>('SELECT smtp_password FROM notification_settings');
    await db.close();
    expect(row!.smtp_password).toMatch(/^k1\./u);
  });

  test.each([
    ['host', { smtpHost: 'mail.attacker.example' }],
    ['port', { smtpPort: 2525 }],
    ['TLS', { smtpTls: 'IMPLICIT' }],
    ['user', { smtpUser: 'somebody' }],
  ])(
    'a stored password does not go to another server or user: after a change of %s it is asked for',
    async (_what, change) => {
      await settings(25, { smtpUser: 'mailer', smtpPassword: 'correct horse battery staple' });
      const { updateNotificationSettings: refused } = await settings(25, {
        smtpUser: 'mailer',
        ...change,
        recipients: ['a b'],
      });
      expect(refused.userErrors.map((error) => error.path.join('.'))).toEqual(['recipients.0', 'smtpPassword']);
      const seen = '{ notificationSettings { smtpHost smtpPort smtpTls smtpUser } }';
      expect(await service.graphql(seen)).toEqual({
        notificationSettings: { smtpHost: '127.0.0.1', smtpPort: 25, smtpTls: 'OPPORTUNISTIC', smtpUser: 'mailer' },
      });
      const { updateNotificationSettings: given } = await settings(25, {
        smtpUser: 'mailer',
        ...change,
        smtpPassword: 'another',
      });
      expect(given).toMatchObject({ userErrors: [], notificationSettings: { smtpPasswordSet: true } });
    },
  );

  test('a password is forgotten with its user', async () => {
    await settings(25, { smtpUser: 'mailer', smtpPassword: 'correct horse battery staple' });
    const { updateNotificationSettings } = await settings(26);
    expect(updateNotificationSettings).toEqual({ userErrors: [], notificationSettings: { smtpPasswordSet: false } });
  });

  test('an audit entry is written once and cannot be changed or removed', async () => {
    const entry = {
      auditId: 'a-1',
      at: '2026-01-31T05:00:00.000Z',
      actor: { kind: 'user', id: 't', name: 'Operator', role: 'ADMIN' },
      service: 'policy',
      action: 'createPolicy',
      input: { name: 'x' },
      outcome: null,
      requestId: 'r',
    } as const;
    for (const id of ['e-1', 'e-1', 'e-2']) {
      await service.tell({
        type: 'dev.tablekeep.audit.recorded.v1',
        source: 'policy',
        subject: 'a-1',
        id,
        data: { ...entry, phase: 'REQUESTED' },
      });
    }
    await service.tell({
      type: 'dev.tablekeep.audit.recorded.v1',
      source: 'policy',
      subject: 'a-1',
      id: 'e-3',
      data: { ...entry, phase: 'COMPLETED' },
    });
    const ofPolicy = async () => {
      const { auditLog } = await service.graphql<{
        auditLog: { nodes: { service: string; phase: string; input: string }[] };
      }>('{ auditLog { nodes { service phase input } } }');
      return auditLog.nodes;
    };
    expect(await ofPolicy()).toEqual([
      { service: 'policy', phase: 'COMPLETED', input: '{"name":"x"}' },
      { service: 'policy', phase: 'REQUESTED', input: '{"name":"x"}' },
    ]);
    const db = await openDatabase(service.database, model);
    try {
      for (const sql of ["UPDATE audit_entry SET action = 'nothing'", 'DELETE FROM audit_entry']) {
        await expect(db.transaction((tx) => tx.query(sql))).rejects.toThrow('append-only');
      }
    } finally {
      await db.close();
    }
    expect(await ofPolicy()).toHaveLength(2);
  });
});
