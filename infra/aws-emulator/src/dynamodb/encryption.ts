import { AwsError, invalidParameters } from '../errors.ts';
import { flag, structure, text } from '../wire/read.ts';
import { findKey, managedKey } from '../kms.ts';
import type { Call } from '../call.ts';
import type { Input } from '../wire/read.ts';

/** The key ARN an SSESpecification asks for; null for the key AWS owns; undefined when nothing is said. */
export function readEncryption(call: Call, input: Input): string | null | undefined {
  const specification = structure(input, 'SSESpecification');
  if (specification === null) return undefined;
  const enabled = flag(specification, 'Enabled') ?? false;
  const type = text(specification, 'SSEType');
  const keyId = text(specification, 'KMSMasterKeyId');
  if (type !== null && type !== 'KMS') throw invalidParameters(`Unsupported SSEType ${type}`);
  if (!enabled) {
    if (keyId !== null) throw invalidParameters('KMSMasterKeyId cannot be specified when SSE is disabled');
    return null;
  }
  if (keyId === null) return managedKey(call.world, call.scope, 'alias/aws/dynamodb').arn;
  const key = findKey(call.world, call.scope, keyId);
  if (key === null) throw invalidParameters(`KMS key ${keyId} does not exist`);
  if (key.state !== 'Enabled') {
    throw new AwsError(
      'ValidationException',
      `KMS validation error: ${key.arn} is ${key.state === 'Disabled' ? 'disabled' : 'pending deletion'}.`,
    );
  }
  return key.arn;
}
