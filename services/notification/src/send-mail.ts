import { createTransport } from 'nodemailer';
import type { Keyring } from '@tablekeep/platform/keyring';
import type { Mail } from './domain/compose-mail.ts';
import type { SettingsRow } from './store/entities.ts';

/** What an encrypted password is bound to: it cannot be moved to another field and decrypted there. */
export const PASSWORD_CONTEXT = 'notification smtp password';

const TIMEOUT_MS = 20_000;
const DEFAULT_PORT = 25;

/** Hands one mail to the server; gives what the server answered. Throws with the server's words where it refused. */
export async function sendMail(
  settings: SettingsRow,
  keyring: Keyring,
  mail: Mail & Readonly<{ to: string; messageId: string }>,
): Promise<string> {
  const transport = createTransport({
    host: settings.smtpHost ?? '',
    port: settings.smtpPort ?? DEFAULT_PORT,
    secure: settings.smtpSecure,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
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
  } finally {
    transport.close();
  }
}
