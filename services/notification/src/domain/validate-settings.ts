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
