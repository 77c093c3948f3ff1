import type { Database } from '@tablekeep/platform/database';
import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { AccountRef } from '@tablekeep/schema/events';
import type { Known } from '@tablekeep/schema/settings';
import { findAccount } from './store/accounts.ts';

/**
 * The account as announced, or asked of its owner where the announcement has not arrived yet. Known null: its owner says
 * there is none (any more).
 */
export async function findAccountOf(
  db: Database,
  deps: Pick<ServiceDeps, 'peers' | 'identity'>,
  accountId: string,
): Promise<Known<AccountRef | null>> {
  const announced = await findAccount(db, accountId);
  if (announced === 'deleted') return { state: 'known', value: null };
  if (announced) return { state: 'known', value: announced };
  const asked = await callInternal({
    peer: deps.peers.policy,
    identity: deps.identity,
    service: 'executor',
    call: 'getAccount',
    input: { accountId },
  });
  if (asked.state === 'unknown')
    return { state: 'unknown', because: `The account could not be looked up: ${asked.because}` };
  return { state: 'known', value: asked.value.account };
}
