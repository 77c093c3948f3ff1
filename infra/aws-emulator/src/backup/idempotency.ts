import { createHash } from 'node:crypto';
import { invalidValue } from './errors.ts';
import { text } from '../wire/read.ts';
import type { Call } from '../call.ts';

/** JSON with sorted members: two bodies that mean the same hash the same. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

const hash = (call: Call): string => createHash('sha256').update(canonical(call.input)).digest('hex');
const keyOf = (call: Call, token: string): string => `${call.operation} ${token}`;

/** The job an earlier call with this call's token started, as far as `behaviour.tokenMemory` remembers. */
export function earlierJob(call: Call): string | null {
  const token = text(call.input, 'IdempotencyToken');
  const { behaviour, durations, tokens } = call.world;
  if (token === null || behaviour.tokenMemory === 'none') return null;
  const known = tokens.get(call.scope, keyOf(call, token));
  if (known === null) return null;
  if (behaviour.tokenMemory === 'expired' && call.now - known.at > durations.tokenMemory) return null;
  if (known.bodyHash !== hash(call)) throw invalidValue('The idempotency token was used with different parameters');
  return known.jobId;
}

export function rememberJob(call: Call, jobId: string): void {
  const token = text(call.input, 'IdempotencyToken');
  if (token === null) return;
  call.world.tokens.put(call.scope, keyOf(call, token), { bodyHash: hash(call), jobId, at: call.now });
}
