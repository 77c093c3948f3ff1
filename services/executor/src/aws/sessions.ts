import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Clock } from '@tablekeep/platform/clock';
import type { AccountRef } from '@tablekeep/schema/events';
import { AwsCallError, explainFault } from './explain-fault.ts';

export type Credentials = Readonly<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
/** How AWS is reached: nothing set means AWS itself with the SDK's own credential chain. */
export type AwsAccess = Readonly<{ endpoint?: string; credentials?: Credentials }>;

export interface Sessions {
  /** Credentials of the account's role, from the cache where they live long enough. Throws AwsCallError. */
  of(account: AccountRef, region: string): Promise<Credentials>;
  /** Assumes the role anew, whatever the cache holds, and keeps nothing. Throws AwsCallError. */
  tryOut(account: AccountRef, region: string): Promise<void>;
  /** AWS said they are expired: the next caller gets new ones. */
  forget(account: AccountRef): void;
  close(): void;
}

const SESSION_SECONDS = 3_600;
/** Renewed this long before they expire, so that no call is signed with credentials about to end. */
const EARLY_SECONDS = 300;
const CALL_TIMEOUT_MS = 10_000;

/** One session per role, kept in memory only, renewed early; callers that arrive together share one AssumeRole. */
export function createSessions(o: { access: AwsAccess; clock: Clock; timeScale: number }): Sessions {
  const clients = new Map<string, STSClient>();
  const sessions = new Map<string, { renewAtMs: number; credentials: Promise<Credentials> }>();
  const lifeMs = ((SESSION_SECONDS - EARLY_SECONDS) * 1000) / o.timeScale;

  function client(region: string): STSClient {
    const known = clients.get(region);
    if (known) return known;
    const made = new STSClient({
      region,
      maxAttempts: 3,
      ...(o.access.endpoint && { endpoint: o.access.endpoint }),
      ...(o.access.credentials && { credentials: o.access.credentials }),
    });
    clients.set(region, made);
    return made;
  }

  async function assume(account: AccountRef, region: string): Promise<Credentials> {
    const site = { action: 'sts:AssumeRole', region, roleArn: account.roleArn };
    try {
      const command = new AssumeRoleCommand({
        RoleArn: account.roleArn,
        RoleSessionName: 'tablekeep-executor',
        DurationSeconds: SESSION_SECONDS,
        ...(account.externalId && { ExternalId: account.externalId }),
      });
      const answer = await client(region).send(command, { abortSignal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
      const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials ?? {};
      if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('AssumeRole answered without credentials');
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    } catch (error) {
      const fault = explainFault(error, site);
      if (fault.code !== 'ACCESS_DENIED') throw new AwsCallError(fault, { cause: error });
      const reason =
        `The role ${account.roleArn} cannot be assumed (sts:AssumeRole). Check that it exists, that its trust policy ` +
        'names this installation’s identity, and that the external id matches.';
      throw new AwsCallError({ ...fault, code: 'ROLE_NOT_ASSUMABLE', reason }, { cause: error });
    }
  }

  const keyOf = (account: AccountRef) => `${account.roleArn} ${account.externalId}`;

  return {
    async of(account, region) {
      const key = keyOf(account);
      const now = o.clock.monotonicMs();
      const known = sessions.get(key);
      if (known && known.renewAtMs > now) return known.credentials;
      const entry = { renewAtMs: now + lifeMs, credentials: assume(account, region) };
      sessions.set(key, entry);
      try {
        return await entry.credentials;
      } catch (error) {
        if (sessions.get(key) === entry) sessions.delete(key);
        throw error;
      }
    },
    tryOut: async (account, region) => void (await assume(account, region)),
    forget(account) {
      sessions.delete(keyOf(account));
    },
    close() {
      for (const one of clients.values()) one.destroy();
    },
  };
}

/** The account that keys belong to, which AWS tells whatever they may do. Throws AwsCallError. */
export async function callerAccount(
  access: AwsAccess,
  credentials: Credentials,
  { roleArn }: AccountRef,
  region: string,
): Promise<string> {
  const endpoint = access.endpoint && { endpoint: access.endpoint };
  const client = new STSClient({ region, maxAttempts: 3, ...endpoint, credentials });
  try {
    const abortSignal = AbortSignal.timeout(CALL_TIMEOUT_MS);
    return (await client.send(new GetCallerIdentityCommand({}), { abortSignal })).Account ?? '';
  } catch (error) {
    const site = { action: 'sts:GetCallerIdentity', region, roleArn, oneTimeKeys: true };
    throw new AwsCallError(explainFault(error, site), { cause: error });
  } finally {
    client.destroy();
  }
}
