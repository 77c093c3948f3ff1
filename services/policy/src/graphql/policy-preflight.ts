import type { Database } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { badInput } from '@tablekeep/platform/subgraph';
import { runPolicyTest } from '../run-preflight.ts';
import type { Loaders } from './loaders.ts';
import { documentOf } from './policy-input.ts';
import type { PolicyTest, QueryPolicyTestArgs } from './resolver-types.ts';

export async function policyTest(
  db: Database,
  deps: ServiceDeps,
  loaders: Loaders,
  { id, input }: QueryPolicyTestArgs,
): Promise<PolicyTest> {
  const { name, accountId, document } = await policyOf(loaders, { id, input });
  const { checks, ...result } = await runPolicyTest(db, deps, { id: id ?? null, name, accountId, document });
  return { ...result, checks: checks.map((check) => ({ ...check, path: [...check.path] })) };
}

/** The policy that is stored, or that an input would make. */
export async function policyOf(loaders: Loaders, { id, input }: QueryPolicyTestArgs) {
  if ((id == null) === (input == null)) throw badInput('Name a policy by either id or input.');
  if (input != null) return { name: input.name, accountId: input.accountId, document: documentOf(input) };
  const policy = await loaders.policy.load(id ?? '');
  if (policy === null) throw badInput(`There is no policy ${id ?? ''}.`);
  return policy;
}
