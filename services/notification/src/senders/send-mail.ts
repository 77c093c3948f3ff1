import { connect, type Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import type { Keyring } from '@tablekeep/platform/keyring';
import type { Mail } from '../domain/compose-mail.ts';
import { failed, taken, type Tried } from '../domain/tried.ts';
import { tlsRequired, type SmtpTls } from '../domain/validate-settings.ts';
import type { SettingsRow } from '../store/entities.ts';
import type { AccessTokens, Refreshes } from './access-token.ts';

/** What an encrypted password is bound to: it cannot be moved to another field and decrypted there. */
export const PASSWORD_CONTEXT = 'notification smtp password';

/** A server that says nothing for so long is given up. */
const SILENCE_MS = 20_000;
/** And one that says little, but never comes to an end. */
const DEADLINE_MS = 60_000;
/** Where a server listens that is asked for STARTTLS, or for TLS from the first byte (RFC 8314). */
const PORTS: Readonly<Record<SmtpTls, number>> = { OPPORTUNISTIC: 25, NONE: 25, STARTTLS: 587, IMPLICIT: 465 };

export function tlsOf({ smtpTls, smtpSecure }: Pick<SettingsRow, 'smtpTls' | 'smtpSecure'>): SmtpTls {
  return smtpTls ?? (smtpSecure ? 'IMPLICIT' : 'OPPORTUNISTIC');
}

export type MailDeps = Readonly<{ keyring: Keyring; tokens: AccessTokens; refreshes: Refreshes }>;

/**
 * Hands one mail to the server and tells what it answered. Where it took longer than the deadline or `cut` was aborted the
 * connection is closed, and whether the server has the mail is not known.
 */
export async function sendMail(
  settings: SettingsRow,
  deps: MailDeps,
  mail: Mail & Readonly<{ to: string; messageId: string }>,
  { cut, deadlineMs = DEADLINE_MS }: Readonly<{ cut?: AbortSignal; deadlineMs?: number }> = {},
): Promise<Tried> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = cut ? AbortSignal.any([cut, deadline]) : deadline;
  try {
    const answer = await handOver(settings, deps, mail, signal);
    return taken(replyCode(answer), answer);
  } catch (error) {
    if (deadline.aborted) return failed(`the mail server did not finish within ${deadlineMs} ms`);
    if (signal.aborted) return failed('cut off: Tablekeep is stopping');
    return ofError(error);
  }
}

async function handOver(
  settings: SettingsRow,
  { keyring, tokens, refreshes }: MailDeps,
  mail: Mail & Readonly<{ to: string; messageId: string }>,
  signal: AbortSignal,
): Promise<string> {
  const smtpTls = tlsOf(settings);
  const { smtpUser: user, smtpOAuth: oauth, smtpPassword } = settings;
  const accessToken = user !== null && oauth ? await tokens.get(oauth, { signal, refreshes }) : null;
  const transport = createTransport({
    host: settings.smtpHost ?? '',
    port: settings.smtpPort ?? PORTS[smtpTls],
    secure: smtpTls === 'IMPLICIT',
    ignoreTLS: smtpTls === 'NONE',
    requireTLS: tlsRequired({ ...settings, smtpTls }),
    ...(settings.smtpCa !== null && { tls: { ca: settings.smtpCa } }),
    greetingTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    getSocket: ({ host, port }, done) => {
      open({ host: host ?? '', port: Number(port) }, signal).then(
        (connection) => done(null, { connection }),
        (error: Error) => done(error, {}),
      );
    },
    ...(user !== null &&
      (accessToken === null
        ? {
            auth: {
              user,
              pass: smtpPassword === null ? '' : keyring.decrypt(smtpPassword, PASSWORD_CONTEXT).toString(),
            },
          }
        : { auth: { type: 'OAuth2', user, accessToken } })),
  });
  try {
    const { response } = await transport.sendMail({
      from: settings.from ?? '',
      to: mail.to,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      messageId: mail.messageId,
    });
    return response;
  } catch (error) {
    if (oauth && (error as { code?: string }).code === 'EAUTH') tokens.forget(oauth);
    throw error;
  } finally {
    transport.close();
  }
}

/**
 * A 5yz to the recipient or to the mail itself stays what it is however often it is asked (RFC 5321 §4.2.1). One to the
 * connection, the login or the sender is about the settings, which a person may mend meanwhile; so is one that asks for a
 * login, or forbids what needs one, at whichever command a server says so (RFC 4954 §6, RFC 3463 §3.8).
 */
function ofError(error: unknown): Tried {
  const { message, response, responseCode, code, command } = error as Error & {
    response?: string;
    responseCode?: number;
    code?: string;
    command?: string;
  };
  const isOfRecipient = code === 'EENVELOPE' && command !== 'MAIL FROM' && !WANTS_LOGIN.test(response ?? '');
  const final = (responseCode ?? 0) >= 500 && (isOfRecipient || code === 'EMESSAGE');
  return failed(message, { code: responseCode ?? null, answer: response ?? null, final });
}

const WANTS_LOGIN = /^(?:530\b|5\d\d[ -]5\.7\.)/u;

function replyCode(answer: string): number | null {
  const code = /^(\d{3})\b/u.exec(answer)?.[1];
  return code === undefined ? null : Number(code);
}

/** The connection is ours, so that it can be closed in the middle of a mail: the mailer's own `close` lets that go on. */
function open(server: Readonly<{ host: string; port: number }>, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...server, signal });
    // Stays for the life of the connection: the mailer's own listener comes and goes.
    socket.on('error', reject);
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('the mail server could not be reached in time')));
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      resolve(socket);
    });
  });
}
