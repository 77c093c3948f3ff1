import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPrices } from '../src/read-prices.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablekeep-prices-'));
  file = join(folder, 'prices.json');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Line by line what is said of a PRICES_FILE with this in it. */
const saidOf = async (content: string): Promise<string[]> => {
  await writeFile(file, content);
  const refusal = await readPrices(file).then(
    () => 'nothing',
    ({ name, message }: Error) => `${name}\n${message}`,
  );
  return refusal.split('\n');
};

test('everything that is wrong with a price list is said at once, each with its place', async () => {
  const list = {
    asOf: 'last week',
    regions: { 'us-east-1': { warmStorage: '0.10', transfer: -1 }, 'eu-west-1': { warm: 0.1 } },
  };
  const [name, ...lines] = await saidOf(JSON.stringify(list));
  expect(name).toBe('InvalidConfigError');
  const at = (place: string) => expect.stringContaining(`PRICES_FILE ${file}: ${place}: `);
  expect(lines).toEqual([
    at('asOf'),
    at('source'),
    at('regions.us-east-1.warmStorage'),
    at('regions.us-east-1.transfer'),
    at('regions.eu-west-1'),
  ]);
  expect(lines.at(-1)).toContain('"warm"');
});

test('a price list that is no JSON, or is not there, is refused with its name', async () => {
  expect(await saidOf('{ "asOf": ')).toEqual(['InvalidConfigError', expect.stringContaining(`PRICES_FILE ${file}: `)]);
  await rm(file);
  await expect(readPrices(file)).rejects.toThrow(/^PRICES_FILE .*prices\.json: .*ENOENT/u);
});

test('the list that is shipped is sound', async () => {
  const { regions } = await readPrices(undefined);
  expect(regions['us-east-1']).toBeDefined();
});
