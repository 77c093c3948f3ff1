import { badInput, connection, type Connection, type Key } from '@tablekeep/platform/subgraph';
import type { PolicyRow } from '../store/entities.ts';
import type { Loaders } from './loaders.ts';
import type { PolicyFilter, PolicyOrder, QueryPoliciesArgs } from './resolver-types.ts';
import { nextRunAt } from './shown-schedules.ts';

/**
 * Policies by a keyset, so that a page goes on where the last one ended whatever comes and goes meanwhile. Where they run
 * next is computed, so they are put in order here: an installation has hundreds of them, not hundreds of thousands.
 */
export async function listPolicies(
  loaders: Loaders,
  { filter, orderBy, ...page }: QueryPoliciesArgs,
): Promise<Connection<PolicyRow>> {
  const keyOf = KEYS[orderBy?.field ?? 'CREATED'];
  const sign = orderBy?.direction === 'DESC' ? -1 : 1;
  return connection<PolicyRow>(page, keyOf, async (after, limit) => {
    const chosen = (await loaders.allPolicies()).filter((policy) => fits(policy, filter ?? {}));
    if (after && after.length !== KEY_LENGTH[orderBy?.field ?? 'CREATED']) throw notOfThisOrder();
    return chosen
      .map((policy) => ({ policy, key: keyOf(policy) }))
      .filter(({ key }) => after === null || sign * compare(key, after) > 0)
      .toSorted((a, b) => sign * compare(a.key, b.key))
      .slice(0, limit)
      .map(({ policy }) => policy);
  });
}

/** Each ends with the id, so that no two policies have the same. */
const KEYS: Readonly<Record<PolicyOrder['field'], (policy: PolicyRow) => Key>> = {
  CREATED: ({ id }) => [id],
  NAME: ({ name, id }) => [name, id],
  PRIORITY: ({ accountId, priority, id }) => [accountId, priority, id],
  NEXT_RUN: ({ document, enabled, slotsAfter, id }) => [
    nextRunAt(document.schedules, enabled, slotsAfter)?.getTime() ?? Number.MAX_SAFE_INTEGER,
    id,
  ],
};
const KEY_LENGTH = { CREATED: 1, NAME: 2, PRIORITY: 3, NEXT_RUN: 2 } as const;

function fits(policy: PolicyRow, { accountId, region, nameContains, enabled, scheduleState }: PolicyFilter): boolean {
  return (
    (accountId == null || policy.accountId === accountId) &&
    (region == null || policy.document.regions.includes(region)) &&
    (nameContains == null || policy.name.toLowerCase().includes(nameContains.toLowerCase())) &&
    (enabled == null || policy.enabled === enabled) &&
    (scheduleState == null || policy.scheduleState === scheduleState)
  );
}

function compare(a: Key, b: Key): number {
  for (const [i, one] of a.entries()) {
    const other = b[i] ?? '';
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

export const notOfThisOrder = () => badInput('after is not a cursor of this list in this order');
