import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { generate } from 'selfsigned';
import type { SMTPServerOptions } from 'smtp-server';
import { refusal, startMailServer } from './mail-server.ts';
import { startTokenServer } from './token-server.ts';
import { startWorld, type World } from './world.ts';

describe.each(await availableEngines())('mail on %s', (engine: Engine) => {
  let world: World;
  let isRefused: boolean;
  const whileRefused = (code: number, message: string) => (isRefused ? refusal(code, message) : null);
  beforeEach(async () => {
    world = await startWorld(engine);
  }, 60_000);
  afterEach(() => world.service.stop());

  test('an address that the server refuses for good does not lose the others, and is not asked again', async () => {
    const server = await startMailServer({
      onRcptTo: ({ address }, _session, done) =>
        done(address === 'gone@example.com' ? refusal(550, 'No such user here') : null),
    });
    try {
      await world.settings(server.port, { recipients: ['gone@example.com', 'dba@example.com', 'ops@example.com'] });
      await world.finished('s-1', 'FAILED');
      await world.passing(async () =>
        expect((await world.deliveries()).filter(({ status }) => status === 'PENDING')).toEqual([]),
      );
      expect(
        (await world.deliveries()).map(({ recipient, status, attempts }) => [recipient, status, attempts]).sort(),
      ).toEqual([
        ['dba@example.com', 'DELIVERED', 1],
        ['gone@example.com', 'FAILED', 1],
        ['ops@example.com', 'DELIVERED', 1],
      ]);
      expect((await world.deliveries()).find(({ status }) => status === 'FAILED')!.lastError).toContain(
        '550 No such user here',
      );
    } finally {
      await server.stop();
    }
  }, 40_000);

  test.each<[string, SMTPServerOptions]>([
    ['the sender', { onMailFrom: (_address, _session, done) => done(whileRefused(553, 'Sender not allowed')) }],
    ['a missing login', { onMailFrom: (_address, _session, done) => done(whileRefused(530, 'Log in first')) }],
    [
      'a missing login at the recipient',
      { onRcptTo: (_address, _session, done) => done(whileRefused(554, '5.7.1 Relay access denied')) },
    ],
  ])(
    'a server that refuses %s is asked again, since a person may mend that',
    async (_what, options) => {
      isRefused = true;
      const server = await startMailServer(options);
      try {
        await world.settings(server.port, { recipients: ['dba@example.com'] });
        await world.finished('s-1', 'FAILED');
        await world.passing(async () =>
          expect(await world.deliveries()).toMatchObject([
            { attempts: 1, lastError: expect.stringMatching(/55[34]|530/u) },
          ]),
        );
        expect(await world.deliveries()).toMatchObject([{ status: 'PENDING' }]);
        isRefused = false;
        await world.passing(async () => expect(await world.deliveries()).toMatchObject([{ status: 'DELIVERED' }]));
        expect(server.taken).toHaveLength(1);
      } finally {
        await server.stop();
      }
    },
    40_000,
  );

  test('an address that the server puts off is asked again, and each answer is kept', async () => {
    let asked = 0;
    const server = await startMailServer({
      onRcptTo: (_address, _session, done) => done(++asked === 1 ? refusal(450, 'Greylisted, come back') : null),
    });
    try {
      await world.settings(server.port, { recipients: ['dba@example.com'] });
      await world.finished('s-1', 'FAILED');
      await world.passing(async () =>
        expect(await world.deliveries()).toMatchObject([{ status: 'DELIVERED', attempts: 2 }]),
      );
      const { deliveries } = await world.service.graphql<{ deliveries: { nodes: { attemptLog: object[] }[] } }>(
        '{ deliveries { nodes { attemptLog { number answerCode answer error durationMs } } } }',
      );
      expect(deliveries.nodes[0]!.attemptLog).toMatchObject([
        {
          number: 1,
          answerCode: 450,
          answer: expect.stringContaining('Greylisted, come back'),
          durationMs: expect.any(Number),
        },
        { number: 2, answerCode: 250, error: null },
      ]);
    } finally {
      await server.stop();
    }
  }, 40_000);

  test('a mail server that is away for hours gets the mail when it is back', async () => {
    const backAt = world.clock.now().getTime() + 5 * 3_600_000;
    const server = await startMailServer({
      onConnect: (_session, done) =>
        done(world.clock.now().getTime() < backAt ? refusal(421, 'Out of service') : undefined),
    });
    try {
      await world.settings(server.port, { recipients: ['dba@example.com'] });
      await world.finished('s-1', 'FAILED');
      await world.passing(
        async () => expect(await world.deliveries()).toMatchObject([{ status: 'DELIVERED' }]),
        300_000,
      );
      expect(server.taken).toEqual([{ to: 'dba@example.com', secure: false }]);
    } finally {
      await server.stop();
    }
  }, 40_000);

  describe('to a server that wants TLS and a login, and whose authority the settings name', () => {
    const user = 'tablekeep@example.com';
    /** Sets the settings as a person does; gives how its mail of a session arrived there. */
    async function arrivalAt(server: { secure: boolean; authMethods: string[] }, settings: object) {
      const certificate = await generate([{ name: 'commonName', value: 'localhost' }]);
      const { private: key, cert } = certificate;
      const mails = await startMailServer({ ...server, key, cert, disabledCommands: [], authOptional: false });
      try {
        const said = await world.settings(mails.port, {
          smtpHost: 'localhost',
          smtpCaCertificates: cert,
          smtpUser: user,
          recipients: ['dba@example.com'],
          ...settings,
        });
        expect(said.updateNotificationSettings.userErrors).toEqual([]);
        await world.finished('s-1', 'FAILED');
        await world.passing(async () =>
          expect(await world.deliveries()).toMatchObject([{ status: 'DELIVERED', attempts: 1 }]),
        );
        return { logins: mails.logins, taken: mails.taken };
      } finally {
        await mails.stop();
      }
    }

    test('what was stored signs in with a token, by implicit TLS', async () => {
      const tokens = await startTokenServer();
      try {
        const smtpOAuth = {
          provider: 'CUSTOM',
          grant: 'CLIENT_CREDENTIALS',
          clientId: 'app',
          clientSecret: 'hush',
          tokenUrl: tokens.tokenUrl,
          scope: 'mail.send',
        };
        const settings = { smtpTls: 'IMPLICIT', smtpOAuth };
        expect(await arrivalAt({ secure: true, authMethods: ['XOAUTH2'] }, settings)).toEqual({
          logins: [{ method: 'XOAUTH2', user, secret: 'token-1' }],
          taken: [{ to: 'dba@example.com', secure: true }],
        });
        expect(tokens.asked).toEqual([
          { grant_type: 'client_credentials', client_id: 'app', client_secret: 'hush', scope: 'mail.send' },
        ]);
      } finally {
        await tokens.stop();
      }
    }, 40_000);

    test('what was stored signs in with a password, by STARTTLS', async () => {
      const settings = { smtpTls: 'STARTTLS', smtpPassword: 'correct horse' };
      expect(await arrivalAt({ secure: false, authMethods: ['PLAIN'] }, settings)).toEqual({
        logins: [{ method: 'PLAIN', user, secret: 'correct horse' }],
        taken: [{ to: 'dba@example.com', secure: true }],
      });
    }, 40_000);
  });

  test('a test mail says what the server answered, taken or not', async () => {
    let says: Error | null = null;
    const server = await startMailServer({ onMailFrom: (_address, _session, done) => done(says) });
    try {
      await world.settings(server.port);
      const ask = () =>
        world.change<{ serverAnswer: string }>(
          'sendTestNotification',
          { recipient: 'dba@example.com' },
          'serverAnswer',
        );
      expect((await ask()).serverAnswer).toMatch(/^250 /u);
      says = refusal(553, 'Sender not allowed by policy 7.1');
      expect((await ask()).userErrors).toMatchObject([
        { code: 'NOT_SENT', message: expect.stringContaining('553 Sender not allowed by policy 7.1') },
      ]);
    } finally {
      await server.stop();
    }
  }, 40_000);

  test('secrets of OAuth are kept encrypted, never shown, and asked for again when what they are for changes', async () => {
    const oauth = {
      provider: 'MICROSOFT',
      grant: 'CLIENT_CREDENTIALS',
      clientId: 'app',
      tenantId: 'contoso',
      clientSecret: 'do not tell anybody',
    };
    const set = (change: object = {}, more: object = {}) =>
      world.change(
        'updateNotificationSettings',
        {
          enabled: true,
          smtpHost: 'smtp.office365.com',
          smtpTls: 'STARTTLS',
          smtpUser: 'tablekeep@contoso.example',
          smtpOAuth: { ...oauth, ...change },
          from: 'tablekeep@contoso.example',
          recipients: ['ops@example.com'],
          notifyOn: ['ERROR'],
          ...more,
        },
        'notificationSettings { smtpPasswordSet smtpOAuth { tokenUrl scope clientSecretSet refreshTokenSet } }',
      );
    expect(await set()).toMatchObject({
      userErrors: [],
      notificationSettings: {
        smtpPasswordSet: false,
        smtpOAuth: {
          tokenUrl: 'https://login.microsoftonline.com/contoso/oauth2/v2.0/token',
          scope: 'https://outlook.office365.com/.default',
          clientSecretSet: true,
          refreshTokenSet: false,
        },
      },
    });
    expect(await set({ clientSecret: null })).toMatchObject({
      userErrors: [],
      notificationSettings: { smtpOAuth: { clientSecretSet: true } },
    });
    const moved = { clientSecret: null, provider: 'CUSTOM', tokenUrl: 'https://attacker.example/token' };
    expect((await set(moved)).userErrors).toMatchObject([
      { code: 'SECRET_REQUIRED', path: ['smtpOAuth', 'clientSecret'] },
    ]);
    expect(
      (
        await set({ provider: 'GOOGLE', clientSecret: null, tokenUrl: 'http://example.com' }, { smtpUser: null })
      ).userErrors
        .map(({ path }) => path.join('.'))
        .sort(),
    ).toEqual(['smtpOAuth.clientSecret', 'smtpOAuth.grant', 'smtpOAuth.tokenUrl', 'smtpUser']);
    expect(JSON.stringify(world.service.heard)).not.toContain('do not tell');
  }, 40_000);

  test('a subject of one’s own is used; one that names what there is not says what there is', async () => {
    const server = await startMailServer();
    try {
      const refused = await world.settings(server.port, { subjectTemplate: '{polcy}' });
      expect(refused.updateNotificationSettings.userErrors).toMatchObject([
        { code: 'UNKNOWN_VARIABLE', path: ['subjectTemplate'], message: expect.stringContaining('{policy}') },
      ]);
      await world.settings(server.port, { subjectTemplate: '{policy} {result}: {issues}' });
      await world.finished('s-1', 'FAILED');
      const { deliveries } = await world.service.graphql<{ deliveries: { nodes: { subject: string }[] } }>(
        '{ deliveries { nodes { subject } } }',
      );
      expect(deliveries.nodes[0]!.subject).toBe('Nightly FAILED: 0 problems');
    } finally {
      await server.stop();
    }
  }, 40_000);
});
