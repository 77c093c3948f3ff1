import type { UserError } from '@tablekeep/platform/errors';
import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';

/** Asks the owner of policies and accounts whether those named exist. What cannot be told is not taken for a yes. */
export async function askExistence(
  { peers, identity }: Pick<ServiceDeps, 'peers' | 'identity'>,
  { policyIds, accountId }: Readonly<{ policyIds: readonly string[]; accountId: string | null }>,
): Promise<readonly UserError[]> {
  const to = { peer: peers.policy, identity, service: 'notification' } as const;
  const problems: UserError[] = [];
  if (policyIds.length > 0) {
    const asked = await callInternal({ ...to, call: 'knownPolicies', input: { ids: [...policyIds] } });
    if (asked.state === 'unknown') problems.push(untold('policyIds', asked.because));
    else {
      const known = new Set(asked.value.policies.map(({ id }) => id));
      policyIds.forEach((id, i) => {
        if (!known.has(id))
          problems.push({ code: 'NOT_FOUND', message: `There is no policy ${id}.`, path: ['policyIds', String(i)] });
      });
    }
  }
  if (accountId !== null) {
    const asked = await callInternal({ ...to, call: 'getAccount', input: { accountId } });
    if (asked.state === 'unknown') problems.push(untold('accountId', asked.because));
    else if (asked.value.account === null)
      problems.push({ code: 'NOT_FOUND', message: `There is no account ${accountId}.`, path: ['accountId'] });
  }
  return problems;
}

const untold = (field: string, because: string): UserError => ({
  code: 'COULD_NOT_TELL',
  message: `Whether it exists could not be told (${because}); ask again.`,
  path: [field],
});
