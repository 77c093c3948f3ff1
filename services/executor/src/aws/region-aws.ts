import { AccountClient } from '@aws-sdk/client-account';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { BackupClient } from '@aws-sdk/client-backup';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Clock } from '@tablekeep/platform/clock';
import type { AccountRef } from '@tablekeep/schema/events';
import type { ApiRates, AwsOperation } from '../domain/api-limits.ts';
import { backoffMs } from '../domain/backoff.ts';
import type { Fault } from '../domain/fault.ts';
import { watchAwsClock } from './aws-clock.ts';
import { createBudget, type Budget } from './budget.ts';
import { AwsCallError, explainFault, type CallSite } from './explain-fault.ts';
import { callerAccount, createSessions, type AwsAccess, type Credentials } from './sessions.ts';

export type CallOptions = Readonly<{
  /** Attempts of our own, 3 unless told; the SDK makes none beside the first. */
  attempts?: number;
  /** Changes something in AWS: one attempt, sent only while what is left of the lease outlasts its time-out. */
  changes?: true;
  /** Real milliseconds one attempt may take before it is aborted. */
  timeoutMs?: number;
  /** Gives the call up from outside. */
  signal?: AbortSignal;
  /** Real milliseconds one may wait for the budget. */
  longestWaitMs?: number;
}>;

/** AWS as seen by one account's role in one Region: clients, and the one way to call them. */
export interface RegionAws {
  readonly account: AccountRef;
  readonly region: string;
  readonly backup: BackupClient;
  readonly dynamodb: DynamoDBClient;
  readonly autoScaling: ApplicationAutoScalingClient;
  readonly kms: KMSClient;
  readonly iam: IAMClient;
  readonly accountApi: AccountClient;
  readonly sns: SNSClient;
  readonly budget: Budget;
  /** By how much AWS's clock was ahead of ours at the last answer of AWS Backup; null: it did not say. Milliseconds. */
  clockAheadMs(): number | null;
  /** Budget, deadline, explanation: every AWS call goes through here. Throws AwsCallError only. */
  call<T>(operation: AwsOperation, send: (signal: AbortSignal) => Promise<T>, options?: CallOptions): Promise<T>;
}

export interface Aws {
  /** @param lease on whose behalf; look-ups have none, and change nothing */
  at(account: AccountRef, region: string, lease?: CallLease): RegionAws;
  /** AWS as seen with these keys, out of the same budgets; nothing of them is kept once it is closed. */
  withKeys(keys: Credentials): KeyedAws;
  /** Tries to assume the role anew: resolves where it can be assumed as the account says. Throws AwsCallError. */
  assume(account: AccountRef, region: string): Promise<void>;
  /** How this process stands with the limits of each account and Region it has called. */
  budgets(): readonly Readonly<{ awsAccountId: string; region: string; budget: Budget }>[];
  close(): void;
}

/** What became of a call: AWS did it, said "too fast", refused it or did not answer. */
export type CallOutcome = 'ok' | 'throttled' | 'failed';
export type CountCall = (
  call: Readonly<{ awsAccountId: string; region: string; operation: AwsOperation; outcome: CallOutcome }>,
) => void;

/** AWS as seen with somebody's own keys instead of the account's role. */
export interface KeyedAws extends Pick<Aws, 'at' | 'close'> {
  /** Number of the AWS account they belong to. Throws AwsCallError. */
  callerAccount(account: AccountRef, region: string): Promise<string>;
}

/** What a call must know of its lane's lease. */
export type CallLease = Readonly<{
  /** Once aborted, nobody waits for the budget or between attempts any more; calls that are out finish. */
  signal: AbortSignal;
  /** What is left for certain, by the monotonic clock. */
  leftMs(): number;
}>;

const READ_ATTEMPTS = 3;
const READ_TIMEOUT_MS = 15_000;
/** A lease must be longer than this by more than a heartbeat: see options. */
export const CHANGE_TIMEOUT_MS = 8_000;
const ENOUGH_SOCKETS = 50;

type Connected = Omit<RegionAws, 'account' | 'call'>;

/** How calls are signed. */
type SignIn = Readonly<{
  oneTimeKeys: boolean;
  of(account: AccountRef, region: string): Promise<Credentials>;
  /** AWS said they are expired. */
  forget(account: AccountRef): void;
}>;

