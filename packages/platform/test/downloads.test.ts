import { afterEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { openDownload, type DownloadFormat } from '../src/downloads/index.ts';
import { createIdentity } from '../src/identity/index.ts';
import { downloadsOf, startSubgraph } from '../src/subgraph/index.ts';

const identity = createIdentity('a secret of the installation, 32 bytes or more');
let stop: (() => Promise<void>) | undefined;
afterEach(async () => stop?.());

async function serve(rows: () => AsyncIterable<{ n: number }>, format: DownloadFormat): Promise<Response> {
  const server = await startSubgraph({
    name: 'policy',
    typeDefs: 'type Query { here: Boolean }',
    resolvers: {},
    identity,
    http: { port: 0 },
    log: pino({ level: 'silent' }),
    download: () => openDownload({ fileName: 'numbers', format, columns: { n: ({ n }) => n }, rows: rows() }),
  });
  stop = () => server.stop();
  const key = await identity.signClaims(downloadsOf('policy'), {}, 60);
  return fetch(`${server.url}/downloads?key=${key}`);
}

test.each(['CSV', 'JSON_LINES'] as const)(
  '%s: a file whose rows fail half-way is not taken for a whole one',
  async (format) => {
    const response = await serve(async function* () {
      for (let n = 0; n < 20_000; n += 1) yield { n };
      throw new Error('the database went away');
    }, format);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  },
);

test.each(['CSV', 'JSON_LINES'] as const)(
  '%s: rows are read no faster than the file is, and no more once nobody reads',
  async (format) => {
    let read = 0;
    let ended = false;
    const rows = async function* () {
      try {
        for (; ; read += 1) yield { n: read };
      } finally {
        ended = true;
      }
    };
    const response = await serve(rows, format);
    const reader = response.body!.getReader();
    await reader.read();
    await still(() => read);
    // Only what buffers hold on the way: of an endless file, not millions.
    expect(read).toBeLessThan(1_500_000);
    await reader.cancel();
    while (!ended) await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(true);
  },
);

/** Until a value has not changed for a hundred turns of the event loop. */
async function still(value: () => number): Promise<void> {
  for (let turns = 0, seen = value(); turns < 100; turns += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (value() !== seen) [turns, seen] = [0, value()];
  }
}
