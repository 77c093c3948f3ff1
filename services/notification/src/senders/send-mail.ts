import { connect, type Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import type { Keyring } from '@tablekeep/platform/keyring';
import type { Mail } from './domain/compose-mail.ts';
import { tlsRequired } from './domain/validate-settings.ts';
import type { SettingsRow } from './store/entities.ts';

/** What an encrypted password is bound to: it cannot be moved to another field and decrypted there. */
export const PASSWORD_CONTEXT = 'notification smtp password';

/** A server that says nothing for so long is given up. */
const SILENCE_MS = 20_000;
/** And one that says little, but never comes to an end. */
const DEADLINE_MS = 60_000;
const DEFAULT_PORT = 25;

/**
 * Hands one mail to the server; gives what the server answered. Throws with the server's words where it refused, and where
 * it took longer than the deadline or `cut` was aborted: then the connection is closed, and whether it has the mail is not
 * known.
 */
export async function sendMail(
  settings: SettingsRow,
  keyring: Keyring,
  mail: Mail & Readonly<{ to: string; messageId: string }>,
  { cut, deadlineMs = DEADLINE_MS }: Readonly<{ cut?: AbortSignal; deadlineMs?: number }> = {},
): Promise<string> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = cut ? AbortSignal.any([cut, deadline]) : deadline;
  const transport = createTransport({
    host: settings.smtpHost ?? '',
    port: settings.smtpPort ?? DEFAULT_PORT,
    secure: settings.smtpSecure,
    requireTLS: tlsRequired(settings),
    greetingTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    getSocket: ({ host, port }, done) => {
      open({ host: host ?? '', port: Number(port) }, signal).then(
        (connection) => done(null, { connection }),
        (error: Error) => done(error, {}),
      );
    },
    ...(settings.smtpUser !== null && {
      auth: {
        user: settings.smtpUser,
        pass: settings.smtpPassword === null ? '' : keyring.decrypt(settings.smtpPassword, PASSWORD_CONTEXT).toString(),
      },
    }),
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
    if (deadline.aborted) throw new Error(`the mail server did not finish within ${deadlineMs} ms`, { cause: error });
    if (signal.aborted) throw new Error('cut off: Tablekeep is stopping', { cause: error });
    throw error;
  } finally {
    transport.close();
  }
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
