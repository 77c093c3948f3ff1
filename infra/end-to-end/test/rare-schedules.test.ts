import { DescribeRecoveryPointCommand } from '@aws-sdk/client-backup';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  runPolicy,
  viewSession,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

type Point = { kind: string; recoveryPointArn: string; flags: { flag: string; expiresAt: string | null }[] };

describe('policies that run once a month and once a year, and one whose last run does not end', () => {
  let platform: PlatformUnderTest;
  let accountId: string;
  let slot: Date;
  const ids = new Map<string, string>();
  let stuck: string;

  const policyOf = async (name: string) => {
    const { policy } = await platform.graphql<{
      policy: { nextRunAt: string; scheduleState: string; scheduleMessage: string | null };
    }>('query ($id: ID!) { policy(id: $id) { nextRunAt scheduleState scheduleMessage } }', { id: ids.get(name) });
    return policy;
  };
  const scheduledRunOf = (name: string) =>
    eventually(
      async () => {
        const { sessions } = await platform.graphql<{ sessions: { nodes: { id: string; trigger: string }[] } }>(
          'query ($filter: SessionFilter) { sessions(filter: $filter) { nodes { id trigger } } }',
          { filter: { policyId: ids.get(name) } },
        );
        const run = sessions.nodes.find(({ trigger }) => trigger === 'SCHEDULE');
        if (!run) throw new Error('it has not run yet');
        return run.id;
      },
      { timeoutMs: 80_000, everyMs: 500, what: 'the run of the slot' },
    );

  beforeAll(async () => {
    platform = await startPlatform();
    accountId = await registerAccount(platform.owner, platform.graphql);
    for (const name of ['Rare', 'Busy']) await createAirportTable(platform.owner, name);
    // Far enough away for what is prepared before it; the next whole minute.
    slot = new Date(Math.ceil((Date.now() + 15_000) / 60_000) * 60_000);
    const [time, day, month] = [slot.toISOString().slice(11, 16), slot.getUTCDate(), slot.getUTCMonth() + 1];
    const add = async (name: string, changes: object) => {
      const input = policyInput(accountId, { name, include: { tables: [{ name, region: HOME }] }, ...changes });
      const { policy, userErrors } = await createPolicy(platform.graphql, input);
      expect(userErrors).toEqual([]);
      ids.set(name, policy!.id);
    };
    await add('Rare', {
      copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT }],
      backupRetentionDays: null,
      coldStorageAfterDays: 30,
      retryCount: 1,
      retryDelaySeconds: 1,
      schedules: {
        timeZone: 'UTC',
        monthly: { on: { kind: 'DATE', date: day }, time, copyMonths: [], keep: { value: 1, unit: 'MONTHS' } },
        yearly: {
          month,
          on: { kind: 'DATE', date: day },
          time,
          keep: { value: 7, unit: 'YEARS' },
          keepCopies: { value: 2, unit: 'YEARS' },
        },
      },
    });
    expect(await policyOf('Rare')).toMatchObject({ nextRunAt: slot.toISOString(), scheduleState: 'PLANNED' });
    await add('Busy', { schedules: { timeZone: 'UTC', daily: { times: [time] } } });
    await platform.aws.fault({ service: 'backup', operation: 'StartBackupJob', count: 1, kind: 'jobStuck' });
    stuck = await runPolicy(platform.graphql, ids.get('Busy')!);
    await eventually(
      async () => {
        const { tasks } = await viewSession(platform.graphql, stuck);
        if (!tasks.nodes.some((task) => task.kind === 'BACKUP' && task.awsJobId !== null)) throw new Error('not begun');
      },
      { timeoutMs: 40_000, everyMs: 50, what: 'a backup that hangs' },
    );
    // The first attempt of the slot's backup fails.
    await platform.aws.fault({
      service: 'backup',
      operation: 'StartBackupJob',
      count: 1,
      kind: 'jobFailed',
      message: 'Internal error',
    });
  }, 120_000);
  afterAll(() => platform.stop());

  test('a point carries both flags, its copy the yearly one; it moves to cold storage, and is tried again', async () => {
    const session = await endOfSession(platform.graphql, await scheduledRunOf('Rare'), 60_000);
    expect(session.status).toBe('SUCCEEDED');
    const done = session.tasks.nodes
      .filter(({ kind }) => kind !== 'SCAN')
      .map(({ kind, attempt }) => `${kind} ${attempt}`);
    expect(done.sort()).toEqual(['BACKUP 2', 'COPY 1']);
    const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: Point[] } }>(
      `query ($filter: RestorePointFilter) { restorePoints(filter: $filter) {
         nodes { kind recoveryPointArn flags { flag expiresAt } } } }`,
      { filter: { tableName: 'Rare' } },
    );
    const flags = restorePoints.nodes.map((point) => `${point.kind} ${point.flags.map(({ flag }) => flag).join('')}`);
    expect(flags.sort()).toEqual(['BACKUP MY', 'COPY Y']);
    for (const [kind, region] of [
      ['BACKUP', HOME],
      ['COPY', AWAY],
    ] as const) {
      const { recoveryPointArn } = restorePoints.nodes.find((point) => point.kind === kind)!;
      const there = await platform.owner
        .backup(region)
        .send(new DescribeRecoveryPointCommand({ BackupVaultName: VAULT, RecoveryPointArn: recoveryPointArn }));
      expect(there.Lifecycle?.MoveToColdStorageAfterDays).toBe(30);
    }
    const next = new Date((await policyOf('Rare')).nextRunAt);
    expect(next.getTime() - slot.getTime()).toBeGreaterThanOrEqual(28 * 86_400_000);
  }, 150_000);

  test('a slot that comes while the run before it is under way waits for it, and says so', async () => {
    await eventually(async () => expect(await policyOf('Busy')).toMatchObject({ scheduleState: 'WAITING' }), {
      timeoutMs: 80_000,
      everyMs: 500,
      what: 'the slot that waits',
    });
    expect((await policyOf('Busy')).nextRunAt).toBe(slot.toISOString());
    const { policies } = await platform.graphql<{ policies: { nodes: { name: string }[] } }>(
      '{ policies(filter: { scheduleState: WAITING }, orderBy: { field: NEXT_RUN }) { nodes { name } } }',
    );
    expect(policies.nodes).toEqual([{ name: 'Busy' }]);
  }, 120_000);
});
