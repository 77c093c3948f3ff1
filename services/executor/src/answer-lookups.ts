import { createHash } from 'node:crypto';
import type { Clock } from '@tablekeep/platform/clock';
import type { AccountRef } from '@tablekeep/schema/events';
import type { InternalInput, InternalOutput, RegionSettings } from '@tablekeep/schema/internal';
import type { Known } from '@tablekeep/schema/settings';
import { readSwitches } from './aws/advanced-features.ts';
import { plansWithTables, type AffectedPlan } from './aws/backup-plans.ts';
import { AwsCallError } from './aws/explain-fault.ts';
import { homeRegion, lookupKmsKeys, lookupRegions, lookupTable, lookupVaults } from './aws/lookups.ts';
import { readPermissions } from './aws/permissions.ts';
import type { Aws, CallOptions, RegionAws } from './aws/region-aws.ts';
import { judgePermissions } from './domain/judge-permissions.ts';
import type { SlowLooks } from './slow-looks.ts';

type Answered<T> = { answer: Known<T>; asOf: string };
type Place = Readonly<{ accountId: string; account: AccountRef | null }>;

/** The look-ups of schema/internal. Each may answer "could not tell"; none throws. */
export type Lookups = Readonly<{
  regions: (input: InternalInput<'lookupRegions'>) => Promise<InternalOutput<'lookupRegions'>>;
  vaults: (input: InternalInput<'lookupVaults'>) => Promise<InternalOutput<'lookupVaults'>>;
  kmsKeys: (input: InternalInput<'lookupKmsKeys'>) => Promise<InternalOutput<'lookupKmsKeys'>>;
  regionSettings: (input: InternalInput<'lookupRegionSettings'>) => Promise<InternalOutput<'lookupRegionSettings'>>;
  table: (input: InternalInput<'lookupTable'>) => Promise<InternalOutput<'lookupTable'>>;
  permissions: (input: InternalInput<'lookupPermissions'>) => Promise<InternalOutput<'lookupPermissions'>>;
}>;

/** Callers wait three seconds; the answer has to travel too. */
const LIVE_MS = 2_700;
/** Whoever asks for all permissions at once waits longer: they are dozens of calls. */
const PERMISSIONS_MS = 9_000;
const CACHE_MS = 60_000;
const MOST_REMEMBERED = 2_000;

/**
 * Answers live, out of the lane's own budget; where AWS does not answer in time, from what it said within the last minute,
 * with the time it said so. Callers that ask the same together share one question.
 */
export function createLookups(o: {
  aws: Aws;
  clock: Clock;
  account: (id: string) => Promise<Known<AccountRef | null>>;
  /** How fast backups are started, of every account and Region. */
  pace: Pick<RegionSettings, 'backupStartsPerSecond' | 'backupsAtOnce'>;
  plans: SlowLooks<readonly AffectedPlan[]>;
}): Lookups {
  const remembered = new Map<string, { value: unknown; at: Date; atMs: number }>();
  const asking = new Map<string, Promise<Answered<unknown>>>();

  async function ask<T>(
    what: string,
    place: Place,
    regionOf: (account: AccountRef) => string,
    look: (aws: RegionAws, options: CallOptions) => Promise<T>,
    liveMs = LIVE_MS,
  ): Promise<Answered<T>> {
    const account = place.account
      ? ({ state: 'known', value: place.account } as const)
      : await o.account(place.accountId);
    if (account.state === 'unknown') return unknown(account.because);
    if (account.value === null) return unknown('There is no such account.');
    const { roleArn, externalId } = account.value;
    const region = regionOf(account.value);
    const key = JSON.stringify([what, roleArn, externalId, region]);
    const shared = asking.get(key) as Promise<Answered<T>> | undefined;
    if (shared) return shared;
    const question = askOnce(key, o.aws.at(account.value, region), look, liveMs).finally(() => asking.delete(key));
    asking.set(key, question);
    return question;
  }

  async function askOnce<T>(
    key: string,
    aws: RegionAws,
    look: (aws: RegionAws, options: CallOptions) => Promise<T>,
    liveMs: number,
  ): Promise<Answered<T>> {
    const signal = AbortSignal.timeout(liveMs);
    const options: CallOptions = { attempts: 2, timeoutMs: liveMs, longestWaitMs: liveMs, signal };
    try {
      const value = await within(signal, look(aws, options));
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      const at = o.clock.now();
      remembered.set(key, { value, at, atMs: o.clock.monotonicMs() });
      return { answer: { state: 'known', value }, asOf: at.toISOString() };
    } catch (error) {
      if (!(error instanceof AwsCallError) && !signal.aborted) throw error;
      const before = remembered.get(key);
      const isFinal = error instanceof AwsCallError && !error.fault.transient;
      if (before && !isFinal && o.clock.monotonicMs() - before.atMs <= CACHE_MS) {
        return { answer: { state: 'known', value: before.value as T }, asOf: before.at.toISOString() };
      }
      return unknown(
        error instanceof AwsCallError
          ? error.fault.reason
          : `AWS did not answer within ${Math.ceil(liveMs / 1_000)} seconds.`,
      );
    }
  }

  function unknown(because: string): Answered<never> {
    return { answer: { state: 'unknown', because }, asOf: o.clock.now().toISOString() };
  }

  return {
    regions: (input) => ask('regions', input, (account) => homeRegion(account.roleArn), lookupRegions),
    vaults: (input) => ask('vaults', input, () => input.region, lookupVaults),
    kmsKeys: (input) => ask('kms-keys', input, () => input.region, lookupKmsKeys),
    regionSettings: (input) =>
      ask(
        'region-settings',
        input,
        () => input.region,
        async (aws, options) => {
          const switches = await readSwitches(aws, options);
          const isOn = switches.optedIn && switches.advanced;
          return { ...switches, ...o.pace, ...(!isOn && { affectedPlans: await affectedPlans(o.plans, aws) }) };
        },
      ),
    table: (input) =>
      ask(
        `table ${input.tableName}`,
        input,
        () => input.region,
        (aws) => lookupTable(aws, input.tableName),
      ),
    permissions: (input) =>
      ask(
        `permissions ${digest([input.operations, input.vaults, input.tables])}`,
        input,
        (account) => homeRegion(account.roleArn),
        async (aws, options) => judgePermissions(await readPermissions(o.aws, aws.account, input, options)),
        PERMISSIONS_MS,
      ),
  };
}

/** What is left of the time for the whole answer, once the switches are read. */
const PLANS_MS = 1_500;

/** Two calls for each plan at a few a second: what is not seen in time is found by whoever asks again. */
async function affectedPlans(
  looks: SlowLooks<readonly AffectedPlan[]>,
  aws: RegionAws,
): Promise<NonNullable<RegionSettings['affectedPlans']>> {
  try {
    const found = await looks.at(`${aws.account.roleArn} ${aws.region}`, () => plansWithTables(aws, {}), PLANS_MS);
    if (found === 'still-looking')
      return { state: 'unknown', because: 'still looking at them; ask again in a moment.' };
    return { state: 'known', value: [...found] };
  } catch (error) {
    if (error instanceof AwsCallError) return { state: 'unknown', because: error.fault.reason };
    throw error;
  }
}

/** A question about hundreds of tables is remembered by its digest. */
const digest = (question: unknown): string => createHash('sha256').update(JSON.stringify(question)).digest('hex');

/** Signing in takes its own time, so the whole question has the deadline, not only its calls. */
async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
  });
  return Promise.race([work, late]);
}
