/** `npm run check`: everything that can be told without running the product. Reports every failure, then exits 1. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { compatibilityProblems } from '../schema/contract/published.ts';
import { codeProblems } from './error-codes.ts';
import { missingFromLockfile } from './lockfile.ts';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

const steps: readonly { name: string; run: () => boolean }[] = [
  { name: 'generated files are fresh', run: () => command(process.execPath, ['schema/generate.ts', '--check']) },
  {
    name: 'documentation tables are fresh',
    run: () => command(process.execPath, ['tools/document-settings.ts', '--check']),
  },
  {
    name: 'the tables of metrics are fresh',
    run: () => command(process.execPath, ['tools/document-metrics.ts', '--check']),
  },
  {
    name: 'dashboards are fresh',
    run: () => command(process.execPath, ['infra/grafana/generate.ts', '--check']),
  },
  {
    name: 'the frame of mails is fresh',
    run: () => command(process.execPath, ['tools/compile-mails.ts', '--check']),
  },
  { name: 'published events stay readable', run: () => nothingSaid(compatibilityProblems()) },
  { name: 'error codes are explained', run: () => nothingSaid(codeProblems(root)) },
  { name: 'lockfile is complete', run: () => nothingSaid(missingFromLockfile(join(root, 'package-lock.json'))) },
  { name: 'format', run: () => command(bin('prettier'), ['--check', '--log-level', 'warn', '.']) },
  { name: 'lint', run: () => command(bin('eslint'), ['.', '--max-warnings', '0']) },
  { name: 'types', run: () => command(bin('tsc'), ['--noEmit', '-p', '.']) },
];

const failed = steps.filter((step) => {
  const begun = performance.now();
  const ok = step.run();
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${step.name}  (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
  return !ok;
});
process.exit(failed.length === 0 ? 0 : 1);

function command(file: string, args: readonly string[]): boolean {
  return spawnSync(file, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

function nothingSaid(problems: readonly string[]): boolean {
  for (const line of problems) console.error(line);
  return problems.length === 0;
}
