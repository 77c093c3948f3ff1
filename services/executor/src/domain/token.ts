import { createHash } from 'node:crypto';

/** Steps that start something in AWS and take an idempotency token. */
export type TokenStep = 'backup' | 'copy' | 'restore';

/**
 * The idempotency token of one start call: the same for every repetition of the same attempt, different for every
 * other. 58 characters of [a-z0-9-]; AWS takes 64.
 */
export function idempotencyToken(taskId: string, attempt: number, step: TokenStep): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([taskId, attempt, step]))
    .digest('hex');
  return `tablekeep-${digest.slice(0, 48)}`;
}
