import type { Metric, Registry } from 'prom-client';
import { CHECK_MS, within } from '../health/within.ts';
import type { Logger } from '../logging/index.ts';

/** What a metric is, without how it is read: documentation is made from this. Names follow Prometheus's own rules. */
export type MetricDefinition = Readonly<{
  type: 'gauge' | 'counter' | 'histogram';
  help: string;
  labels?: readonly string[];
}>;
export type MetricDefinitions = Readonly<Record<`tablekeep_${string}`, MetricDefinition>>;

/** A histogram's value. `buckets`: how many were at most so large, by the bound, in its order. */
export type Distribution = Readonly<{
  count: number;
  sum: number;
  buckets: readonly (readonly [bound: number, atMost: number])[];
}>;

export type Series<Label extends string = string, Value = number> = Readonly<{
  labels: Readonly<Record<Label, string>>;
  value: Value;
}>;

type LabelOf<D> = D extends Readonly<{ labels: readonly (infer Label extends string)[] }> ? Label : never;
type ValueOf<D> = D extends Readonly<{ type: 'histogram' }> ? Distribution : number;

/** One reader for each definition, with its labels. */
export type MetricReaders<D extends MetricDefinitions> = Readonly<{
  [Name in keyof D]: () => Promise<readonly Series<LabelOf<D[Name]>, ValueOf<D[Name]>>[]>;
}>;

/** A metric that is asked when it is scraped. */
export type ObservedMetric = MetricDefinition &
  Readonly<{ name: string; read: () => Promise<readonly Series<string, number | Distribution>[]> }>;

export function observed<const D extends MetricDefinitions>(
  definitions: D,
  readers: MetricReaders<D>,
): ObservedMetric[] {
  const names = Object.keys(definitions) as (keyof D & `tablekeep_${string}`)[];
  return names.map((name) => ({ ...(definitions[name] as MetricDefinition), name, read: readers[name] }));
}

/**
 * Shows a metric on the admin port. Where it cannot be read in time it has no series: the others must still be told. What a
 * database has counted is stated, while prom-client's own counters and histograms only add: hence a metric of our own.
 */
export function observe(registry: Registry, log: Logger, { name, help, type, read }: ObservedMetric): void {
  const get = async () => {
    const series = await within(CHECK_MS, read()).catch((error: unknown) => {
      log.debug({ metric: name, err: error }, 'a metric could not be read');
      return [];
    });
    return { name, help, type, aggregator: 'max', values: series.flatMap((one) => lines(name, one)) };
  };
  registry.registerMetric({ name, get } as unknown as Metric);
}

type Line = Readonly<{ metricName: string; labels: Readonly<Record<string, string | number>>; value: number }>;

function lines(name: string, { labels, value }: Series<string, number | Distribution>): Line[] {
  if (typeof value === 'number') return [{ metricName: name, labels, value }];
  const { count, sum, buckets } = value;
  return [
    ...buckets.map(([le, atMost]) => ({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: atMost })),
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

/** The one series of a metric without labels. */
export const plain = async (value: number | Promise<number>): Promise<Series<never>[]> => [
  { labels: {}, value: await value },
];

/**
 * One read for all that ask while it is under way, and for so long after it: several metrics of one scrape, and scrapes that
 * come more often than an expensive answer changes. One that fails is tried again by the next who asks.
 * @param freshMs 0: only those who ask while it is under way share it
 */
export function shared<T>(
  read: () => Promise<T>,
  { monotonicMs, freshMs = 0 }: Readonly<{ monotonicMs: () => number; freshMs?: number }>,
): () => Promise<T> {
  let last: { answer: Promise<T>; readAtMs: number | null } | undefined;
  return () => {
    if (last && (last.readAtMs === null || monotonicMs() - last.readAtMs < freshMs)) return last.answer;
    const mine: { answer: Promise<T>; readAtMs: number | null } = { answer: read(), readAtMs: null };
    last = mine;
    mine.answer.then(
      () => (mine.readAtMs = monotonicMs()),
      () => {
        if (last === mine) last = undefined;
      },
    );
    return mine.answer;
  };
}
