import type { UserError } from '@tablekeep/platform/errors';
import { isMailAddress, recipientProblems } from '@tablekeep/platform/mail-address';
import { X509Certificate } from 'node:crypto';
import { oauthProblems, type OAuthFacts } from './oauth.ts';
import { subjectProblems } from './subject.ts';

export type { OAuthFacts } from './oauth.ts';
export type SmtpTls = 'OPPORTUNISTIC' | 'NONE' | 'STARTTLS' | 'IMPLICIT';

export type SettingsFacts = Readonly<{
  enabled: boolean;
  smtpHost: string | null;
  smtpPort: number | null;
  smtpTls: SmtpTls;
  smtpCa: string | null;
  smtpUser: string | null;
  smtpOAuth: OAuthFacts | null;
  from: string | null;
  recipients: readonly string[];
  subjectTemplate: string | null;
}>;

/** Everything that is wrong with the settings, at once. */
export function settingsProblems(settings: SettingsFacts): UserError[] {
  const problems: UserError[] = [];
  const wrong = (code: string, message: string, ...path: string[]) => problems.push({ code, message, path });
  if (settings.enabled && settings.smtpHost === null)
    wrong('REQUIRED', 'Name the mail server, or disable mail.', 'smtpHost');
  if (settings.enabled && settings.from === null)
    wrong('REQUIRED', 'Say which address mail comes from, or disable mail.', 'from');
  if (settings.from !== null && !isMailAddress(settings.from))
    wrong('BAD_ADDRESS', 'An address reads name@example.com.', 'from');
  if (settings.smtpPort !== null && (settings.smtpPort < 1 || settings.smtpPort > 65_535))
    wrong('BAD_PORT', 'A port is 1 to 65,535.', 'smtpPort');
  if (settings.enabled && settings.recipients.length === 0)
    wrong('REQUIRED', 'Name at least one recipient, or disable mail.', 'recipients');
  problems.push(...recipientProblems(settings.recipients, ['recipients']), ...serverProblems(settings));
  if (settings.subjectTemplate !== null)
    problems.push(...subjectProblems(settings.subjectTemplate, ['subjectTemplate']));
  return problems;
}

function serverProblems({ smtpHost, smtpTls, smtpCa, smtpUser, smtpOAuth }: SettingsFacts): UserError[] {
  const problems: UserError[] = [];
  const wrong = (code: string, message: string, path: string) => problems.push({ code, message, path: [path] });
  if (smtpTls === 'NONE' && smtpUser !== null && !LOOPBACK.has(smtpHost ?? ''))
    wrong(
      'TLS_REQUIRED',
      'A login must not cross a network that others can read: use STARTTLS or IMPLICIT.',
      'smtpTls',
    );
  if (smtpCa !== null && !isCertificates(smtpCa))
    wrong('BAD_CERTIFICATE', 'Give certificates in PEM: -----BEGIN CERTIFICATE----- ….', 'smtpCaCertificates');
  if (smtpCa !== null && smtpTls === 'NONE')
    wrong('NOT_USED', 'Without TLS there is no certificate to check.', 'smtpCaCertificates');
  if (smtpOAuth !== null) {
    if (smtpUser === null) wrong('REQUIRED', 'Say as which user the token signs in.', 'smtpUser');
    problems.push(...oauthProblems(smtpOAuth));
  }
  return problems;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/gu;

function isCertificates(pem: string): boolean {
  const found = pem.match(CERTIFICATE) ?? [];
  try {
    return found.length > 0 && found.every((one) => new X509Certificate(one).subject !== undefined);
  } catch {
    return false;
  }
}

export type ServerFacts = Readonly<{
  smtpHost: string | null;
  smtpPort: number | null;
  smtpTls: SmtpTls;
  smtpCa: string | null;
  smtpUser: string | null;
}>;

/**
 * A stored password is for the server and the user it was given for: kept for others, whoever may change the settings could
 * have it sent to a server of theirs. Without a user nothing is sent, so then nothing is asked.
 */
export function passwordProblems(before: ServerFacts, asked: ServerFacts): UserError[] {
  const changed = (['smtpHost', 'smtpPort', 'smtpTls', 'smtpCa', 'smtpUser'] as const).filter(
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
export function tlsRequired(server: Pick<ServerFacts, 'smtpHost' | 'smtpTls' | 'smtpUser'>): boolean {
  if (server.smtpTls === 'STARTTLS') return true;
  return server.smtpTls === 'OPPORTUNISTIC' && server.smtpUser !== null && !LOOPBACK.has(server.smtpHost ?? '');
}
