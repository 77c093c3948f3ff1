import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingFromLockfile } from '../lockfile.ts';
import { impurities } from '../purity.ts';

const root = join(import.meta.dirname, '..', '..');

const depthOf = (name: string) => name.split('/').length - 1;

describe('domain folders', () => {
  const folders = [
    ...readdirSync(join(root, 'services')).map((name) => join(root, 'services', name, 'src', 'domain')),
    join(root, 'gateway', 'src', 'domain'),
  ];

  test.each(folders)('%s is pure: no I/O, no clock, no framework', (folder) => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(0);
    const found = files
      .filter((name) => !name.endsWith('.test.ts'))
      .flatMap((name) =>
        impurities(readFileSync(join(folder, name), 'utf8'), depthOf(name)).map((what) => `${name}: ${what}`),
      );
    expect(found).toEqual([]);
  });

  test.each([
    ["import { readFile } from 'node:fs/promises';", 'imports node:fs/promises'],
    ["import type { Database } from '@tablekeep/platform/database';", 'imports @tablekeep/platform/database'],
    ["import { rows } from '../store/rows.ts';", 'leaves the domain folder for ../store/rows.ts'],
    ["const file = await import('node:fs');", 'imports node:fs'],
    ["import 'node:net';", 'imports node:net'],
    ["import {\n  readFile,\n} from 'node:fs';", 'imports node:fs'],
    ["export * from '../graphql/resolvers.ts';", 'leaves the domain folder for ../graphql/resolvers.ts'],
    ['const now = Date.now();', 'reads the clock'],
    ['const now = new Date();', 'reads the clock'],
    ['const left = performance.now();', 'reads the clock'],
    ['const id = crypto.randomUUID();', 'takes chance'],
    ['const id = Math.random();', 'takes chance'],
    ['const home = process.env.HOME;', 'reads the environment'],
    ["const answer = await fetch('http://localhost');", 'does I/O'],
    ["console.log('x');", 'does I/O'],
  ])('the test notices %s', (line, what) => {
    expect(impurities(`export const one = 1;\n${line}\n`)).toContain(what);
  });

  test('what domain code may do is let through', () => {
    const code =
      "import type { TableSettings } from '@tablekeep/schema/settings';\nimport { b } from './b.ts';\nexport const later = (now: Date) => new Date(now.getTime() + 1);";
    expect(impurities(code)).toEqual([]);
  });

  test('a folder within looks as far up as the domain folder, and no further', () => {
    const code = "import { a } from '../a.ts';\nimport { b } from '../../store/b.ts';\n";
    expect(impurities(code, 1)).toEqual(['leaves the domain folder for ../../store/b.ts']);
    expect(impurities(code)).toHaveLength(2);
  });
});

test('the lockfile holds every dependency it names and no registry address', () => {
  expect(missingFromLockfile(join(root, 'package-lock.json'))).toEqual([]);
});

test('an old Node is refused before anything else runs, with what to do about it', () => {
  const pretend = (version: string) =>
    spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `Object.defineProperty(process.versions, 'node', { value: '${version}' }); await import('${join(root, 'tools', 'require-node.mjs')}');`,
      ],
      { encoding: 'utf8' },
    );
  expect(pretend('20.20.2')).toMatchObject({ status: 78, stderr: expect.stringContaining('npm ci') });
  expect(pretend('24.0.0')).toMatchObject({ status: 0, stderr: '' });
});

test('a lockfile that lacks a platform package, or names a registry, is found out', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tablekeep-lockfile-'));
  const file = join(folder, 'package-lock.json');
  const packages = {
    '': { dependencies: { a: '1' } },
    'node_modules/a': { optionalDependencies: { 'a-linux': '1', 'a-darwin': '1' }, dependencies: { nested: '1' } },
    'node_modules/a/node_modules/nested': {},
    'node_modules/a-linux': { resolved: 'https://registry.example/a-linux.tgz' },
  };
  writeFileSync(file, JSON.stringify({ packages }));
  expect(missingFromLockfile(file)).toEqual([
    'node_modules/a: a-darwin has no entry',
    'node_modules/a-linux: names a registry',
  ]);
  rmSync(folder, { recursive: true });
});
