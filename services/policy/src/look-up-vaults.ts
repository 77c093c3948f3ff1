import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { Known } from '@tablekeep/schema/settings';
import type { PolicyDocument } from './domain/policy-document.ts';
import { accountRef } from './store/accounts.ts';
import type { AccountRow } from './store/entities.ts';

/** Names of the backup vaults of every Region of the account that the policy names, as the executor finds them. */
export async function lookUpVaults(
  deps: Pick<ServiceDeps, 'peers' | 'identity'>,
  account: AccountRow,
  document: PolicyDocument,
): Promise<Map<string, Known<string[]>>> {
  const named = new Set([
    ...document.vaults.map((vault) => vault.region),
    ...document.copies.map((copy) => copy.toRegion),
  ]);
  const regions = [...named].filter((region) => account.regions.includes(region));
  const found = await Promise.all(regions.map((region) => vaultsOf(deps, account, region)));
  return new Map(regions.map((region, i) => [region, found[i] ?? { state: 'unknown', because: 'not asked' }]));
}

async function vaultsOf(
  deps: Pick<ServiceDeps, 'peers' | 'identity'>,
  account: AccountRow,
  region: string,
): Promise<Known<string[]>> {
  const answer = await callInternal({
    peer: deps.peers.executor,
    identity: deps.identity,
    service: 'policy',
    call: 'lookupVaults',
    input: { accountId: account.id, account: accountRef(account), region },
    // The executor itself gives AWS three seconds.
    timeoutMs: 5_000,
  });
  if (answer.state === 'unknown') return answer;
  const { answer: vaults } = answer.value;
  return vaults.state === 'unknown' ? vaults : { state: 'known', value: vaults.value.map((vault) => vault.name) };
}
