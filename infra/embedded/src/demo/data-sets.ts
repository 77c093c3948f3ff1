import { csvParse } from 'd3-dsv';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** One DynamoDB item as plain values: text or number. */
export type PlainItem = Readonly<Record<string, string | number>>;

const dataFolder = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data');

/** US airports: code, name, city, state, position. */
export async function airports(): Promise<PlainItem[]> {
  return csv('airports.csv').then((rows) =>
    rows.map((row) => ({ ...row, latitude: Number(row['latitude']), longitude: Number(row['longitude']) })),
  );
}

/** Films with budget and earnings; of those with the same title and release date the last one stays. */
export async function movies(): Promise<PlainItem[]> {
  const films = JSON.parse(await readFile(join(dataFolder, 'movies.json'), 'utf8')) as Record<
    string,
    string | number | null
  >[];
  const byKey = new Map<string, PlainItem>();
  for (const film of films) {
    const facts = Object.entries(film).filter((entry): entry is [string, string | number] => entry[1] !== null);
    const item = {
      ...Object.fromEntries(facts.map(([name, value]) => [camel(name), value])),
      title: String(film['Title'] ?? 'untitled'),
      releaseDate: String(film['Release Date'] ?? 'unknown'),
      distributor: String(film['Distributor'] ?? 'unknown'),
    };
    byKey.set(`${item.title}\n${item.releaseDate}`, item);
  }
  return [...byKey.values()];
}

/** Five thousand US flights of 2001; `expiresAt` (epoch seconds, far in the future) is the TTL attribute. */
export async function flights(): Promise<PlainItem[]> {
  const rows = JSON.parse(await readFile(join(dataFolder, 'flights-5k.json'), 'utf8')) as {
    date: string;
    delay: number;
    distance: number;
    origin: string;
    destination: string;
  }[];
  return rows.map(({ date, ...rest }, number) => ({
    ...rest,
    departure: `${date}#${String(number).padStart(5, '0')}`,
    date,
    expiresAt: 4_102_444_800 + number,
  }));
}

/** Population by country and year: the table that the policy's exclusion leaves out. */
export async function populations(): Promise<PlainItem[]> {
  const rows = JSON.parse(await readFile(join(dataFolder, 'gapminder.json'), 'utf8')) as Record<
    string,
    string | number
  >[];
  return rows.map((row) => ({ ...row, country: String(row['country']), year: Number(row['year']) }));
}

async function csv(file: string): Promise<Record<string, string>[]> {
  return csvParse(await readFile(join(dataFolder, file), 'utf8')).map((row) => ({ ...row }));
}

function camel(name: string): string {
  const words = name.split(' ');
  return words
    .map((word, i) => (i === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()))
    .join('');
}
