import { DeleteTableCommand, ScanCommand, waitUntilTableNotExists } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  restoreTables,
  runPolicy,
  type SessionView,
} from '../src/account-under-test.ts';
import { awsJobs, type AwsJobKind } from '../src/aws-jobs.ts';
import { startSite, type PlatformProcess, type Site } from './platform-process.ts';

/** Slow enough that a job is still running when the platform comes back. */
const SPEED = 60;

let site: Site;
let platform: PlatformProcess;

beforeAll(async () => {
  site = await startSite(SPEED);
  platform = await site.startPlatform();
}, 60_000);
afterAll(async () => {
  await platform.kill();
  await site.stop();
});

/** Waits until AWS has the job, then kills the platform as the operating system would, and starts it again. */
async function killOnce(kind: AwsJobKind): Promise<void> {
  await eventually(
    async () => {
      if ((await awsJobs(site.owner, kind)).length === 0) throw new Error(`no ${kind} job yet`);
    },
    { timeoutMs: 60_000, everyMs: 10, what: `a ${kind} job` },
  );
  await platform.kill();
  platform = await site.startPlatform();
}

const ended = (id: string): Promise<SessionView> => endOfSession(platform.graphql, id, 120_000);

test('killed in the middle of a backup, a copy and a restore, the platform makes exactly one AWS job of each', async () => {
  const accountId = await registerAccount(site.owner, platform.graphql);
  await createAirportTable(site.owner, 'Unkillable');
  const { policy, userErrors } = await createPolicy(
    platform.graphql,
    policyInput(accountId, { copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 90 }] }),
  );
  expect(userErrors).toEqual([]);

  const run = await runPolicy(platform.graphql, policy!.id);
  await killOnce('backup');
  await killOnce('copy');
  expect(await ended(run)).toMatchObject({
    status: 'SUCCEEDED',
    tasks: {
      nodes: expect.arrayContaining([expect.objectContaining({ kind: 'COPY', status: 'SUCCEEDED', attempt: 1 })]),
    },
  });
  expect(await awsJobs(site.owner, 'backup')).toEqual([expect.objectContaining({ state: 'COMPLETED' })]);
  expect(await awsJobs(site.owner, 'copy')).toEqual([expect.objectContaining({ state: 'COMPLETED' })]);

  const client = site.owner.dynamodb(HOME);
  await client.send(new DeleteTableCommand({ TableName: 'Unkillable' }));
  await waitUntilTableNotExists({ client, maxWaitTime: 60, minDelay: 0.1, maxDelay: 0.5 }, { TableName: 'Unkillable' });
  const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: { id: string; kind: string }[] } }>(
    '{ restorePoints { nodes { id kind } } }',
  );
  expect(restorePoints.nodes).toHaveLength(2);
  const backup = restorePoints.nodes.find((point) => point.kind === 'BACKUP')!;
  const { session } = await restoreTables(platform.graphql, [{ restorePointId: backup.id, mode: 'ORIGINAL' }]);
  await killOnce('restore');
  expect(await ended(session!.id)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await awsJobs(site.owner, 'restore')).toEqual([expect.objectContaining({ state: 'COMPLETED' })]);
  const { Count } = await client.send(new ScanCommand({ TableName: 'Unkillable', Select: 'COUNT' }));
  expect(Count).toBe(25);
}, 240_000);
