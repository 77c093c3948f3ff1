import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { UserError } from '@tablekeep/platform/errors';
import type { ImportRequest, VaultRef } from '@tablekeep/schema/catalog-events';
import type { AccountRef } from '@tablekeep/schema/events';
import type { InternalOutput } from '@tablekeep/schema/internal';
import type { Known } from '@tablekeep/schema/settings';
import { findAccount } from './find-account.ts';

type Resolved = InternalOutput<'resolveTargets'>;
export type Asking = Pick<ServiceDeps, 'peers' | 'identity'>;

/** The session service gives five seconds in all; Regions are asked side by side. */
export const ACCOUNT_MS = 1_000;
const VAULTS_MS = 3_200;

/** Which vaults an import means: those named, or all that AWS lists in the Regions. All that is wrong at once. */
export async function resolveImport(deps: Asking, request: ImportRequest): Promise<Resolved> {
  const account = await findAccount(deps, request.accountId, ACCOUNT_MS);
  if (account.state === 'unknown') {
    const message = `The account could not be looked up (${account.because}); nothing was started. Try again shortly.`;
    return refused([{ code: 'COULD_NOT_TELL', message, path: ['accountId'] }]);
  }
  if (account.value === null) {
    const message = `There is no account ${request.accountId}.`;
    return refused([{ code: 'NOT_FOUND', message, path: ['accountId'] }]);
  }
  const found = await vaultsOf(deps, account.value, request);
  if (!found.ok) return refused(found.problems);
  const { id, awsAccountId } = account.value;
  if (found.vaults.length === 0) {
    const message = 'AWS lists no vault in these Regions.';
    return refused([{ code: 'NOTHING_FOUND', message, path: ['accountId'] }]);
  }
  return { ok: true, accountId: id, policy: null, request: { ...request, vaults: found.vaults, awsAccountId } };
}

function refused(problems: readonly UserError[]): Resolved {
  return { ok: false, userErrors: problems.map((one) => ({ ...one, path: [...one.path] })) };
}

type Vaults = Readonly<{ ok: true; vaults: VaultRef[] } | { ok: false; problems: UserError[] }>;

async function vaultsOf(deps: Asking, account: AccountRef, request: ImportRequest): Promise<Vaults> {
  const problems = [
    ...request.regions.flatMap((region, i) => unknownRegion(account, region, ['regions', String(i)])),
    ...request.vaults.flatMap(({ region }, i) => unknownRegion(account, region, ['vaults', String(i), 'region'])),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const named = request.vaults;
  const regions = named.length > 0 ? named.map(({ region }) => region) : request.regions;
  const listed = await askVaults(deps, account, regions.length > 0 ? regions : account.regions);
  if (named.length > 0) {
    const missing = named.flatMap(({ region, vaultName }, i): UserError[] => {
      const there = listed.get(region);
      // AWS could not be asked: whether the vault is there shows when it is looked at.
      if (there?.state !== 'known' || there.value.includes(vaultName)) return [];
      const message = `There is no vault ${vaultName} in ${region}; AWS lists ${there.value.join(', ') || 'none'}.`;
      return [{ code: 'NOT_FOUND', message, path: ['vaults', String(i), 'vaultName'] }];
    });
    return missing.length > 0 ? { ok: false, problems: missing } : { ok: true, vaults: once(named) };
  }
  const untold = [...listed].flatMap(([region, there]): UserError[] => {
    if (there.state === 'known') return [];
    const message = `The vaults of ${region} could not be listed: ${there.because} Name vaults to import from them all the same.`;
    return [{ code: 'COULD_NOT_TELL', message, path: ['regions'] }];
  });
  if (untold.length > 0) return { ok: false, problems: untold };
  return { ok: true, vaults: namesOf(listed) };
}

function unknownRegion(account: AccountRef, region: string, path: string[]): UserError[] {
  if (account.regions.includes(region)) return [];
  const message = `"${region}" is not a Region of the account; it has ${account.regions.join(', ')}.`;
  return [{ code: 'UNKNOWN_REGION', message, path }];
}

function once(vaults: readonly VaultRef[]): VaultRef[] {
  return [...new Map(vaults.map((vault) => [`${vault.region} ${vault.vaultName}`, vault])).values()];
}

/** Those that could be told. */
export function namesOf(listed: ReadonlyMap<string, Known<readonly string[]>>): VaultRef[] {
  return [...listed].flatMap(([region, there]) =>
    there.state === 'known' ? there.value.map((vaultName) => ({ region, vaultName })) : [],
  );
}

/** Names of the vaults of each Region, as AWS lists them. */
export async function askVaults(
  deps: Asking,
  account: AccountRef,
  regions: readonly string[],
): Promise<ReadonlyMap<string, Known<readonly string[]>>> {
  const asked = [...new Set(regions)].map(async (region) => {
    const answer = await callInternal({
      peer: deps.peers.executor,
      identity: deps.identity,
      service: 'retention',
      call: 'lookupVaults',
      input: { accountId: account.id, account, region },
      timeoutMs: VAULTS_MS,
    });
    return [region, namesIn(answer.state === 'unknown' ? answer : answer.value.answer)] as const;
  });
  return new Map(await Promise.all(asked));
}

function namesIn(answer: InternalOutput<'lookupVaults'>['answer']): Known<readonly string[]> {
  return answer.state === 'unknown' ? answer : { state: 'known', value: answer.value.map((vault) => vault.name) };
}
