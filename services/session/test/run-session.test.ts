import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { backup, chunk, copy, plan, pointArn, reaches, read, runPolicy, scan, taskId, vault, voices } from './story.ts';
import { startWorld, type World } from './world.ts';

for (const engine of await availableEngines()) {
  describe(`a session on ${engine.name}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld(engine);
    }, 60_000);
    afterAll(() => world.stop());

    test('tells the planner which vaults were looked at, and which could not be', async () => {
      const id = await runPolicy(world);
      const [seen, unseen] = [vault('gold'), vault('silver')];
      await plan(world, id, [seen, unseen], { final: false });
      const { failed, started } = voices(world, id);
      await started(seen);
      const scanId = `${taskId(id, seen)}/1`;
      const of = { sessionId: id, taskId: taskId(id, seen), attempt: 1, kind: 'IMPORT' } as const;
      const nothing = { warnings: [], point: null, restored: null, scan: null, deleted: null, awsJobId: null };
      await world.say('dev.tablekeep.task.succeeded.v1', 'executor', {
        ...of,
        ...nothing,
        vault: { scanId, vaultName: 'gold', points: 12 },
      });
      await failed(unseen);
      const { data } = await world.heardOf('dev.tablekeep.session.round.finished.v1', id);
      expect(data).toMatchObject({
        scans: [],
        failedRegions: [],
        vaultScans: [{ region: 'eu-west-1', vaultName: 'gold', scanId }],
        failedVaults: [{ region: 'eu-west-1', vaultName: 'silver' }],
      });
      expect((await read(world, id)).log.nodes.map((line) => line.message)).toEqual([
        expect.stringContaining('requested by Operator'),
        'Planned 2 tasks: 2 looks at vaults',
        'Listing of vault gold in eu-west-1 started (AWS job JOB-1)',
        'Listing of vault gold in eu-west-1 succeeded: 12 restore points in 0.0 s',
        expect.stringContaining('Listing of vault silver in eu-west-1 failed'),
      ]);
    });

    test('goes from the request to SUCCEEDED in two rounds, each told to the planner once, its log readable', async () => {
      const id = await runPolicy(world, { reason: 'before the migration' });
      const requested = await world.heardOf('dev.tablekeep.session.requested.v1', id);
      expect(requested.data).toMatchObject({ sessionId: id, accountId: 'account-1', requestedBy: 'Operator' });
      expect((await read(world, id)).status).toBe('PENDING');

      await plan(world, id, [scan('eu-west-1')], { final: false });
      const first = voices(world, id);
      await first.accepted(scan('eu-west-1'));
      await first.started(scan('eu-west-1'));
      await first.succeeded(scan('eu-west-1'));
      const round = await world.heardOf('dev.tablekeep.session.round.finished.v1', id);
      const scanId = `${taskId(id, scan('eu-west-1'))}/1`;
      expect(round.data).toMatchObject({ round: 1, scans: [{ region: 'eu-west-1', scanId }], failedRegions: [] });

      await plan(world, id, [backup('airports'), copy('airports')], { round: 2 });
      const second = voices(world, id, 2);
      await second.started(backup('airports'));
      world.clock.advance(5_000);
      await second.succeeded(backup('airports'));
      await second.catalogued(backup('airports'));
      const items = world.work.filter((item) => item.sessionId === id);
      expect(items.map((item) => item.type)).not.toContain('CANCEL');
      await second.succeeded(copy('airports'));
      expect((await read(world, id)).status).toBe('RUNNING');
      await second.catalogued(copy('airports'));

      const session = await reaches(world, id, 'SUCCEEDED');
      expect(session.counts).toEqual({
        total: 3,
        open: 0,
        succeeded: 3,
        warning: 0,
        failed: 0,
        canceled: 0,
        skipped: 0,
      });
      expect(session.progressPercent).toBe(100);
      expect(session.log.nodes.map((line) => line.message)).toEqual([
        'Backup by policy "Gold" requested by Operator: before the migration',
        'Planned 1 task: 1 scan',
        'Scan of eu-west-1 started (AWS job JOB-1)',
        'Scan of eu-west-1 succeeded: 4 tables in 0.0 s',
        'Planned 2 tasks: 1 backup, 1 copy',
        'Backup of airports in eu-west-1 started (AWS job JOB-1)',
        'Backup of airports in eu-west-1 succeeded: 12.0 MB in 5.0 s',
        'Copy of airports from eu-west-1 to us-east-1 succeeded: 12.0 MB',
        'Session ended SUCCEEDED: 3 tasks, 3 succeeded',
      ]);
      const finished = await world.heardOf('dev.tablekeep.session.finished.v1', id);
      expect(finished.data).toMatchObject({ status: 'SUCCEEDED', policyName: 'Gold', problems: [], notes: [] });
      const told = world.heard
        .filter((event) => event.subject === id)
        .map((event) => event.type.split('.').slice(3, -1).join('.'));
      expect(told).toEqual(['requested', 'changed', 'round.finished', 'changed', 'finished']);
    });

    test('tables left to another policy are each recorded with the reason, never begun, and the session is none the worse', async () => {
      const id = await runPolicy(world);
      const reason = 'Policy "First" comes first and processes it.';
      const left = ['pairs', 'quays'].map((name) => ({ task: backup(name), reason }));
      await plan(world, id, [backup('airports')], { left });
      const { succeeded, catalogued } = voices(world, id);
      await succeeded(backup('airports'));
      await catalogued(backup('airports'));
      const session = await reaches(world, id, 'SUCCEEDED');
      expect(session.counts).toMatchObject({ total: 3, open: 0, succeeded: 1, skipped: 2 });
      expect(session.tasks.nodes.slice(1)).toMatchObject(
        ['pairs', 'quays'].map((tableName) => ({
          tableName,
          status: 'SKIPPED',
          reason,
          reasonCode: 'LEFT_TO_POLICY',
          attempts: [],
        })),
      );
      expect(world.work.filter((item) => item.sessionId === id)).toHaveLength(1);
      const finished = await world.heardOf('dev.tablekeep.session.finished.v1', id);
      expect(finished.data).toMatchObject({ status: 'SUCCEEDED', problems: [], counts: { total: 3, skipped: 2 } });
    });

    test('a scan that fails is tried again before the backups are planned, as often as the policy says, and not for long', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [scan('eu-west-1'), scan('us-east-1')], { final: false });
      const { failed, succeeded } = voices(world, id);
      await succeeded(scan('us-east-1'));
      await failed(scan('eu-west-1'), 1, true);
      const { tasks } = await read(world, id);
      expect(tasks.nodes.find((task) => task.attempt === 2)).toMatchObject({ kind: 'SCAN', status: 'QUEUED' });
      const ended = world.heard.filter(({ type, subject }) => subject === id && type.includes('round.finished'));
      expect(ended).toEqual([]);
    });

    test('an inventory that has grown old is scanned by the schedule, once however often it is announced', async () => {
      const sessionId = 'scan-of-account-1-at-noon';
      const due = { accountId: 'account-1', sessionId, regions: ['eu-west-1'] };
      await world.say('dev.tablekeep.account.scan.due.v1', 'policy', due);
      await world.say('dev.tablekeep.account.scan.due.v1', 'policy', due);
      const requested = await world.heardOf('dev.tablekeep.session.requested.v1', sessionId);
      expect(requested.data).toMatchObject({
        accountId: 'account-1',
        requestedBy: 'schedule',
        request: { type: 'INVENTORY_SCAN', regions: ['eu-west-1'] },
      });
      await plan(world, sessionId, [scan('eu-west-1')]);
      await voices(world, sessionId).succeeded(scan('eu-west-1'));
      await reaches(world, sessionId, 'SUCCEEDED');
    });

    test('a round counts only when all its chunks are there, in any order, each as often as it comes', async () => {
      const id = await runPolicy(world);
      const names = ['airports', 'Orders', 'orders'];
      const parts = names.map((name, at) => chunk(id, [backup(name)], { chunk: at + 1, chunks: 3, taskCount: 3 }));
      for (const at of [2, 2, 0]) await world.say('dev.tablekeep.session.tasks.planned.v1', 'policy', parts[at]!);
      expect((await read(world, id)).tasks.nodes).toEqual([]);
      await world.say('dev.tablekeep.session.tasks.planned.v1', 'policy', parts[1]!);
      await world.say('dev.tablekeep.session.tasks.planned.v1', 'policy', parts[0]!);
      const session = await read(world, id);
      expect(session.status).toBe('RUNNING');
      expect(session.tasks.nodes.map((task) => task.tableName)).toEqual(names);
      await world.received(id, 'PERFORM', 3);
      const voice = voices(world, id);
      for (const name of names) {
        await voice.succeeded(backup(name));
        await voice.catalogued(backup(name));
      }
      await reaches(world, id, 'SUCCEEDED');
      const sent = world.work.filter((item) => item.sessionId === id).map((item) => item.taskId);
      expect(sent.sort()).toEqual(names.map((name) => taskId(id, backup(name))).sort());
    });

    test('a copy is sent with the point of its backup, and only once that has succeeded', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('orders'), copy('orders'), copy('orders', 'ap-south-1')]);
      const copies = () =>
        world.work.flatMap((item) =>
          item.type === 'PERFORM' && item.parameters.kind === 'COPY' && item.sessionId === id ? [item.parameters] : [],
        );
      const voice = voices(world, id);
      await voice.started(backup('orders'));
      expect(copies()).toEqual([]);
      await voice.succeeded(backup('orders'));
      await world.received(id, 'PERFORM', 2);
      await voice.catalogued(backup('orders'));
      expect(copies().map((one) => one.destinationRegion)).toEqual(['us-east-1']);
      // The first copy fails: the second still has its turn, with the point of the backup.
      await voice.failed(copy('orders'));
      await voice.succeeded(copy('orders', 'ap-south-1'));
      await voice.catalogued(copy('orders', 'ap-south-1'));
      const session = await reaches(world, id, 'WARNING');
      expect(session.counts).toMatchObject({ succeeded: 2, failed: 1 });
      await world.received(id, 'PERFORM', 3);
      const arn = pointArn(backup('orders'));
      expect(copies().map((one) => [one.destinationRegion, one.recoveryPointArn])).toEqual([
        ['us-east-1', arn],
        ['ap-south-1', arn],
      ]);
      const { data } = await world.heardOf('dev.tablekeep.session.finished.v1', id);
      expect(data.problems).toMatchObject([
        { name: 'orders', status: 'FAILED', reason: 'AWS says: insufficient privileges', kind: 'COPY' },
      ]);
      expect(data).toMatchObject({ copiesBehind: 1, copiesMade: 1 });
    });

    test('copies of a table whose backup failed are skipped with the reason, and the session is FAILED', async () => {
      const id = await runPolicy(world);
      const tasks = [backup('orders'), copy('orders'), copy('orders', 'ap-south-1')];
      await plan(world, id, tasks);
      await voices(world, id).failed(backup('orders'));
      const session = await reaches(world, id, 'FAILED');
      expect(session.tasks.nodes.map(({ status, reason }) => [status, reason])).toEqual([
        ['FAILED', 'AWS says: insufficient privileges'],
        ['SKIPPED', 'The backup failed: AWS says: insufficient privileges'],
        ['SKIPPED', 'The backup failed: AWS says: insufficient privileges'],
      ]);
      expect(session.counts).toMatchObject({ total: 3, open: 0, failed: 1, skipped: 2 });
      expect((await world.heardOf('dev.tablekeep.session.finished.v1', id)).data).toMatchObject({
        copiesBehind: 0,
        copiesMade: 0,
      });
    });

    test('success may overtake acceptance, the catalog may overtake success, and everything may come twice', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('orders')]);
      const voice = voices(world, id);
      await voice.catalogued(backup('orders'));
      expect((await read(world, id)).status).toBe('RUNNING');
      const success = voice.success(backup('orders'));
      await world.deliver([success, success]);
      await world.deliver([voice.success(backup('orders'))]);
      await voice.accepted(backup('orders'));
      await voice.started(backup('orders'));
      await voice.failed(backup('orders'), 1, true);
      const session = await reaches(world, id, 'SUCCEEDED');
      expect(session.counts).toMatchObject({ total: 1, succeeded: 1, open: 0 });
      expect(session.log.nodes.filter((line) => line.message.includes('succeeded: '))).toHaveLength(1);
      expect(
        world.heard.filter((e) => e.type === 'dev.tablekeep.session.finished.v1' && e.subject === id),
      ).toHaveLength(1);
    });

    test('a session does not end before its points are in the catalog', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('orders')]);
      const voice = voices(world, id);
      await voice.succeeded(backup('orders'));
      const waiting = await read(world, id);
      expect([waiting.status, waiting.finishedAt, waiting.counts.open]).toEqual(['RUNNING', null, 0]);
      await voice.catalogued(backup('orders'));
      expect((await reaches(world, id, 'SUCCEEDED')).finishedAt).not.toBeNull();
    });

    test('a plan without tasks ends WARNING with its note; one that lacks a table, and a refused one, FAILED with the reasons', async () => {
      const empty = await runPolicy(world);
      await plan(world, empty, [], { notes: ["No table matches the policy's selection"] });
      expect((await reaches(world, empty, 'WARNING')).notes).toEqual(["No table matches the policy's selection"]);

      // What is planned is done; what could not be is missing all the same.
      const partial = await runPolicy(world);
      await plan(world, partial, [backup('orders')], { unplanned: ['The tags of users could not be read'] });
      const voice = voices(world, partial);
      await voice.succeeded(backup('orders'));
      await voice.catalogued(backup('orders'));
      const ended = await reaches(world, partial, 'FAILED');
      expect([ended.counts.succeeded, ended.notes]).toEqual([1, ['The tags of users could not be read']]);

      const refused = await runPolicy(world);
      await world.say('dev.tablekeep.session.rejected.v1', 'policy', {
        sessionId: refused,
        reasons: ['The policy is gone'],
      });
      expect((await reaches(world, refused, 'FAILED')).notes).toEqual(['The policy is gone']);
    });

    test('a Region that could not be scanned is named to the planner and makes the session FAILED', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [scan('eu-west-1'), scan('us-east-1')], { final: false });
      const voice = voices(world, id);
      await voice.failed(scan('us-east-1'), 1);
      await voice.succeeded(scan('eu-west-1'));
      const round = await world.heardOf('dev.tablekeep.session.round.finished.v1', id);
      expect(round.data.failedRegions).toEqual(['us-east-1']);
      await plan(world, id, [], { round: 2 });
      await reaches(world, id, 'FAILED');
      const { data } = await world.heardOf('dev.tablekeep.session.finished.v1', id);
      expect(data.notes).toEqual(['Scan of us-east-1 ended FAILED: AWS says: insufficient privileges']);
    });

    test('the last tasks of many sessions ending at once finish every session', async () => {
      const buses = [undefined, engine.name === 'MariaDB' ? await world.addReplica() : undefined];
      const ids = await Promise.all(Array.from({ length: 12 }, () => runPolicy(world)));
      for (const id of ids) await plan(world, id, [scan('eu-west-1'), scan('us-east-1')]);
      const last = ids.flatMap((id) => {
        const voice = voices(world, id);
        return [scan('eu-west-1'), scan('us-east-1')].map((task, at) =>
          world.deliver([voice.success(task)], buses[at]),
        );
      });
      await Promise.all(last);
      for (const id of ids)
        expect((await reaches(world, id, 'SUCCEEDED')).counts).toMatchObject({ total: 2, succeeded: 2 });
    });
  });
}
