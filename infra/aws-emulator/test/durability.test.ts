import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ListRecoveryPointsByBackupVaultCommand } from '@aws-sdk/client-backup';
import { DescribeTableCommand, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { startEmulator } from '@tablekeep/aws-emulator';
import { backupJob, copyJob, restoreJob, startBackup, startCopy, startRestore } from './backup-steps.ts';
import { AWAY, HOUR, MINUTE, airports, clients, makeTable, putAirports } from './clients.ts';
import type { ChildProcess } from 'node:child_process';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

interface Running {
  readonly process: ChildProcess;
  readonly endpoint: string;
  readonly advance: (advanceMs: number) => Promise<void>;
  readonly now: () => Promise<number>;
}

let folder: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emulator-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('exit', (code) => resolve(code)));

async function run(): Promise<Running> {
  const child = spawn(process.execPath, [MAIN, '--data-dir', folder, '--limits', 'off'], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const endpoint = await new Promise<string>((resolve, reject) => {
    lines.once('line', (line) => resolve((JSON.parse(line) as { listening: string }).listening));
    child.once('exit', () => reject(new Error(errors)));
  });
  const clock = async (body: object): Promise<number> => {
    const answer = await fetch(`${endpoint}/_emulator/clock`, { method: 'POST', body: JSON.stringify(body) });
    return ((await answer.json()) as { now: number }).now;
  };
  return {
    process: child,
    endpoint,
    advance: async (advanceMs) => {
      await clock({ advanceMs });
    },
    now: () => clock({}),
  };
}

const kill = async ({ process: child }: Running): Promise<void> => {
  child.kill('SIGKILL');
  await ended(child);
};

describe('a killed emulator', () => {
  test('keeps tables, items, points, jobs and its clock', async () => {
    const first = await run();
    const before = clients(first.endpoint);
    await before.dynamodb.send(new CreateTableCommand(airports));
    await first.advance(MINUTE);
    await putAirports(before.dynamodb, 1_000);
    const backup = await startBackup(before.backup);
    await first.advance(10 * MINUTE);
    const copy = await startCopy(before.backup, backup.RecoveryPointArn ?? '');
    const restore = await startRestore(before.backup, backup.RecoveryPointArn ?? '', { targetTableName: 'restored' });
    await first.advance(10 * MINUTE);
    const now = await first.now();
    await kill(first);

    const second = await run();
    expect(await second.now()).toBeGreaterThanOrEqual(now);
    const after = clients(second.endpoint);
    expect((await after.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual(['airports', 'restored']);
    expect((await after.dynamodb.send(new ScanCommand({ TableName: 'airports', Select: 'COUNT' }))).Count).toBe(1_000);
    expect((await backupJob(after.backup, backup.BackupJobId)).State).toBe('COMPLETED');
    expect((await copyJob(after.backup, copy.CopyJobId)).State).toBe('COMPLETED');
    const points = await clients(second.endpoint, AWAY).backup.send(
      new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: 'Default' }),
    );
    expect(points.RecoveryPoints).toHaveLength(1);
    // The restore was half way when the process died, and ends in the new one.
    expect((await restoreJob(after.backup, restore.RestoreJobId)).Status).toBe('RUNNING');
    await second.advance(HOUR);
    expect((await restoreJob(after.backup, restore.RestoreJobId)).Status).toBe('COMPLETED');
    expect((await after.dynamodb.send(new ScanCommand({ TableName: 'restored', Select: 'COUNT' }))).Count).toBe(1_000);
  });

  test('has whatever it acknowledged, at whatever moment it dies', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const emulator = await run();
      const { dynamodb } = clients(emulator.endpoint);
      const dying = (async () => {
        for (let at = 0; ; at += 1) {
          const TableName = `round-${round}-${String(at).padStart(4, '0')}`;
          await dynamodb.send(new CreateTableCommand({ ...airports, TableName }));
          acknowledged.push(TableName);
        }
      })().catch(() => undefined);
      while (acknowledged.filter((name) => name.startsWith(`round-${round}`)).length < 20 * (round + 1)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      await kill(emulator);
      await dying;
    }
    const { dynamodb } = clients((await run()).endpoint);
    for (const TableName of acknowledged) {
      expect((await dynamodb.send(new DescribeTableCommand({ TableName }))).Table?.TableName).toBe(TableName);
    }
  });

  test('shares its folder with nobody, and stops cleanly on SIGTERM', async () => {
    const first = await run();
    await expect(startEmulator({ dataDir: folder })).rejects.toThrow(/is in use by another emulator process/);
    first.process.kill('SIGTERM');
    expect(await ended(first.process)).toBe(0);
    const again = await startEmulator({ dataDir: folder });
    await again.stop();
  });
});

describe('a clock with a speed', () => {
  test('finishes a backup in a moment of real time, with dates of its own', async () => {
    const emulator = await startEmulator({ limits: 'off', speed: 20_000, dataDir: folder });
    try {
      const aws = clients(emulator.endpoint);
      await makeTable(emulator, aws.dynamodb);
      const { BackupJobId } = await startBackup(aws.backup);
      const deadline = Date.now() + 5_000;
      let job = await backupJob(aws.backup, BackupJobId);
      while (job.State !== 'COMPLETED' && Date.now() < deadline) job = await backupJob(aws.backup, BackupJobId);
      expect(job.State).toBe('COMPLETED');
      expect((job.CompletionDate?.getTime() ?? 0) - (job.CreationDate?.getTime() ?? 0)).toBe(330_000);
    } finally {
      await emulator.stop();
    }
  });
});

test('a clock begins where it is told to, and goes on as it stood when the folder knows it', async () => {
  const startAt = Date.now() - 1_000 * HOUR;
  for (const told of [startAt, startAt + HOUR]) {
    const emulator = await startEmulator({ dataDir: folder, startAt: told });
    const sinceMs = emulator.clock.now() - startAt;
    await emulator.stop();
    expect(sinceMs).toBeGreaterThanOrEqual(0);
    expect(sinceMs).toBeLessThan(10 * MINUTE);
  }
});
