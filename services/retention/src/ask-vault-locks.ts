import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { Known } from '@tablekeep/schema/settings';
import { vaultKey } from './domain/judge-deletion.ts';

/** The executor itself gives AWS three seconds; Regions are asked side by side. */
const TIMEOUT_MS = 5_000;

type Place = Readonly<{ region: string; vaultName: string }>;
/** By name: whether each vault that AWS lists in a Region is locked, and when AWS said so. */
type RegionLocks = Known<Readonly<{ locked: ReadonlyMap<string, boolean>; asOf: Date }>>;

/** By vault key: whether each vault of these places is locked. A vault that AWS does not list is unknown, with the reason. */
export async function askVaultLocks(
  deps: ServiceDeps,
  accountId: string,
  places: readonly Place[],
): Promise<ReadonlyMap<string, Known<boolean>>> {
  const locks = await askRegionLocks(deps, accountId, new Set(places.map(({ region }) => region)));
  return new Map(places.map((place) => [vaultKey(place), lockOf(locks.get(place.region), place)]));
}

function lockOf(locks: RegionLocks | undefined, { vaultName, region }: Place): Known<boolean> {
  if (locks?.state !== 'known') return locks ?? { state: 'unknown', because: 'AWS was not asked.' };
  const locked = locks.value.locked.get(vaultName);
  if (locked !== undefined) return { state: 'known', value: locked };
  return { state: 'unknown', because: `AWS lists no vault ${vaultName} in ${region}.` };
}

/** By Region: all of its vaults. */
export async function askRegionLocks(
  deps: ServiceDeps,
  accountId: string,
  regions: ReadonlySet<string>,
  timeoutMs = TIMEOUT_MS,
): Promise<ReadonlyMap<string, RegionLocks>> {
  const asked = [...regions].map(
    async (region) => [region, await locksIn(deps, { accountId, region, timeoutMs })] as const,
  );
  return new Map(await Promise.all(asked));
}

async function locksIn(
  { peers, identity }: ServiceDeps,
  { timeoutMs, ...place }: Readonly<{ accountId: string; region: string; timeoutMs: number }>,
): Promise<RegionLocks> {
  const asked = await callInternal({
    peer: peers.executor,
    identity,
    service: 'retention',
    call: 'lookupVaults',
    input: { ...place, account: null },
    timeoutMs,
  });
  if (asked.state === 'unknown') return asked;
  const { answer, asOf } = asked.value;
  if (answer.state === 'unknown') return answer;
  const locked = new Map(answer.value.map((vault) => [vault.name, vault.locked]));
  return { state: 'known', value: { locked, asOf: new Date(asOf) } };
}
