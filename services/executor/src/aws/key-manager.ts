import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { AwsCallError } from './explain-fault.ts';
import type { RegionAws } from './region-aws.ts';

/** Who manages a key never changes, so it is asked once. */
const managers = new Map<string, 'AWS' | 'CUSTOMER'>();
const MOST_REMEMBERED = 10_000;

/**
 * Whether AWS or the customer manages a KMS key. Where the role may not ask, or KMS does not answer the impatient, the key counts as the customer's: it is then
 * compared by its ARN, which is never wrong.
 */
export async function keyManager(
  aws: RegionAws,
  keyArn: string,
  patience: 'little' | 'full',
): Promise<'AWS' | 'CUSTOMER'> {
  const known = managers.get(keyArn);
  if (known) return known;
  try {
    const answer = await aws.call('kms:DescribeKey', (abortSignal) =>
      aws.kms.send(new DescribeKeyCommand({ KeyId: keyArn }), { abortSignal }),
    );
    const manager = answer.KeyMetadata?.KeyManager === 'AWS' ? 'AWS' : 'CUSTOMER';
    if (managers.size >= MOST_REMEMBERED) managers.clear();
    managers.set(keyArn, manager);
    return manager;
  } catch (error) {
    if (error instanceof AwsCallError && (patience === 'little' || !error.fault.transient)) return 'CUSTOMER';
    throw error;
  }
}
