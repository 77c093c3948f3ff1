import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountOwner, HOME } from '@tablekeep/embedded/demo/aws-account';
import { createAirportTable, registerAccount } from '../src/account-under-test.ts';
import { refusedPlatform, startPlatformProcess } from './platform-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablekeep-start-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const emulatedAws = (output: string) => /emulated AWS: (\S+)/u.exec(output)?.[1] ?? '';

test('it says where it is, keeps its data across restarts, and stops cleanly on Ctrl-C', async () => {
  const env = { DATA_DIR: join(folder, 'data') };
  const first = await startPlatformProcess(env);
  const owner = accountOwner(await waitForAws(first));
  await registerAccount(owner, first.graphql);
  await createAirportTable(owner, 'Kept');
  expect(first.output()).toContain('environment:  EMULATED');
  expect((await stat(join(env.DATA_DIR, 'admin-token'))).mode & 0o077).toBe(0);
  expect((await stat(join(env.DATA_DIR, 'keyring.json'))).mode & 0o077).toBe(0);

  const second = await refusedPlatform(env);
  expect(second.code).not.toBe(0);
  expect(second.said).toContain('in use by another Tablekeep process');

  expect(await first.interrupt()).toBe(0);
  const again = await startPlatformProcess(env);
  const { accounts } = await again.graphql<{ accounts: { name: string }[] }>('{ accounts { name } }');
  expect(accounts).toEqual([{ name: 'Production' }]);
  const { TableNames } = await accountOwner(await waitForAws(again))
    .dynamodb(HOME)
    .send(new ListTablesCommand({}));
  expect(TableNames).toEqual(['Kept']);
  expect(await again.interrupt()).toBe(0);

  const real = await refusedPlatform({ ...env, AWS: 'real' });
  expect(real.code).not.toBe(0);
  expect(real.said).toContain('belongs to environment EMULATED for life');
}, 120_000);

test('a wrong configuration is refused with every problem at once', async () => {
  const { code, said } = await refusedPlatform({
    DATA_DIR: join(folder, 'other'),
    PORT: 'eighty',
    EMULATOR_SPEED: '0',
  });
  expect(code).toBe(78);
  expect(said).toContain('PORT');
  expect(said).toContain('EMULATOR_SPEED');
});

async function waitForAws(platform: { output(): string }): Promise<string> {
  const { eventually } = await import('@tablekeep/testkit/eventually');
  return eventually(
    async () => {
      const found = emulatedAws(platform.output());
      if (found === '') throw new Error('not printed yet');
      return found;
    },
    { timeoutMs: 5_000, what: 'the address of the emulated AWS' },
  );
}
