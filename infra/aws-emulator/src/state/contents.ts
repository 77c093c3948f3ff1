import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Items on their way into or out of a recovery point: one JSON document per line, gzipped at the fastest level. */
export async function packItems(items: readonly object[]): Promise<Buffer> {
  return pack(items.map((item) => JSON.stringify(item)).join('\n'), { level: 1 });
}

export async function unpackItems(packed: Buffer): Promise<Record<string, unknown>[]> {
  const lines = (await unpack(packed)).toString('utf8');
  return lines === '' ? [] : lines.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
}
