import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { CheckedTables, PermissionCheck, RegionSettings, Vault } from '@tablekeep/schema/internal';
import type { PermissionOperation } from '@tablekeep/schema/permissions';
import type { Known } from '@tablekeep/schema/settings';
import { connectionSeen, type ConnectionSeen } from './domain/account-connection.ts';
import type { PolicyDocument } from './domain/policy-document.ts';
import type { ListedRegion } from './domain/validate-account.ts';
import { accountRef } from './store/accounts.ts';
import type { AccountRow } from './store/entities.ts';

type Peers = Pick<ServiceDeps, 'peers' | 'identity'>;

/** An answer, and whether AWS was asked for it: an executor that is down says nothing about the account's role. */
type Asked<T> = Readonly<{ answer: Known<T>; reached: boolean }>;

/** The executor itself gives AWS three seconds. */
const TIMEOUT_MS = 5_000;
/** Dozens of calls: the executor gives AWS nine. */
const PERMISSIONS_TIMEOUT_MS = 11_000;

/** The account's Regions as AWS lists them. `seen`: what that says of the role; null where AWS was not reached. */
export async function askRegions(
  deps: Peers,
  account: AccountRow,
): Promise<{ regions: Known<ListedRegion[]>; seen: ConnectionSeen | null }> {
  const asked = await callInternal({
    ...peerOf(deps),
    call: 'lookupRegions',
    input: { accountId: account.id, account: accountRef(account) },
    timeoutMs: TIMEOUT_MS,
  });
  if (asked.state === 'unknown') return { regions: asked, seen: null };
  return { regions: asked.value.answer, seen: connectionSeen([asked.value.answer]) };
}

/** Names of the backup vaults of every Region of the account that the policy names, as the executor finds them. */
export async function askVaults(
  deps: Peers,
  account: AccountRow,
  document: PolicyDocument,
): Promise<{ vaultsOf: Map<string, Known<string[]>>; seen: ConnectionSeen | null }> {
  const named = [...document.vaults.map((vault) => vault.region), ...document.copies.map((copy) => copy.toRegion)];
  const found = await inRegions(account, named, (region) => vaultsOf(deps, account, region));
  return {
    vaultsOf: new Map([...found].map(([region, { answer }]) => [region, answer])),
    seen: connectionSeen([...found.values()].flatMap(({ answer, reached }) => (reached ? [answer] : []))),
  };
}

/** Names of the backup vaults of those of these Regions that the account has. */
export async function askVaultNames(
  deps: Peers,
  account: AccountRow,
  regions: readonly string[],
): Promise<Map<string, Known<string[]>>> {
  return inRegions(account, regions, async (region) => (await vaultsOf(deps, account, region)).answer);
}

/** The backup vaults of those of these Regions that the account has, with their locks. */
export async function askVaultDetails(
  deps: Peers,
  account: AccountRow,
  regions: readonly string[],
): Promise<Map<string, Known<Vault[]>>> {
  return inRegions(account, regions, async (region) => (await vaultsThere(deps, account, region)).answer);
}

/** What a backup needs to be switched on, and how fast backups are started, in those of these Regions that the account has. */
export async function askRegionSettings(
  deps: Peers,
  account: AccountRow,
  regions: readonly string[],
): Promise<Map<string, Known<RegionSettings>>> {
  return inRegions(account, regions, async (region) => {
    const asked = await callInternal({
      ...peerOf(deps),
      call: 'lookupRegionSettings',
      input: { accountId: account.id, account: accountRef(account), region },
      timeoutMs: TIMEOUT_MS,
    });
    return asked.state === 'unknown' ? asked : asked.value.answer;
  });
}

/** What the account's roles lack for these operations, and what speaks against these vaults and tables. */
export async function askPermissions(
  deps: Peers & Pick<ServiceDeps, 'clock'>,
  account: AccountRow,
  operations: PermissionOperation[],
  on: Readonly<{ vaults: { region: string; name: string }[]; tables: CheckedTables }>,
): Promise<{ answer: Known<PermissionCheck>; asOf: string }> {
  const asked = await callInternal({
    ...peerOf(deps),
    call: 'lookupPermissions',
    input: { accountId: account.id, account: accountRef(account), operations, ...on },
    timeoutMs: PERMISSIONS_TIMEOUT_MS,
  });
  return asked.state === 'unknown' ? { answer: asked, asOf: deps.clock.now().toISOString() } : asked.value;
}

async function inRegions<T>(
  account: AccountRow,
  named: readonly string[],
  ask: (region: string) => Promise<T>,
): Promise<Map<string, T>> {
  const regions = [...new Set(named)].filter((region) => account.regions.includes(region));
  return new Map(await Promise.all(regions.map(async (region) => [region, await ask(region)] as const)));
}

async function vaultsOf(deps: Peers, account: AccountRow, region: string): Promise<Asked<string[]>> {
  const { answer, reached } = await vaultsThere(deps, account, region);
  if (answer.state === 'unknown') return { answer, reached };
  return { answer: { state: 'known', value: answer.value.map((vault) => vault.name) }, reached };
}

async function vaultsThere(deps: Peers, account: AccountRow, region: string): Promise<Asked<Vault[]>> {
  const asked = await callInternal({
    ...peerOf(deps),
    call: 'lookupVaults',
    input: { accountId: account.id, account: accountRef(account), region },
    timeoutMs: TIMEOUT_MS,
  });
  if (asked.state === 'unknown') return { answer: asked, reached: false };
  return { answer: asked.value.answer, reached: true };
}

function peerOf({ peers, identity }: Peers) {
  return { peer: peers.executor, identity, service: 'policy' } as const;
}
