import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { Known } from '@tablekeep/schema/settings';
import { vaultKey } from './domain/judge-deletion.ts';

/** The executor itself gives AWS three seconds; Regions are asked side by side. */
const TIMEOUT_MS = 5_000;

type Place = Readonly<{ region: string; vaultName: string }>;

/** By vault key: whether each vault of these places is locked. A vault that AWS does not list is unknown, with the reason. */
export async function askVaultLocks(
  deps: ServiceDeps,
  accountId: string,
  places: readonly Place[],
  timeoutMs = TIMEOUT_MS,
): Promise<ReadonlyMap<string, Known<boolean>>> {
  const regions = [...Map.groupBy(places, (place) => place.region)];
  const answers = await Promise.all(
    regions.map(async ([region, there]) => {
      const locks = await locksIn(deps, { accountId, region, timeoutMs });
      return there.map((place) => [vaultKey(place), lockOf(locks, place)] as const);
    }),
  );
  return new Map(answers.flat());
}

function lockOf(locks: Known<ReadonlyMap<string, boolean>>, { vaultName, region }: Place): Known<boolean> {
  if (locks.state === 'unknown') return locks;
  const locked = locks.value.get(vaultName);
  if (locked !== undefined) return { state: 'known', value: locked };
  return { state: 'unknown', because: `AWS lists no vault ${vaultName} in ${region}.` };
}

async function locksIn(
  { peers, identity }: ServiceDeps,
  { timeoutMs, ...place }: Readonly<{ accountId: string; region: string; timeoutMs: number }>,
): Promise<Known<ReadonlyMap<string, boolean>>> {
  const asked = await callInternal({
    peer: peers.executor,
    identity,
    service: 'retention',
    call: 'lookupVaults',
    input: { ...place, account: null },
    timeoutMs,
  });
  if (asked.state === 'unknown') return asked;
  const { answer } = asked.value;
  if (answer.state === 'unknown') return answer;
  return { state: 'known', value: new Map(answer.value.map((vault) => [vault.name, vault.locked])) };
}
