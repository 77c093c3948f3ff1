import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';

const main = join(import.meta.dirname, '..', 'src', 'demo', 'main.ts');

function runDemo(...args: string[]): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { timeout: 120_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out: out + err });
    });
  });
}

test('the demo backs up, copies, loses, restores and finds everything equal', async () => {
  const { code, out } = await runDemo();
  expect(out).toContain('all equal but what was asked to differ');
  expect(out).toContain('environment: EMULATED');
  expect(out).not.toContain('WRONG');
  expect(out).not.toContain('\u001b[');
  expect(code).toBe(0);
}, 120_000);

test.each([
  ['drop-item', /items +3376 +3375 +WRONG: 1 differ/u],
  ['property', /tags .*WRONG/u],
])(
  'the demo exits 1 when the restored tables are broken: %s',
  async (broken, said) => {
    const { code, out } = await runDemo('--break', broken);
    expect(out).toMatch(said);
    expect(out).toContain('the restored tables are not what they were');
    expect(code).toBe(1);
  },
  120_000,
);
