import {
  DeleteTableCommand,
  DescribeTableCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  ResourceNotFoundException,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PointMade } from '@tablekeep/schema/events';
import { temporaryTableName } from '@tablekeep/schema/temporary-tables';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { createTable } from './aws-account.ts';
import { backupOf, restoreOf, verifyOf } from './work.ts';
import { SPEED, startWorld, type World } from './world.ts';

const HOUR_MS = 3_600_000;
/** AWS stands still, as good as. */
const STILL = 0.001;
/** To whom a moment is as long as all patience together. */
const IMPATIENT = { timeScale: 10_000_000 };

for (const engine of await availableEngines()) {
  describe(`which table a restore has made, on ${engine.name}`, () => {
    let world: World;
    beforeEach(async () => {
      world = await startWorld(engine, { emulator: { limits: 'off', durations: { restore: HOUR_MS } } });
    });
    afterEach(() => world.stop());

    async function backedUp(name: string): Promise<PointMade> {
      const table = await createTable(world.owner, name, { Tags: [{ Key: 'team', Value: 'flights' }] });
      const { taskId } = await world.perform(backupOf(table));
      return (await world.succeeded(taskId)).point!;
    }
    const tables = async () => (await world.owner.dynamodb().send(new ListTablesCommand({}))).TableNames!;
    const statusOf = async (TableName: string) => {
      try {
        return (await world.owner.dynamodb().send(new DescribeTableCommand({ TableName }))).Table?.TableStatus;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return null;
        throw error;
      }
    };
    const replaceBySomebody = async (name: string) => {
      const client = world.owner.dynamodb();
      await client.send(new DeleteTableCommand({ TableName: name }));
      await waitUntilTableNotExists({ client, maxWaitTime: 30, minDelay: 0.02, maxDelay: 0.1 }, { TableName: name });
      return createTable(world.owner, name);
    };
    /** Three looks at AWS's jobs, begun after this was called. */
    const looks = async () => {
      const before = world.calls('ListRestoreJobs');
      await eventually(() => expect(world.calls('ListRestoreJobs')).toBeGreaterThan(before + 3), { everyMs: 5 });
    };
    const blind = () => {
      for (const operation of ['ListRestoreJobs', 'DescribeRestoreJob'])
        world.emulator.fault({ service: 'backup', operation, count: 10_000, kind: 'throttle' });
    };

    test.each([
      ['was seen in the making', false, /its TableId is /u],
      ['was not seen before it was ready', true, /after the restore had ended/u],
    ])('one that takes the name of a restored table that %s is left alone', async (_what, unseen, because) => {
      const point = await backedUp('Flights');
      if (unseen) blind();
      const { taskId } = await world.perform(restoreOf(point, 'Flights-again'));
      await eventually(async () => expect(await statusOf('Flights-again')).toBe('CREATING'), { everyMs: 5 });
      if (!unseen) await looks();
      await world.stopReplicas();
      world.emulator.clearFaults();
      await world.emulator.clock.advance(HOUR_MS);
      const theirs = await replaceBySomebody('Flights-again');
      await world.addReplica();
      const { code, reason } = await world.failed(taskId);
      expect(code).toBe('TABLE_REPLACED');
      expect(reason).toMatch(because);
      const { Tags } = await world.owner.dynamodb().send(new ListTagsOfResourceCommand({ ResourceArn: theirs.arn }));
      expect(Tags ?? []).toEqual([]);
    });

    const inventory = () =>
      world.heard.flatMap((event) =>
        event.type === 'dev.tablekeep.inventory.scanned.v1' ? event.data.tables.map((table) => table.tableName) : [],
      );
    /** Sent again until it is accepted: a poll of a replica that was stopped may have taken it. */
    const scan = async () => {
      const { taskId, item } = world.workOf({ kind: 'SCAN' });
      await eventually(
        async () => {
          await world.send(item);
          expect(world.eventsOf(taskId, 1)).not.toEqual([]);
        },
        { everyMs: 100, timeoutMs: 15_000 },
      );
      return world.succeeded(taskId);
    };

    test('a verification that is given up before AWS has made its table says so, and a scan deletes what comes', async () => {
      const point = await backedUp('Flights');
      world.emulator.clock.setSpeed(STILL);
      const { taskId } = await world.perform(verifyOf(point));
      await world.heardOf(taskId, 'dev.tablekeep.task.started.v1');
      await world.stopReplicas();
      await world.addReplica(IMPATIENT);
      const failed = await world.failed(taskId);
      const name = temporaryTableName(taskId, 1);
      expect(failed).toMatchObject({
        code: 'JOB_DEADLINE',
        reason: expect.stringMatching(new RegExp(`${name} in us-east-1 is not there, but AWS may still make it`, 'u')),
      });
      expect(failed.verification).toBeUndefined();
      await world.stopReplicas();
      world.emulator.clock.setSpeed(SPEED);
      await world.addReplica();
      await eventually(async () => expect(await statusOf(name)).toBe('CREATING'), { everyMs: 5 });
      expect(await scan()).toMatchObject({ warnings: [], scan: { tables: 1 } });
      await world.emulator.clock.advance(HOUR_MS);
      expect(await statusOf(name)).toBe('ACTIVE');
      expect(await scan()).toMatchObject({ warnings: [], scan: { tables: 1 } });
      await eventually(async () => expect(await tables()).toEqual(['Flights']));
      expect(new Set(inventory())).toEqual(new Set(['Flights']));
    });

    test('what somebody makes under the name of one that is over is theirs', async () => {
      const point = await backedUp('Flights');
      const { taskId } = await world.perform(verifyOf(point));
      await world.succeeded(taskId);
      const theirs = await createTable(world.owner, temporaryTableName(taskId, 1));
      expect(await scan()).toMatchObject({ warnings: [], scan: { tables: 2 } });
      expect(await tables()).toEqual(['Flights', theirs.name]);
      expect(await statusOf(theirs.name)).toBe('ACTIVE');
    });
  });
}
