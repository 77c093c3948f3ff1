import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { UserErrors } from '@tablekeep/platform/errors';
import type { Keyring } from '@tablekeep/platform/keyring';
import { factsOf, oauthSecretProblems, type OAuthFacts } from '../domain/oauth.ts';
import { reportProblems } from '../domain/validate-report.ts';
import { passwordProblems, settingsProblems, type SettingsFacts } from '../domain/validate-settings.ts';
import { CLIENT_SECRET_CONTEXT, REFRESH_TOKEN_CONTEXT } from '../senders/access-token.ts';
import { PASSWORD_CONTEXT, tlsOf } from '../senders/send-mail.ts';
import { SettingsEntity, type DailyReportSettings, type SettingsRow } from '../store/entities.ts';
import { NO_REPORT, SWITCHED_OFF } from '../store/settings.ts';
import type { MutationUpdateNotificationSettingsArgs, SmtpOAuthInput } from './resolver-types.ts';

type Input = MutationUpdateNotificationSettingsArgs['input'];

/** Replaces the settings whole. Two callers at once: one after the other, each seen by the next. */
export async function updateSettings(
  { db, keyring, clock }: Readonly<{ db: Database; keyring: Keyring; clock: Clock }>,
  input: Input,
): Promise<SettingsRow> {
  const facts = factsIn(input);
  const notifyOn = [...input.notifyOn];
  const now = clock.now();
  return db.transaction(async (tx) => {
    await db.insertOnce(tx, SettingsEntity, SWITCHED_OFF);
    const before = await tx.findOneOrFail(SettingsEntity, { where: { id: 1 }, ...db.forUpdate() });
    const dailyReport = reportAfter(before, facts, input, now);
    const problems = [
      ...settingsProblems(facts),
      ...secretProblems(before, facts, input),
      ...(dailyReport ? reportProblems(dailyReport) : []),
    ];
    if (problems.length > 0) throw new UserErrors(problems);
    const { recipients, ...rest } = facts;
    const after: SettingsRow = {
      ...before,
      ...rest,
      recipients: [...recipients],
      dailyReport,
      notifyOn,
      smtpSecure: facts.smtpTls === 'IMPLICIT',
      smtpPassword: passwordAfter(before, facts, input, keyring),
      smtpOAuth: facts.smtpOAuth && oauthAfter(before.smtpOAuth, facts.smtpOAuth, input.smtpOAuth, keyring),
    };
    await tx.update(SettingsEntity, { id: 1 }, after);
    return after;
  });
}

/**
 * What was said of the report, with what is said now. Switched on, with mail or alone, or given another time, it comes when that
 * time comes next: what was due before is owed to nobody.
 */
function reportAfter(
  before: SettingsRow,
  { enabled: mail }: SettingsFacts,
  { dailyReport: said }: Input,
  now: Date,
): DailyReportSettings | null {
  if (!said && before.dailyReport === null) return null;
  const was = before.dailyReport ?? NO_REPORT;
  const is = {
    enabled: said?.enabled ?? was.enabled,
    timeOfDay: said?.timeOfDay ?? was.timeOfDay,
    timeZone: said?.timeZone ?? was.timeZone,
    recipients: said?.recipients === undefined ? was.recipients : said.recipients && [...said.recipients],
  };
  const isAsItWas =
    before.enabled && mail && was.enabled && was.timeOfDay === is.timeOfDay && was.timeZone === is.timeZone;
  return { ...is, after: isAsItWas ? was.after : now.toISOString() };
}

function factsIn(input: Input): SettingsFacts {
  return {
    enabled: input.enabled,
    smtpHost: input.smtpHost ?? null,
    smtpPort: input.smtpPort ?? null,
    smtpTls: input.smtpTls ?? 'OPPORTUNISTIC',
    smtpCa: input.smtpCaCertificates ?? null,
    smtpUser: input.smtpUser ?? null,
    smtpOAuth: input.smtpOAuth ? oauthIn(input.smtpOAuth) : null,
    from: input.from ?? null,
    recipients: input.recipients,
    subjectTemplate: input.subjectTemplate ?? null,
  };
}

const oauthIn = (input: SmtpOAuthInput): OAuthFacts => ({
  provider: input.provider,
  grant: input.grant,
  clientId: input.clientId,
  tenantId: input.tenantId ?? null,
  tokenUrl: input.tokenUrl ?? null,
  scope: input.scope ?? null,
});

function secretProblems(before: SettingsRow, facts: SettingsFacts, input: Input) {
  if (facts.smtpOAuth) {
    const { clientSecret, refreshToken } = input.smtpOAuth ?? {};
    return oauthSecretProblems(before.smtpOAuth, facts.smtpOAuth, {
      clientSecret: clientSecret != null,
      refreshToken: refreshToken != null,
    });
  }
  const isKept = input.smtpPassword == null && before.smtpPassword !== null;
  return isKept ? passwordProblems({ ...before, smtpTls: tlsOf(before) }, facts) : [];
}

/** Without a user, or with a token instead, there is nothing it would be for. */
function passwordAfter(before: SettingsRow, facts: SettingsFacts, input: Input, keyring: Keyring): string | null {
  if (facts.smtpUser === null || facts.smtpOAuth !== null) return null;
  return input.smtpPassword == null ? before.smtpPassword : keyring.encrypt(input.smtpPassword, PASSWORD_CONTEXT);
}

function oauthAfter(
  before: SettingsRow['smtpOAuth'],
  facts: OAuthFacts,
  input: SmtpOAuthInput | null | undefined,
  keyring: Keyring,
): SettingsRow['smtpOAuth'] {
  const isSame = before !== null && JSON.stringify(factsOf(before)) === JSON.stringify(factsOf(facts));
  const secret = (given: string | null | undefined, kept: string | null | undefined, context: string) =>
    given == null ? (isSame ? (kept ?? null) : null) : keyring.encrypt(given, context);
  const isKept = facts.grant === 'REFRESH_TOKEN' && isSame && input?.refreshToken == null;
  return {
    ...facts,
    ...(isKept && before.consent !== undefined && { consent: before.consent }),
    clientSecret: secret(input?.clientSecret, before?.clientSecret, CLIENT_SECRET_CONTEXT),
    refreshToken:
      facts.grant === 'REFRESH_TOKEN' ? secret(input?.refreshToken, before?.refreshToken, REFRESH_TOKEN_CONTEXT) : null,
  };
}
