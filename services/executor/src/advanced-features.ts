import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import type { AccountRef } from '@tablekeep/schema/events';
import type { Known } from '@tablekeep/schema/settings';
import pMap from 'p-map';
import { readSwitches, turnSwitchesOn, type Switches } from './aws/advanced-features.ts';
import { plansWithTables, type AffectedPlan } from './aws/backup-plans.ts';
import { AwsCallError } from './aws/explain-fault.ts';
import type { Aws, CallOptions } from './aws/region-aws.ts';
import type { SlowLooks } from './slow-looks.ts';

/** What is seen of one account and Region, or why nothing is. */
export type Features = Readonly<{ accountId: string; region: string }> &
  (
    | Readonly<{ state: 'known' } & Switches & { plans: readonly AffectedPlan[] }>
    | Readonly<{ state: 'unknown'; because: string }>
  );

type Deps = Readonly<{
  aws: Aws;
  account: (id: string) => Promise<Known<AccountRef | null>>;
  plans: SlowLooks<readonly AffectedPlan[]>;
}>;

const REGIONS_AT_ONCE = 4;
/** For each of looking, changing and looking again: the gateway waits 15 s for all of them. */
const PATIENCE_MS = 4_500;

const patient = (): CallOptions => ({
  attempts: 2,
  signal: AbortSignal.timeout(PATIENCE_MS),
  longestWaitMs: PATIENCE_MS,
});

export async function lookAtFeatures(deps: Deps, accountId: string, region: string): Promise<Features> {
  const at = { accountId, region };
  const account = await deps.account(accountId);
  if (account.state === 'unknown') return { ...at, state: 'unknown', because: account.because };
  if (account.value === null) return { ...at, state: 'unknown', because: `There is no account ${accountId}.` };
  return look(deps, account.value, region);
}

async function look({ aws, plans: looks }: Deps, account: AccountRef, region: string): Promise<Features> {
  const there = aws.at(account, region);
  const options = patient();
  const at = { accountId: account.id, region };
  try {
    const [switches, plans] = await Promise.all([
      readSwitches(there, options),
      // Two calls for each plan at a few a second: hundreds of plans take minutes.
      looks.at(`${account.roleArn} ${region}`, () => plansWithTables(there, {}), PATIENCE_MS),
    ]);
    if (plans === 'still-looking') {
      const because = `Still looking at the account’s own backup plans in ${region}: ask again in a moment.`;
      return { ...at, state: 'unknown', because };
    }
    return { ...at, state: 'known', ...switches, plans };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return { ...at, state: 'unknown', because: error.fault.reason };
  }
}

export type Wish = Readonly<{ accountId: string; regions: readonly string[]; acknowledgedPlanIds: readonly string[] }>;

/**
 * Turns the switches on in every Region of the wish and gives what AWS shows afterwards. Nothing is changed while anything
 * is wrong with any of the Regions. Running it twice, or two at once, changes nothing more; where AWS fails half-way the
 * Regions that are done stay so, and the others answer with the reason.
 * @throws UserErrors
 */
export async function enableFeatures(deps: Deps, wish: Wish): Promise<readonly Features[]> {
  const account = await deps.account(wish.accountId);
  if (account.state === 'unknown') throw wrong('COULD_NOT_TELL', account.because, 'accountId');
  if (account.value === null) throw wrong('ACCOUNT_NOT_FOUND', `There is no account ${wish.accountId}.`, 'accountId');
  const known = account.value;
  const named = checkRegions(wish.regions, known.regions);
  if (named.length > 0) throw new UserErrors(named);
  const seen = await pMap(wish.regions, (region) => look(deps, known, region), { concurrency: REGIONS_AT_ONCE });
  const problems = seen.flatMap((features, at) => whatStands(features, wish.acknowledgedPlanIds, at));
  if (problems.length > 0) throw new UserErrors(problems);
  return pMap(seen, (features) => turnOn(deps, known, features), { concurrency: REGIONS_AT_ONCE });
}

async function turnOn(deps: Deps, account: AccountRef, features: Features): Promise<Features> {
  const { accountId, region } = features;
  if (features.state === 'unknown' || (features.optedIn && features.advanced)) return features;
  try {
    // Nobody's lane: a person asks for it, and it may be repeated.
    const noLease = { signal: new AbortController().signal, leftMs: () => Number.POSITIVE_INFINITY };
    await turnSwitchesOn(deps.aws.at(account, region, noLease), patient());
    return { ...features, ...(await readSwitches(deps.aws.at(account, region), patient())) };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return { accountId, region, state: 'unknown', because: error.fault.reason };
  }
}

function checkRegions(regions: readonly string[], ofAccount: readonly string[]): UserError[] {
  if (regions.length === 0) return [{ code: 'EMPTY', message: 'Name at least one Region.', path: ['regions'] }];
  return regions.flatMap((region, at) => {
    const path = ['regions', String(at)];
    if (regions.indexOf(region) !== at) return [{ code: 'DUPLICATE', message: `${region} is named twice.`, path }];
    if (ofAccount.includes(region)) return [];
    const message = `${region} is not one of the account’s Regions: ${ofAccount.join(', ')}.`;
    return [{ code: 'UNKNOWN_REGION', message, path }];
  });
}

/** What must be settled before the switches of a Region are touched. */
function whatStands(features: Features, acknowledged: readonly string[], at: number): UserError[] {
  const path = ['regions', String(at)];
  if (features.state === 'unknown') {
    return [{ code: 'COULD_NOT_TELL', message: `${features.region}: ${features.because}`, path }];
  }
  if (features.optedIn && features.advanced) return [];
  return features.plans
    .filter((plan) => !acknowledged.includes(plan.id))
    .map(({ id, name, why }) => {
      const message =
        `The account’s own backup plan "${name}" (${id}) in ${features.region} would back up DynamoDB tables in another way, ` +
        `or begin to. ${why} Name it in acknowledgedPlanIds to go on.`;
      return { code: 'PLANS_AFFECTED', message, path };
    });
}

const wrong = (code: string, message: string, ...path: string[]) => new UserErrors([{ code, message, path }]);
