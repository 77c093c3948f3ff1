/** Writes the tables of metrics into docs/metrics.md from the metrics' own definitions; `--check` fails when one is stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { metricCatalogue } from './metric-catalogue.ts';

const file = join(import.meta.dirname, '..', 'docs', 'metrics.md');
const found = readFileSync(file, 'utf8');
let text = found;
for (const [service, metrics] of Object.entries(metricCatalogue)) {
  const rows = Object.entries(metrics).map(([name, { type, labels = [], help }]) => {
    const told = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${told} | ${help.replaceAll('|', String.raw`\|`).replace(/\.$/u, '')} |`;
  });
  const table = ['| metric | type | labels | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const place = new RegExp(`(<!-- metrics:${service}:begin -->\n)[\\s\\S]*(<!-- metrics:${service}:end -->)`, 'u');
  if (!place.test(text)) throw new Error(`docs/metrics.md has no place for the metrics of ${service}`);
  text = text.replace(place, (_all, begin: string, end: string) => `${begin}\n${table}\n\n${end}`);
}
const wanted = await format(text, { ...(await resolveConfig(file)), filepath: file });
if (wanted !== found) {
  if (process.argv.includes('--check')) {
    console.error('docs/metrics.md: a table of metrics is stale, run "npm run generate"');
    process.exitCode = 1;
  } else {
    writeFileSync(file, wanted);
  }
}
