import type { AccountRef } from '@tablekeep/schema/events';
import type { InternalInput, InternalOutput } from '@tablekeep/schema/internal';
import type { Known } from '@tablekeep/schema/settings';
import { AwsCallError } from './aws/explain-fault.ts';
import { publish } from './aws/publish.ts';
import type { Aws } from './aws/region-aws.ts';

/** The caller waits fifteen seconds; the answer has to travel too. */
const LIVE_MS = 12_000;

/** Publishes to a topic as the account's role. Never throws: what AWS did not answer may have been published. */
export async function publishSns(
  o: Readonly<{ aws: Aws; account: (id: string) => Promise<Known<AccountRef | null>> }>,
  input: InternalInput<'publishSns'>,
): Promise<InternalOutput<'publishSns'>> {
  const account = input.account
    ? ({ state: 'known', value: input.account } as const)
    : await o.account(input.accountId);
  // Nothing was sent yet.
  if (account.state === 'unknown') return { state: 'refused', because: account.because, retryable: true };
  if (account.value === null)
    return { state: 'refused', because: 'The account whose role publishes is gone.', retryable: false };
  const region = input.topicArn.split(':')[3] ?? '';
  const signal = AbortSignal.timeout(LIVE_MS);
  try {
    const options = { timeoutMs: LIVE_MS, longestWaitMs: LIVE_MS, signal };
    return { state: 'published', messageId: await publish(o.aws.at(account.value, region), input, options) };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    const { fault } = error;
    if (fault.effect === 'possible') return { state: 'unknown', because: fault.reason };
    // A missing permission or topic is for a person to mend, within the hour perhaps.
    return { state: 'refused', because: fault.reason, retryable: fault.code !== 'INVALID_REQUEST' };
  }
}
