import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { AccountRef } from '@tablekeep/schema/events';
import type { Known } from '@tablekeep/schema/settings';

/** Asks the policy service for an account; null: there is none of this id. */
export async function findAccount(
  { peers, identity }: Pick<ServiceDeps, 'peers' | 'identity'>,
  accountId: string,
  timeoutMs: number,
): Promise<Known<AccountRef | null>> {
  const answer = await callInternal({
    peer: peers.policy,
    identity,
    service: 'retention',
    call: 'getAccount',
    input: { accountId },
    timeoutMs,
  });
  return answer.state === 'unknown' ? answer : { state: 'known', value: answer.value.account };
}
