/**
 * Finds Helm, or builds it once where Go is installed; prints where it is. Exits 1 where neither can be had.
 * The chart's tests use what this leaves in the cache and never build anything themselves.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const HELM = 'helm.sh/helm/v3/cmd/helm@v3.19.0';
const cache = join(homedir(), '.cache', 'tablekeep', 'bin');

/** Helm on PATH, or the one built before; null where there is none. */
export function findHelm(path = process.env['PATH'] ?? ''): string | null {
  const folders = [...path.split(delimiter).filter((folder) => folder !== ''), cache];
  return folders.map((folder) => join(folder, 'helm')).find((file) => existsSync(file)) ?? null;
}

function buildHelm(): string | null {
  mkdirSync(cache, { recursive: true });
  process.stderr.write(`building ${HELM}, which takes some minutes\n`);
  const { status, error } = spawnSync('go', ['install', HELM], {
    env: { ...process.env, GOBIN: cache },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) process.stderr.write(`go: ${error.message}\n`);
  return status === 0 ? findHelm() : null;
}

if (import.meta.main) {
  const helm = findHelm() ?? buildHelm();
  if (helm === null) {
    process.stderr.write(
      'Helm is neither installed nor can it be built (that needs Go): the tests of the chart are skipped.\n',
    );
    process.exitCode = 1;
  } else {
    process.stdout.write(`${helm}\n`);
  }
}
