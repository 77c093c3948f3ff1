import type { Database } from '@tablekeep/platform/database';
import { PolicyEntity, type PolicyRow } from './entities.ts';

/** A policy, or with `id` null an input: under the name of one it stands where that does, under another it comes last. */
export type PlacedPolicy = Readonly<{ id: string | null; name: string; accountId: string }>;

/** The enabled policies that take their tables before this one, the most important first. */
export async function policiesBefore(db: Database, { id, name, accountId }: PlacedPolicy): Promise<PolicyRow[]> {
  const policies = await db.reader.find(PolicyEntity, {
    where: { accountId },
    order: { priority: 'ASC', id: 'ASC' },
  });
  const own = policies.findIndex((policy) => (id === null ? policy.name === name : policy.id === id));
  return policies.slice(0, own === -1 ? policies.length : own).filter((policy) => policy.enabled);
}
