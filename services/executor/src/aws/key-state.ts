import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { AwsCallError } from './explain-fault.ts';
import type { RegionAws } from './region-aws.ts';

/** Why a key cannot be used now, in words; null where it can. Throws AwsCallError where AWS would not say. */
export async function keyProblem(aws: RegionAws, keyArn: string): Promise<string | null> {
  const send = (abortSignal: AbortSignal) => aws.kms.send(new DescribeKeyCommand({ KeyId: keyArn }), { abortSignal });
  try {
    const { KeyMetadata: key } = await aws.call('kms:DescribeKey', send);
    return key?.Enabled && key.KeyState === 'Enabled' ? null : `The key ${keyArn} is ${key?.KeyState ?? 'disabled'}.`;
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.code === 'NOT_FOUND') return `The key ${keyArn} is not there.`;
    throw error;
  }
}
