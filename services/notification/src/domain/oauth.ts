import type { UserError } from '@tablekeep/platform/errors';

/** How an access token for XOAUTH2 is got, without its secrets. `tokenUrl` and `scope` null: the provider's own. */
export type OAuthFacts = Readonly<{
  provider: 'GOOGLE' | 'MICROSOFT' | 'CUSTOM';
  grant: 'REFRESH_TOKEN' | 'CLIENT_CREDENTIALS';
  clientId: string;
  tenantId: string | null;
  tokenUrl: string | null;
  scope: string | null;
}>;

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Source: Google, "OAuth 2.0 for Web Server Applications"; Microsoft, "Authenticate an SMTP connection using OAuth". */
export function tokenUrlOf({ provider, tenantId, tokenUrl }: OAuthFacts): string {
  if (tokenUrl !== null) return tokenUrl;
  switch (provider) {
    case 'GOOGLE':
      return 'https://oauth2.googleapis.com/token';
    case 'MICROSOFT':
      return `https://login.microsoftonline.com/${encodeURIComponent(tenantId ?? 'common')}/oauth2/v2.0/token`;
    case 'CUSTOM':
      return '';
  }
}

export function scopeOf({ provider, grant, scope }: OAuthFacts): string | null {
  if (scope !== null || provider !== 'MICROSOFT') return scope;
  return grant === 'CLIENT_CREDENTIALS'
    ? 'https://outlook.office365.com/.default'
    : 'https://outlook.office.com/SMTP.Send offline_access';
}

export function oauthProblems(facts: OAuthFacts): UserError[] {
  const problems: UserError[] = [];
  const wrong = (code: string, message: string, field: string) =>
    problems.push({ code, message, path: ['smtpOAuth', field] });
  if (facts.clientId.trim() === '') wrong('REQUIRED', 'Give the application’s client id.', 'clientId');
  if (facts.provider === 'GOOGLE' && facts.grant === 'CLIENT_CREDENTIALS')
    wrong('NO_SUCH_GRANT', 'Google gives mail tokens to a person’s consent only: use REFRESH_TOKEN.', 'grant');
  if (facts.provider === 'MICROSOFT' && facts.grant === 'CLIENT_CREDENTIALS' && facts.tenantId === null)
    wrong('REQUIRED', 'An application signs in to one directory: give its tenantId.', 'tenantId');
  if (facts.provider === 'CUSTOM' && facts.tokenUrl === null)
    wrong('REQUIRED', 'Say where tokens come from.', 'tokenUrl');
  if (facts.tokenUrl !== null) {
    const url = URL.parse(facts.tokenUrl);
    const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
    if (!isSafe)
      wrong('BAD_URL', 'The client secret is sent there: an https address, or http on this host.', 'tokenUrl');
  }
  return problems;
}

type Given = Readonly<{ clientSecret: string | null; refreshToken: string | null }>;

/**
 * Stored secrets are for the application and the endpoint they were given for, as a password is for its server. What is
 * missing altogether is asked for too; but a refresh token's client need not have a secret.
 */
export function oauthSecretProblems(
  before: (OAuthFacts & Given) | null,
  asked: OAuthFacts,
  given: Readonly<{ clientSecret: boolean; refreshToken: boolean }>,
): UserError[] {
  const same = before !== null && JSON.stringify(factsOf(before)) === JSON.stringify(factsOf(asked));
  const needed = [
    ...(asked.grant === 'CLIENT_CREDENTIALS' || (before?.clientSecret != null && before.clientId === asked.clientId)
      ? (['clientSecret'] as const)
      : []),
    ...(asked.grant === 'REFRESH_TOKEN' ? (['refreshToken'] as const) : []),
  ];
  return needed
    .filter((field) => !given[field] && !(same && before[field] !== null))
    .map((field) => ({
      code: 'SECRET_REQUIRED',
      message: `Give the ${field === 'clientSecret' ? 'client secret' : 'refresh token'}${before ? ' again: the stored one is for what was set before' : ''}.`,
      path: ['smtpOAuth', field],
    }));
}

/** What is not secret of a given set of OAuth settings, and nothing else: it may be shown and stored in the clear. */
export function factsOf({ provider, grant, clientId, tenantId, tokenUrl, scope }: OAuthFacts): OAuthFacts {
  return { provider, grant, clientId, tenantId, tokenUrl, scope };
}

/** The form of a token request (RFC 6749 §4.4.2, §6). */
export function tokenRequest(facts: OAuthFacts, secrets: Given): Record<string, string> {
  const scope = scopeOf(facts);
  return {
    client_id: facts.clientId,
    ...(secrets.clientSecret !== null && { client_secret: secrets.clientSecret }),
    ...(facts.grant === 'REFRESH_TOKEN'
      ? { grant_type: 'refresh_token', refresh_token: secrets.refreshToken ?? '' }
      : { grant_type: 'client_credentials' }),
    ...(scope !== null && { scope }),
  };
}
