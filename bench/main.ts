/** `npm run bench -- NAME [--runs 5] [--write]`: runs bench/NAME.ts; the last line is its figures as JSON. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
});
const folder = import.meta.dirname;
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace('.bench.ts', ''));
const [name = ''] = positionals;
if (!names.includes(name)) {
  console.error(`usage: npm run bench -- NAME [--runs 5] [--write]; there are ${names.join(', ')}`);
  process.exit(2);
}

type Bench = { run(runs: number): Promise<Record<string, unknown>> };
const bench = (await import(join(folder, `${name}.bench.ts`))) as Bench;
// Before the run: it may take long, and the tree goes on meanwhile.
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim();
const figures = await bench.run(Number(values.runs));
const result = {
  bench: name,
  commit,
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
  ...figures,
};
if (values.write) {
  await mkdir(join(folder, 'results'), { recursive: true });
  await writeFile(join(folder, 'results', `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}
console.log(JSON.stringify(result));
// The figures are out; a connection that a bench has left open keeps nobody waiting.
process.exit(0);
