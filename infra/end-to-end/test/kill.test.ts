import { DeleteTableCommand, ScanCommand, waitUntilTableNotExists } from '@aws-sdk/client-dynamodb';
import { paginateListBackupJobs, paginateListCopyJobs, paginateListRestoreJobs } from '@aws-sdk/client-backup';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@tablekeep/testkit/eventually';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountOwner, AWAY, HOME, VAULT, type Owner } from '@tablekeep/embedded/demo/aws-account';
import {
  createAirportTable,
  createPolicy,
  OPEN,
  policyInput,
  registerAccount,
  restoreTables,
  runPolicy,
  viewSession,
  type SessionView,
} from '../src/account-under-test.ts';
import {
  startEmulatorProcess,
  startPlatformProcess,
  type EmulatorProcess,
  type PlatformProcess,
} from './platform-process.ts';

/** Slow enough that a job is still running when the platform comes back. */
const SPEED = 60;

let folder: string;
let emulator: EmulatorProcess;
let owner: Owner;
let platform: PlatformProcess;
const start = () =>
  startPlatformProcess({
    DATA_DIR: join(folder, 'data'),
    AWS: 'external-emulator',
    AWS_EMULATOR_URL: emulator.endpoint,
    EMULATOR_SPEED: String(SPEED),
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablekeep-kill-'));
  emulator = await startEmulatorProcess(SPEED, join(folder, 'aws'));
  owner = accountOwner(emulator.endpoint);
  platform = await start();
}, 60_000);
afterAll(async () => {
  await platform.kill();
  await emulator.stop();
  await rm(folder, { recursive: true, force: true });
});

type Job = { resource: string; state: string };
async function backupJobs(): Promise<Job[]> {
  const jobs: Job[] = [];
  for await (const page of paginateListBackupJobs({ client: owner.backup(HOME) }, {})) {
    for (const job of page.BackupJobs ?? []) jobs.push({ resource: job.ResourceArn ?? '', state: job.State ?? '' });
  }
  return jobs;
}
async function copyJobs(): Promise<Job[]> {
  const jobs: Job[] = [];
  for await (const page of paginateListCopyJobs({ client: owner.backup(HOME) }, {})) {
    for (const job of page.CopyJobs ?? []) jobs.push({ resource: job.ResourceArn ?? '', state: job.State ?? '' });
  }
  return jobs;
}
async function restoreJobs(): Promise<Job[]> {
  const jobs: Job[] = [];
  for await (const page of paginateListRestoreJobs({ client: owner.backup(HOME) }, {})) {
    for (const job of page.RestoreJobs ?? [])
      jobs.push({ resource: job.SourceResourceArn ?? '', state: job.Status ?? '' });
  }
  return jobs;
}

/** Waits until AWS has the job, then kills the platform as the operating system would, and starts it again. */
async function killOnce(jobs: () => Promise<Job[]>, what: string): Promise<void> {
  await eventually(
    async () => {
      if ((await jobs()).length === 0) throw new Error(`no ${what} job yet`);
    },
    { timeoutMs: 60_000, everyMs: 10, what: `a ${what} job` },
  );
  await platform.kill();
  platform = await start();
}

const ended = (id: string): Promise<SessionView> =>
  eventually(
    async () => {
      const session = await viewSession(platform.graphql, id);
      if (OPEN.has(session.status)) throw new Error(`still ${JSON.stringify(session)}`);
      return session;
    },
    { timeoutMs: 120_000, what: `the end of session ${id}` },
  );

test('killed in the middle of a backup, a copy and a restore, the platform makes exactly one AWS job of each', async () => {
  const accountId = await registerAccount(owner, platform.graphql);
  await createAirportTable(owner, 'Unkillable');
  const { policy, userErrors } = await createPolicy(
    platform.graphql,
    policyInput(accountId, { copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 90 }] }),
  );
  expect(userErrors).toEqual([]);

  const run = await runPolicy(platform.graphql, policy!.id);
  await killOnce(backupJobs, 'backup');
  await killOnce(copyJobs, 'copy');
  expect(await ended(run)).toMatchObject({
    status: 'SUCCEEDED',
    tasks: {
      nodes: expect.arrayContaining([expect.objectContaining({ kind: 'COPY', status: 'SUCCEEDED', attempt: 1 })]),
    },
  });
  expect(await backupJobs()).toEqual([expect.objectContaining({ state: 'COMPLETED' })]);
  expect(await copyJobs()).toEqual([expect.objectContaining({ state: 'COMPLETED' })]);

  const client = owner.dynamodb(HOME);
  await client.send(new DeleteTableCommand({ TableName: 'Unkillable' }));
  await waitUntilTableNotExists({ client, maxWaitTime: 60, minDelay: 0.1, maxDelay: 0.5 }, { TableName: 'Unkillable' });
  const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: { id: string; kind: string }[] } }>(
    '{ restorePoints { nodes { id kind } } }',
  );
  expect(restorePoints.nodes).toHaveLength(2);
  const backup = restorePoints.nodes.find((point) => point.kind === 'BACKUP')!;
  const { session } = await restoreTables(platform.graphql, [{ restorePointId: backup.id, mode: 'ORIGINAL' }]);
  await killOnce(restoreJobs, 'restore');
  expect(await ended(session!.id)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await restoreJobs()).toEqual([expect.objectContaining({ state: 'COMPLETED' })]);
  const { Count } = await client.send(new ScanCommand({ TableName: 'Unkillable', Select: 'COUNT' }));
  expect(Count).toBe(25);
}, 240_000);
