import { readFileSync } from 'node:fs';

type Entry = Readonly<{
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  resolved?: string;
}>;

/**
 * Dependencies, optional ones included, that a package in the lockfile names and the lockfile does not hold. npm leaves
 * out platform packages that a registry lacks at that moment without a word, and `npm ci` fails on other machines.
 * Also: addresses of registries, which do not belong in a lockfile that everybody shares.
 */
export function missingFromLockfile(file: string): string[] {
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Entry> };
  return Object.entries(packages).flatMap(([path, entry]) => {
    const wanted = Object.keys({ ...entry.dependencies, ...entry.optionalDependencies });
    const missing = wanted
      .filter((name) => !resolvable(packages, path, name))
      .map((name) => `${path || 'root'}: ${name} has no entry`);
    return /^https?:/u.test(entry.resolved ?? '') ? [...missing, `${path}: names a registry`] : missing;
  });
}

/** Node's own look-up: the nearest node_modules on the way up. */
function resolvable(packages: Record<string, Entry>, from: string, name: string): boolean {
  let folder = from;
  for (;;) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]) return true;
    if (folder === '') return false;
    folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0));
  }
}
