import { createHash, randomBytes } from 'node:crypto';

/** A UUID of version 7 (RFC 9562 §5.7): sorts by the time it was made. */
export function newId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  return stamped(bytes, 7);
}

/** The namespace of this project's derived ids. */
const ROOT = Buffer.from('6f1f3b1a5d0c4c59a6b0d9b6c0a77d10', 'hex');

/** A UUID of version 5 (RFC 9562 §5.5): the same parts give the same id, everywhere and always. */
export function derivedId(namespace: string, ...parts: readonly string[]): string {
  const hash = createHash('sha1')
    .update(ROOT)
    .update(JSON.stringify([namespace, ...parts]));
  return stamped(hash.digest().subarray(0, 16), 5);
}

/** Of a restore point, from the ARN of its recovery point: a catalog rebuilt from the vaults has the same ids. */
export function restorePointIdOf(recoveryPointArn: string): string {
  return derivedId('restore-point', recoveryPointArn);
}

function stamped(bytes: Buffer, version: number): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
