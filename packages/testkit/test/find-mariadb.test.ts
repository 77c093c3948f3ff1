import { afterAll, expect, test } from '@jest/globals';
import { findMariaDb } from '@tablekeep/testkit/mariadb';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'tablekeep-programs-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the server is found on the PATH before the folders that packages put it into', () => {
  const nowhere = join(folder, 'nowhere');
  const elsewhere = findMariaDb(nowhere);
  expect(elsewhere).not.toBe(join(folder, 'mariadbd'));
  writeFileSync(join(folder, 'mariadbd'), '');
  expect(findMariaDb(['', nowhere, folder].join(delimiter))).toBe(join(folder, 'mariadbd'));
  expect(findMariaDb(nowhere)).toBe(elsewhere);
});
