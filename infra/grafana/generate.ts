/** Writes the dashboards from their code; `--check` writes nothing and fails when a file is stale, missing or nobody's. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { dashboards } from './src/index.ts';

const folder = join(import.meta.dirname, 'dashboards');
const isCheck = process.argv.includes('--check');
const wanted = new Map(dashboards.map((one) => [`${one.uid}.json`, one]));
const found = new Set(readdirSync(folder));

function stale(file: string): void {
  process.stderr.write(`infra/grafana/dashboards/${file} is stale, run "npm run generate"\n`);
  process.exitCode = 1;
}

for (const [file, one] of wanted) {
  const path = join(folder, file);
  const text = await format(JSON.stringify(one), { ...(await resolveConfig(path)), filepath: path });
  if (found.has(file) && readFileSync(path, 'utf8') === text) continue;
  if (isCheck) stale(file);
  else writeFileSync(path, text);
}
for (const file of found) {
  if (wanted.has(file)) continue;
  if (isCheck) stale(file);
  else rmSync(join(folder, file));
}
