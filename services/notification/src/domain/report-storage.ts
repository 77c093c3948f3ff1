import type { InternalOutput } from '@tablekeep/schema/internal';
import { plural } from '@tablekeep/schema/brief';
import type { Figures, ReportFacts, Section } from './report-parts.ts';

type Points = InternalOutput<'reportPoints'>;
type Protection = InternalOutput<'reportProtection'>;
type Stored = Points['storage'][number];

/** As AWS bills storage: 2^30 bytes. */
const GIB = 2 ** 30;
const DAY_MS = 86_400_000;

/** Null: what is stored could not be told. */
export function figuresOf(points: Points | null, protection: Protection | null): Omit<Figures, 'at'> | null {
  if (points === null) return null;
  const sum = (of: (row: Stored) => number) => points.storage.reduce((all, row) => all + of(row), 0);
  const costs = points.storage.map((row) => costOf(row, protection));
  const isPriced = protection !== null && costs.every((cost) => cost !== null);
  return {
    points: sum((row) => row.points),
    bytes: sum((row) => row.sizeBytes),
    monthlyUsd: isPriced ? costs.reduce((all: number, cost) => all + (cost ?? 0), 0) : null,
  };
}

/** Of a month at the list's price. Null: it has none. What takes no room costs nothing, whatever the price. */
function costOf({ region, storageClass, sizeBytes }: Stored, protection: Protection | null): number | null {
  if (sizeBytes === 0) return 0;
  const prices = protection?.prices.regions.find((one) => one.region === region);
  const price = (storageClass === 'WARM' ? prices?.warm : prices?.cold) ?? null;
  return price === null ? null : (sizeBytes / GIB) * price;
}

export function storageSection({ points, protection, before, until }: ReportFacts): Section {
  const title = 'Storage and cost';
  if (points.state !== 'known') return { title, rows: [], items: [], notes: [] };
  const told = protection.state === 'known' ? protection.value : null;
  const now = figuresOf(points.value, told);
  const { storage } = points.value;
  if (now === null || storage.length === 0) return { title, rows: [['Stored', 'nothing']], items: [], notes: [] };
  const rows = storage.map((row): [string, string] => {
    const cost = costOf(row, told);
    const said = [plural(row.points, 'point'), sayBytes(row.sizeBytes), ...(cost === null ? [] : [sayUsd(cost)])];
    return [`${row.region}, ${row.storageClass.toLowerCase()}`, said.join(' · ')];
  });
  const all = [plural(now.points, 'point'), sayBytes(now.bytes)];
  if (now.monthlyUsd !== null) all.push(`${sayUsd(now.monthlyUsd)} a month`);
  return {
    title,
    rows: [...rows, ['In all', all.join(' · ')], ...trendRows(now, before, until)],
    items: [],
    notes: costNotes(now, storage, told),
  };
}

function trendRows(now: Omit<Figures, 'at'>, before: readonly Figures[], until: Date): [string, string][] {
  const [last] = before;
  const aWeekAgo = until.getTime() - 6.5 * DAY_MS;
  const week = before.find(({ at }) => Date.parse(at) <= aWeekAgo);
  const row = (since: string, then: Figures): [string, string] => {
    const usd = now.monthlyUsd === null || then.monthlyUsd === null ? 0 : now.monthlyUsd - then.monthlyUsd;
    const cost = Math.abs(usd) < 0.005 ? '' : ` · ${signed(usd, sayUsd)} a month`;
    return [since, `${signed(now.bytes - then.bytes, sayBytes)}${share(now.bytes, then.bytes)}${cost}`];
  };
  const days = week && Math.round((until.getTime() - Date.parse(week.at)) / DAY_MS);
  return [
    ...(last ? [row('Since the last report', last)] : []),
    ...(week && week !== last ? [row(`In ${days} days`, week)] : []),
  ];
}

function costNotes(now: Omit<Figures, 'at'>, storage: readonly Stored[], told: Protection | null): string[] {
  if (told === null) return [];
  if (now.monthlyUsd !== null) return [`Cost of what is stored now, at list prices of ${told.prices.asOf}.`];
  const unpriced = new Set(storage.filter((row) => costOf(row, told) === null).map(({ region }) => region));
  return [`The price list has no storage price for ${[...unpriced].join(', ')}: the cost in all cannot be told.`];
}

function signed(change: number, say: (value: number) => string): string {
  if (change === 0) return 'no change';
  return `${change > 0 ? '+' : '−'}${say(Math.abs(change))}`;
}

function share(now: number, then: number): string {
  if (then === 0 || now === then) return '';
  const percent = ((now - then) / then) * 100;
  const said = Math.abs(percent) < 10 ? percent.toFixed(1) : percent.toFixed(0);
  return ` (${percent > 0 ? '+' : '−'}${said.replace('-', '')} %)`;
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `1.5 GiB`. */
export function sayBytes(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  const said = unit === 0 ? String(Math.round(value)) : value >= 100 ? value.toFixed(0) : value.toFixed(1);
  return `${said} ${UNITS[unit]}`;
}

function sayUsd(usd: number): string {
  return usd > 0 && usd < 0.01
    ? 'under $0.01'
    : `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
