import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeClock } from '@tablekeep/platform/clock';
import { openKeyring, type Keyring } from '@tablekeep/platform/keyring';
import { eventually } from '@tablekeep/testkit/eventually';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import type { SMTPServerOptions } from 'smtp-server';
import { CLIENT_SECRET_CONTEXT, createAccessTokens } from '../src/senders/access-token.ts';
import { PASSWORD_CONTEXT, sendMail } from '../src/senders/send-mail.ts';
import type { SettingsRow } from '../src/store/entities.ts';
import { SWITCHED_OFF } from '../src/store/settings.ts';
import { refusal, startMailServer, type Certificate, type Login } from './mail-server.ts';
import { noRefreshes, startTokenServer, type TokenServer } from './token-server.ts';

describe('a mail’s way to its server', () => {
  let folder: string;
  let keyring: Keyring;
  let ours: Certificate;
  let strange: Certificate;
  const clock = fakeClock(new Date('2026-01-31T05:00:00.000Z'));
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablekeep-mail-'));
    keyring = await openKeyring(join(folder, 'keyring.json'));
    ours = await generate([{ name: 'commonName', value: 'localhost' }]);
    strange = await generate([{ name: 'commonName', value: 'mail.example.com' }]);
  }, 30_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const mail = { subject: 'x', text: 'x', html: '<p>x</p>', to: 'dba@example.com', messageId: '<x@tablekeep>' };
  const deps = () => ({ keyring, tokens: createAccessTokens({ keyring, clock }), refreshes: noRefreshes });
  const settings = (smtpPort: number, change: Partial<SettingsRow>): SettingsRow => ({
    ...SWITCHED_OFF,
    enabled: true,
    smtpHost: 'localhost',
    smtpPort,
    from: 'tablekeep@example.com',
    ...change,
  });
  const withTls = (certificate: Certificate, secure: boolean): SMTPServerOptions => ({
    key: certificate.private,
    cert: certificate.cert,
    secure,
    disabledCommands: [],
  });

  test.each([
    ['IMPLICIT', true],
    ['STARTTLS', false],
    ['OPPORTUNISTIC', false],
  ] as const)(
    '%s: encrypted, to a server whose certificate an authority of ours has signed',
    async (smtpTls, secure) => {
      const server = await startMailServer(withTls(ours, secure));
      try {
        expect(await sendMail(settings(server.port, { smtpTls, smtpCa: ours.cert }), deps(), mail)).toMatchObject({
          outcome: 'TAKEN',
          code: 250,
        });
        expect(server.taken).toEqual([{ to: 'dba@example.com', secure: true }]);
        expect(await sendMail(settings(server.port, { smtpTls }), deps(), mail)).toMatchObject({
          outcome: 'FAILED',
          error: expect.stringMatching(/self.signed certificate/u),
        });
        expect(server.taken).toHaveLength(1);
      } finally {
        await server.stop();
      }
    },
  );

  test('a good certificate of another server is none', async () => {
    const server = await startMailServer(withTls(strange, true));
    try {
      const tried = await sendMail(settings(server.port, { smtpTls: 'IMPLICIT', smtpCa: strange.cert }), deps(), mail);
      expect(tried).toMatchObject({
        outcome: 'FAILED',
        error: expect.stringContaining("does not match certificate's altnames"),
      });
    } finally {
      await server.stop();
    }
  });

  test('NONE stays plain although the server offers more; STARTTLS is no mail where it does not', async () => {
    const offers = await startMailServer(withTls(ours, false));
    const plain = await startMailServer();
    try {
      expect(await sendMail(settings(offers.port, { smtpTls: 'NONE' }), deps(), mail)).toMatchObject({
        outcome: 'TAKEN',
      });
      expect(offers.taken).toEqual([{ to: 'dba@example.com', secure: false }]);
      expect(await sendMail(settings(plain.port, { smtpTls: 'STARTTLS' }), deps(), mail)).toMatchObject({
        outcome: 'FAILED',
      });
      expect(plain.taken).toEqual([]);
    } finally {
      await offers.stop();
      await plain.stop();
    }
  });

  test.each([
    ['in the handshake of IMPLICIT', 'IMPLICIT', (socket: Socket): void => void socket.resume()],
    [
      'in the handshake after STARTTLS',
      'STARTTLS',
      (socket: Socket): void => {
        socket.write('220 here\r\n');
        socket.on('data', (data) => {
          const said = data.toString();
          if (said.startsWith('EHLO')) socket.write('250-here\r\n250 STARTTLS\r\n');
          if (said.startsWith('STARTTLS')) socket.write('220 go ahead\r\n');
        });
      },
    ],
  ] as const)(
    'a server that falls silent %s is given up at the deadline, and let go',
    async (_when, smtpTls, say) => {
      const open = new Set<Socket>();
      const server = createServer((socket) => {
        open.add(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => open.delete(socket));
        say(socket);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const { port } = server.address() as AddressInfo;
        const at = { smtpHost: '127.0.0.1', smtpTls };
        expect(await sendMail(settings(port, at), deps(), mail, { deadlineMs: 500 })).toMatchObject({
          outcome: 'FAILED',
          final: false,
          error: 'the mail server did not finish within 500 ms',
        });
        await eventually(() => expect(open.size).toBe(0));
      } finally {
        for (const socket of open) socket.destroy();
        await new Promise<void>((resolve) => server.close(() => resolve()));
      }
    },
    5_000,
  );

  test('a password that is refused says what the server said, and may be mended', async () => {
    const server = await startMailServer({
      ...withTls(ours, true),
      onAuth: (_auth, _session, done) => done(refusal(535, 'Wrong password, third time')),
    });
    try {
      const login = { smtpTls: 'IMPLICIT' as const, smtpCa: ours.cert, smtpUser: 'mailer' };
      const smtpPassword = keyring.encrypt('secret', PASSWORD_CONTEXT);
      expect(await sendMail(settings(server.port, { ...login, smtpPassword }), deps(), mail)).toMatchObject({
        outcome: 'FAILED',
        code: 535,
        final: false,
        error: expect.stringContaining('Wrong password, third time'),
      });
    } finally {
      await server.stop();
    }
  });

  describe('with a token', () => {
    let tokens: TokenServer;
    let refused: Set<string>;
    let server: Awaited<ReturnType<typeof startMailServer>>;
    const logins: Login[] = [];
    beforeEach(async () => {
      tokens = await startTokenServer();
      refused = new Set();
      logins.length = 0;
      server = await startMailServer({
        ...withTls(ours, true),
        authMethods: ['XOAUTH2'],
        onAuth: ({ method, username, accessToken }, _session, done) => {
          logins.push({ method, user: username ?? '', secret: accessToken ?? '' });
          if (refused.has(accessToken ?? '')) return done(null, { data: { status: '401', schemes: 'bearer' } });
          return done(null, { user: username });
        },
      });
    });
    afterEach(async () => {
      await tokens.stop();
      await server.stop();
    });
    const withToken = (change: Partial<NonNullable<SettingsRow['smtpOAuth']>>) =>
      settings(server.port, {
        smtpTls: 'IMPLICIT',
        smtpCa: ours.cert,
        smtpUser: 'tablekeep@example.com',
        smtpOAuth: {
          provider: 'CUSTOM',
          grant: 'CLIENT_CREDENTIALS',
          clientId: 'app',
          tenantId: null,
          tokenUrl: tokens.tokenUrl,
          scope: 'mail.send',
          clientSecret: keyring.encrypt('hush', CLIENT_SECRET_CONTEXT),
          refreshToken: null,
          ...change,
        },
      });

    test('as the application: one token serves until shortly before it ends', async () => {
      const used = deps();
      const its = withToken({});
      for (let i = 0; i < 3; i++) expect(await sendMail(its, used, mail)).toMatchObject({ outcome: 'TAKEN' });
      expect(tokens.asked).toEqual([
        { grant_type: 'client_credentials', client_id: 'app', client_secret: 'hush', scope: 'mail.send' },
      ]);
      expect(logins).toEqual(Array(3).fill({ method: 'XOAUTH2', user: 'tablekeep@example.com', secret: 'token-1' }));
      clock.advance((3600 - 119) * 1_000);
      expect(await sendMail(its, used, mail)).toMatchObject({ outcome: 'TAKEN' });
      expect(logins.at(-1)).toMatchObject({ secret: 'token-2' });
    });

    test('one that the mail server refuses is not used again', async () => {
      refused.add('token-1');
      const used = deps();
      const its = withToken({});
      expect(await sendMail(its, used, mail)).toMatchObject({ outcome: 'FAILED', final: false });
      expect(await sendMail(its, used, mail)).toMatchObject({ outcome: 'TAKEN' });
      expect(logins.at(-1)).toMatchObject({ secret: 'token-2' });
      expect(tokens.asked).toHaveLength(2);
    });

    test('an endpoint that refuses is quoted, and its secrets are not', async () => {
      tokens.answer(() => ({
        status: 401,
        body: {
          error: 'invalid_client',
          error_description: 'AADSTS7000222: the secret has expired',
          client_secret: 'hush',
        },
      }));
      const tried = await sendMail(withToken({}), deps(), mail);
      expect(tried).toMatchObject({
        outcome: 'FAILED',
        final: false,
        error: expect.stringContaining('401 invalid_client: AADSTS7000222: the secret has expired'),
      });
      expect(JSON.stringify(tried)).not.toContain('hush');
      expect(logins).toEqual([]);
    });
  });
});
