import { InvalidConfigError } from '@tablekeep/platform/config';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { priceList, type PriceList } from './domain/cost/prices.ts';

const SHIPPED = join(import.meta.dirname, 'prices.json');

/** The price list of this installation. Throws InvalidConfigError with everything that is wrong with the file. */
export async function readPrices(file: string | undefined): Promise<PriceList> {
  const name = file ?? SHIPPED;
  const wrong = (problems: string[]) =>
    new InvalidConfigError(problems.map((problem) => `PRICES_FILE ${name}: ${problem}`).join('\n'));
  let value: unknown;
  try {
    value = JSON.parse(await readFile(name, 'utf8'));
  } catch (error) {
    throw wrong([error instanceof Error ? error.message : String(error)]);
  }
  const read = priceList.safeParse(value);
  if (read.success) return read.data;
  throw wrong(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
}