/** @param o.share of AWS's limits @param o.timeScale 1, or the emulator's speed */
export function connectAws(o: {
  access: AwsAccess;
  clock: Clock;
  rates: ApiRates;
  share: number;
  timeScale: number;
  chance?: () => number;
  /** Told of every call that went out. */
  countCall?: CountCall;
}): Aws {
  const sessions = createSessions(o);
  const budgets = new Map<string, { awsAccountId: string; region: string; budget: Budget }>();
  const chance = o.chance ?? Math.random;

  function budgetOf(awsAccountId: string, region: string): Budget {
    const key = `${awsAccountId}/${region}`;
    const known = budgets.get(key) ?? { awsAccountId, region, budget: createBudget(o) };
    budgets.set(key, known);
    return known.budget;
  }

  function connect(signIn: SignIn, account: AccountRef, region: string): Connected {
    const config = {
      region,
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: 3_000,
        httpsAgent: { maxSockets: ENOUGH_SOCKETS },
        httpAgent: { maxSockets: ENOUGH_SOCKETS },
      },
      ...(o.access.endpoint && { endpoint: o.access.endpoint }),
      // "Expires now" makes the SDK ask for every call; the session cache knows how long they really live.
      credentials: async () => ({ ...(await signIn.of(account, region)), expiration: o.clock.now() }),
    };
    const backup = new BackupClient(config);
    return {
      region,
      backup,
      clockAheadMs: watchAwsClock(backup, o.clock),
      dynamodb: new DynamoDBClient(config),
      autoScaling: new ApplicationAutoScalingClient(config),
      kms: new KMSClient(config),
      iam: new IAMClient(config),
      accountApi: new AccountClient(config),
      sns: new SNSClient(config),
      budget: budgetOf(account.awsAccountId, region),
    };
  }

  function callThrough(
    signIn: SignIn,
    connected: Connected,
    account: AccountRef,
    lease?: CallLease,
  ): RegionAws['call'] {
    const { budget, region } = connected;

    async function once<T>(operation: AwsOperation, send: (signal: AbortSignal) => Promise<T>, options: CallOptions) {
      const { oneTimeKeys } = signIn;
      const site = { action: operation, region, roleArn: account.roleArn, oneTimeKeys };
      const patience = anyOf(options.signal, lease?.signal);
      const free = await budget.acquire(operation, patience, options.longestWaitMs);
      if (!free) throw new AwsCallError(notSent(site, 'the share of AWS’s limit is used up'));
      const timeoutMs = options.timeoutMs ?? (options.changes ? CHANGE_TIMEOUT_MS : READ_TIMEOUT_MS);
      // A process that was frozen and wakes may no longer own the lane, and must do no harm.
      if (options.changes && (lease?.leftMs() ?? 0) <= timeoutMs) {
        throw new AwsCallError(notSent(site, 'the lane’s lease would not outlast it'));
      }
      const deadline = AbortSignal.timeout(Math.max(1, Math.floor(timeoutMs)));
      const count = (outcome: CallOutcome) =>
        o.countCall?.({ awsAccountId: account.awsAccountId, region, operation, outcome });
      try {
        const answer = await send(anyOf(deadline, options.signal) ?? deadline);
        count('ok');
        return answer;
      } catch (error) {
        const fault = explainFault(error, site);
        count(fault.throttled ? 'throttled' : 'failed');
        if (fault.throttled) budget.slowDown(operation);
        if (fault.code === 'CREDENTIALS_EXPIRED') signIn.forget(account);
        throw new AwsCallError(fault, { cause: error, changes: options.changes ?? false });
      }
    }

    return async (operation, send, options = {}) => {
      const attempts = options.changes ? 1 : (options.attempts ?? READ_ATTEMPTS);
      const patience = anyOf(options.signal, lease?.signal);
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(operation, send, options);
        } catch (error) {
          const again = error instanceof AwsCallError && error.fault.transient && error.fault.code !== 'IN_USE';
          if (!again || attempt >= attempts || patience?.aborted) throw error;
          await o.clock.sleep(backoffMs(attempt, chance(), 500, 5_000) / o.timeScale, patience);
        }
      }
    };
  }

  function reach(signIn: SignIn): Pick<Aws, 'at' | 'close'> {
    const regions = new Map<string, Connected>();
    return {
      at(account, region, lease) {
        const key = `${account.roleArn} ${account.externalId} ${account.awsAccountId} ${region}`;
        const known = regions.get(key);
        const connected = known ?? connect(signIn, account, region);
        regions.set(key, connected);
        return { ...connected, account, call: callThrough(signIn, connected, account, lease) };
      },
      close() {
        for (const one of regions.values())
          for (const client of [one.backup, one.dynamodb, one.autoScaling, one.kms, one.iam, one.accountApi, one.sns])
            client.destroy();
      },
    };
  }

  const byRole = reach({
    oneTimeKeys: false,
    of: (account, region) => sessions.of(account, region),
    forget: (account) => sessions.forget(account),
  });
  return {
    at: byRole.at,
    withKeys: (keys) => ({
      ...reach({ oneTimeKeys: true, of: async () => keys, forget: () => undefined }),
      callerAccount: (account, region) => callerAccount(o.access, keys, account, region),
    }),
    assume: (account, region) => sessions.tryOut(account, region),
    budgets: () => [...budgets.values()],
    close() {
      byRole.close();
      sessions.close();
    },
  };
}

function anyOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any(given) : given[0];
}

/** AWS was not asked, for a reason of ours that passes. */
function notSent(site: CallSite, because: string): Fault {
  const reason = `${site.action} in ${site.region} was not sent: ${because}.`;
  const none = { throttled: false, effect: 'none', requestId: null } as const;
  return { ...none, code: 'NOT_SENT', reason, retryable: true, transient: true };
}
