import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { scrape, seriesOf } from '@tablekeep/testkit/scrape';
import { executorModel } from '../src/service.ts';
import { awsCallCounts, createAwsCallCounts } from '../src/store/aws-call-counts.ts';
import { account, createTable, HOME } from './aws-account.ts';
import { backupOf } from './work.ts';
import { startWorld, type World } from './world.ts';

describe.each(await availableEngines())('what the executor tells on %s', (engine) => {
  describe('with AWS', () => {
    let world: World;
    beforeEach(async () => {
      world = await startWorld(engine);
    }, 60_000);
    afterEach(() => world.stop());

    const metric = async (name: string) => seriesOf(await scrape(world.service.adminUrl), `tablekeep_${name}`);
    const lane = `account="${account.id}",region="${HOME}"`;
    const calls = async (operation: string, outcome: string) =>
      (await metric('aws_calls_total'))[
        `{aws_account="${account.awsAccountId}",region="${HOME}",operation="${operation}",outcome="${outcome}"}`
      ];

    test('calls by what became of them, through a restart; limits and lanes as they are', async () => {
      world.emulator.fault({ service: 'backup', operation: 'StartBackupJob', count: 2, kind: 'throttle' });
      const first = await world.perform(backupOf(await createTable(world.owner, 'First')));
      await world.succeeded(first.taskId);
      // Stored as a job: whoever comes after the restart begins it. (A message may be with a poll that was given up.)
      const second = await world.perform(backupOf(await createTable(world.owner, 'Second')));
      await world.heardOf(second.taskId, 'dev.tablekeep.task.accepted.v1');
      // Stopping writes down what was counted since the last time.
      await world.stopReplicas();
      const before = world.calls('StartBackupJob');
      await world.addReplica();
      expect(await calls('backup:StartBackupJob', 'throttled')).toBe(2);
      expect(await calls('backup:StartBackupJob', 'failed')).toBe(0);
      expect((await calls('backup:StartBackupJob', 'ok'))! + 2).toBe(before);
      await world.succeeded(second.taskId);
      await eventually(async () => expect(await calls('backup:StartBackupJob', 'ok')).toBe(2), { timeoutMs: 20_000 });
      expect(await calls('backup:StartBackupJob', 'throttled')).toBe(2);

      expect(await metric('aws_jobs_limit')).toEqual({ [`{limit="backups",${lane}}`]: 150 });
      expect(await metric('aws_jobs_in_flight')).toEqual({ [`{limit="backups",${lane}}`]: 0 });
      const rates = await metric('aws_rate_per_second');
      const ofStart = `{aws_account="${account.awsAccountId}",region="${HOME}",operation="backup:StartBackupJob"}`;
      // Half of AWS's five, a little below it.
      expect(rates[ofStart]).toBeCloseTo(2.425, 3);
      expect(Object.keys(await metric('aws_tokens'))).toContain(ofStart);
    }, 60_000);

    test('jobs that are not over, by lane, and whether somebody works there', async () => {
      world.emulator.fault({ service: 'backup', operation: 'StartBackupJob', count: 1_000, kind: 'throttle' });
      const { taskId } = await world.perform(backupOf(await createTable(world.owner, 'Waits')));
      await eventually(async () => {
        expect(await metric('executor_jobs')).toEqual({ [`{${lane},kind="BACKUP",phase="WORKING"}`]: 1 });
        expect(await metric('executor_lane_held')).toEqual({ [`{${lane}}`]: 1 });
        expect(await metric('aws_jobs_in_flight')).toEqual({ [`{limit="backups",${lane}}`]: 1 });
      });
      const [age] = Object.values(await metric('executor_oldest_job_seconds'));
      expect(age).toBeGreaterThanOrEqual(0);
      expect(age).toBeLessThan(60);
      world.emulator.clearFaults();
      await world.succeeded(taskId);
      await eventually(async () => {
        expect(await metric('executor_jobs')).toEqual({});
        expect(await metric('executor_lane_held')).toEqual({ [`{${lane}}`]: 0 });
        expect(await metric('aws_jobs_in_flight')).toEqual({ [`{limit="backups",${lane}}`]: 0 });
      });
    }, 60_000);
  });

  test('calls of replicas that write at the same time are all counted; those that could not be written stay', async () => {
    const database = await engine.freshDatabase();
    const db = await openDatabase(database, executorModel, { migrate: true });
    try {
      const replicas = [createAwsCallCounts(), createAwsCallCounts()];
      const call = { awsAccountId: account.awsAccountId, region: HOME, operation: 'backup:ListTags' };
      for (let round = 0; round < 10; round++) {
        for (const replica of replicas) {
          for (const outcome of ['ok', 'throttled', 'ok'] as const) replica.count({ ...call, outcome });
        }
        await Promise.all(replicas.map((replica) => replica.write(db)));
      }
      const told = async () => (await awsCallCounts(db.reader)).map(({ outcome, calls }) => [outcome, calls]);
      const before = [
        ['ok', 40],
        ['throttled', 20],
        ['failed', 0],
      ];
      expect(await told()).toEqual(before);
      replicas[0]!.count({ ...call, outcome: 'failed' });
      const away = await openDatabase(database, executorModel);
      await away.close();
      await expect(replicas[0]!.write(away)).rejects.toThrow();
      expect(await told()).toEqual(before);
      await replicas[0]!.write(db);
      await replicas[0]!.write(db);
      expect((await told())[2]).toEqual(['failed', 1]);
    } finally {
      await db.close();
    }
  });
});
