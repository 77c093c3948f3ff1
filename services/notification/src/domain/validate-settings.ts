import type { UserError } from '@tablekeep/platform/errors';

export type SettingsFacts = Readonly<{
  enabled: boolean;
  smtpHost: string | null;
  smtpPort: number | null;
  from: string | null;
  recipients: readonly string[];
}>;

/** As strict as a mail server is about what is plainly not an address, and no stricter (RFC 5321 §4.1.2). */
const ADDRESS = /^[^\s@<>,;]+@[^\s@<>,;]+$/u;

export function isAddress(text: string): boolean {
  return ADDRESS.test(text) && text.length <= 254;
}

/** Everything that is wrong with the settings, at once. */
export function settingsProblems(settings: SettingsFacts): UserError[] {
  const problems: UserError[] = [];
  const wrong = (code: string, message: string, ...path: string[]) => problems.push({ code, message, path });
  if (settings.enabled && settings.smtpHost === null)
    wrong('REQUIRED', 'Name the mail server, or disable mail.', 'smtpHost');
  if (settings.enabled && settings.from === null)
    wrong('REQUIRED', 'Say which address mail comes from, or disable mail.', 'from');
  if (settings.from !== null && !isAddress(settings.from))
    wrong('BAD_ADDRESS', 'An address reads name@example.com.', 'from');
  if (settings.smtpPort !== null && (settings.smtpPort < 1 || settings.smtpPort > 65_535))
    wrong('BAD_PORT', 'A port is 1 to 65,535.', 'smtpPort');
  if (settings.enabled && settings.recipients.length === 0)
    wrong('REQUIRED', 'Name at least one recipient, or disable mail.', 'recipients');
  settings.recipients.forEach((recipient, i) => {
    if (!isAddress(recipient))
      wrong('BAD_ADDRESS', `"${recipient}" is not an address; one reads name@example.com.`, 'recipients', String(i));
    else if (settings.recipients.indexOf(recipient) !== i)
      wrong('DUPLICATE', `${recipient} is named twice.`, 'recipients', String(i));
  });
  return problems;
}

export type ServerFacts = Readonly<{
  smtpHost: string | null;
  smtpPort: number | null;
  smtpSecure: boolean;
  smtpUser: string | null;
}>;

/**
 * A stored password is for the server and the user it was given for: kept for others, whoever may change the settings could
 * have it sent to a server of theirs. Without a user nothing is sent, so then nothing is asked.
 */
export function passwordProblems(before: ServerFacts, asked: ServerFacts): UserError[] {
  const changed = (['smtpHost', 'smtpPort', 'smtpSecure', 'smtpUser'] as const).filter(
    (field) => before[field] !== asked[field],
  );
  if (asked.smtpUser === null || changed.length === 0) return [];
  return [
    {
      code: 'PASSWORD_REQUIRED',
      message: `Give the password again: the stored one is not used after a change of ${changed.join(', ')}.`,
      path: ['smtpPassword'],
    },
  ];
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Whether mail may go out only if the server turns to TLS: a login must not cross a network that others can read. */
export function tlsRequired(server: ServerFacts): boolean {
  return server.smtpUser !== null && !server.smtpSecure && !LOOPBACK.has(server.smtpHost ?? '');
}
