import type { Asked } from '@tablekeep/testkit/judge-restored-table';

/** What a table of the matrix can be: each property's possible values by name. */
export const SOURCES = {
  capacity: [
    'on-demand',
    'on-demand, maximum',
    'on-demand, read maximum',
    'provisioned',
    'provisioned, own units of indexes',
  ],
  indexes: ['none', 'one global', 'two global', 'one local', 'global and local'],
  timeToLive: ['off', 'on'],
  stream: ['off', 'KEYS_ONLY', 'NEW_AND_OLD_IMAGES'],
  tableClass: ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'],
  tags: ['none', 'one', 'twelve'],
  encryption: ['AWS_OWNED', 'AWS_MANAGED', 'CUSTOMER_MANAGED'],
  pointInTimeRecovery: ['off', '35 days', '7 days'],
  deletionProtection: ['off', 'on'],
  resourcePolicy: ['none', 'of this table', 'names another table'],
  autoScaling: ['none', 'of the table', 'of table and indexes'],
  contributorInsights: ['off', 'of the table', 'of table and indexes'],
} as const;

/** What a restore can ask; `place` is of the restored table. */
export const WISHES = {
  place: ['other name', 'own name'],
  askedClass: ['as it was', 'STANDARD', 'STANDARD_INFREQUENT_ACCESS'],
  askedCapacity: [
    'as it was',
    'on-demand',
    'provisioned',
    'provisioned, index named',
    'other units',
    'read units only',
  ],
  askedProtection: ['as it was', 'off', 'on'],
  askedRecovery: ['as it was', 'off', 'on'],
  askedEncryption: ['as it was', 'AWS_OWNED', 'AWS_MANAGED', 'CUSTOMER_MANAGED'],
  askedTimeToLive: ['default', 'REAPPLY', 'HOLD'],
  askedStreams: ['default', 'REAPPLY', 'HOLD'],
} as const;

type Choice<F extends Readonly<Record<string, readonly string[]>>> = Readonly<{ [K in keyof F]: F[K][number] }>;
export type Source = Choice<typeof SOURCES>;
export type Wish = Choice<typeof WISHES>;
/** A restore of the matrix: which source, and what is asked. */
export type Combination = Readonly<{ source: number; wish: Wish }>;
export type Matrix = Readonly<{ sources: readonly Source[]; combinations: readonly Combination[] }>;

/** Every pair of values of any two properties is in it. */
export const WHOLE = { sources: 54, restores: 216, seed: 20261127 } as const;

/**
 * Sources and restores, the same for the same numbers. Each is chosen among random ones as that with the most pairs of
 * values nobody had before, so every pair of values of any two properties, of the table or of the wish, is soon there.
 */
export function restoreMatrix(size: Readonly<{ sources: number; restores: number; seed: number }>): Matrix {
  const chance = chanceOf(size.seed);
  const sources: Source[] = [];
  const pairsOfSources = new Set<string>();
  for (let n = 0; n < size.sources; n++) {
    sources.push(
      best(
        pairsOfSources,
        () => anyOf(SOURCES, chance) as Source,
        (one) => Object.entries(one),
      ),
    );
  }
  const pairs = new Set<string>();
  const ownName = new Set<number>();
  const combinations: Combination[] = [];
  for (let n = 0; n < size.restores; n++) {
    // A table comes back under its own name once: the next restore would find it there.
    const source = n % size.sources;
    const made = (): Combination => {
      const wish = anyOf(WISHES, chance) as Wish;
      const sensible = { ...wish, askedCapacity: sensibleCapacity(wish.askedCapacity, sources[source]) };
      return { source, wish: ownName.has(source) ? { ...sensible, place: 'other name' } : sensible };
    };
    const one = best(pairs, made, ({ wish }) => [...Object.entries(sources[source] ?? {}), ...Object.entries(wish)]);
    if (one.wish.place === 'own name') ownName.add(source);
    combinations.push(one);
  }
  return { sources, combinations };
}

/** Units make no sense for a table that stays on-demand, nor an index's without one. */
function sensibleCapacity(asked: Wish['askedCapacity'], source: Source | undefined): Wish['askedCapacity'] {
  const onDemand = source?.capacity.startsWith('on-demand') === true;
  if (onDemand && (asked === 'other units' || asked === 'read units only')) return 'provisioned';
  if (asked === 'provisioned, index named' && globalIndexes(source) === 0) return 'provisioned';
  return asked;
}

export function globalIndexes(source: Source | undefined): number {
  switch (source?.indexes) {
    case 'one global':
    case 'global and local':
      return 1;
    case 'two global':
      return 2;
    default:
      return 0;
  }
}

const CANDIDATES = 40;

/** The candidate that brings the most new pairs; its pairs are remembered. */
function best<T>(seen: Set<string>, make: () => T, valuesOf: (one: T) => (readonly [string, string])[]): T {
  let chosen: { one: T; fresh: readonly string[] } | null = null;
  for (let n = 0; n < CANDIDATES; n++) {
    const one = make();
    const fresh = pairsOf(valuesOf(one)).filter((pair) => !seen.has(pair));
    if (chosen === null || fresh.length > chosen.fresh.length) chosen = { one, fresh };
  }
  if (chosen === null) throw new Error('there is no candidate');
  for (const pair of chosen.fresh) seen.add(pair);
  return chosen.one;
}

/** Every two values that occur together. */
export function pairsOf(values: readonly (readonly [string, string])[]): string[] {
  return values.flatMap(([name, value], at) =>
    values.slice(at + 1).map(([other, its]) => `${name}=${value} & ${other}=${its}`),
  );
}

function anyOf(factors: Readonly<Record<string, readonly string[]>>, chance: () => number): Record<string, string> {
  return Object.fromEntries(
    Object.entries(factors).map(([name, values]) => [name, values[Math.floor(chance() * values.length)] ?? '']),
  );
}

/** Mulberry32: small, and the same everywhere. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The wish as a caller of the API writes it. */
export function askedOf(wish: Wish, source: Source, keyArn: string): Asked {
  return {
    ...(wish.askedClass !== 'as it was' && { tableClass: wish.askedClass }),
    ...capacityOf(wish, source),
    ...(wish.askedProtection !== 'as it was' && { deletionProtection: wish.askedProtection === 'on' }),
    ...(wish.askedRecovery !== 'as it was' && { pointInTimeRecovery: wish.askedRecovery === 'on' }),
    ...(wish.askedEncryption !== 'as it was' && {
      encryption: {
        type: wish.askedEncryption,
        ...(wish.askedEncryption === 'CUSTOMER_MANAGED' && { kmsKeyArn: keyArn }),
      },
    }),
    ...(wish.askedTimeToLive !== 'default' && { timeToLive: wish.askedTimeToLive }),
    ...(wish.askedStreams !== 'default' && { streams: wish.askedStreams }),
  };
}

function capacityOf({ askedCapacity }: Wish, source: Source): Asked {
  const units = { readCapacityUnits: 11, writeCapacityUnits: 12 };
  switch (askedCapacity) {
    case 'as it was':
      return {};
    case 'on-demand':
      return { billingMode: 'PAY_PER_REQUEST' };
    case 'provisioned':
      return { billingMode: 'PROVISIONED', ...units };
    case 'provisioned, index named': {
      const indexCapacity = [{ indexName: 'by-a', readCapacityUnits: 13, writeCapacityUnits: 14 }];
      return { billingMode: 'PROVISIONED', ...units, ...(globalIndexes(source) > 0 && { indexCapacity }) };
    }
    case 'other units':
      return units;
    case 'read units only':
      return { readCapacityUnits: 9 };
  }
}
