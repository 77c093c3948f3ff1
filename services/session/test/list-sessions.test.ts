import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@tablekeep/testkit';
import { openDatabase } from '@tablekeep/platform/database';
import { availableEngines } from '@tablekeep/testkit/engines';
import { createConnection } from 'mysql2/promise';
import { backup, mutate, plan, reaches, runPolicy, scan, taskId, voices } from './story.ts';
import { sessionModel } from '../src/service.ts';
import { WaitingSettingsEntity } from '../src/store/entities.ts';
import { forgetEndedSessions } from '../src/store/forget.ts';
import { startWorld, type World } from './world.ts';

type Page = { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };

for (const engine of await availableEngines()) {
  describe(`lists of sessions on ${engine.name}`, () => {
    let world: World;
    const made: Record<string, string[]> = { 'policy-a': [], 'policy-b': [] };

    beforeAll(async () => {
      world = await startWorld(engine);
      for (let round = 0; round < 5; round += 1) {
        for (const policyId of ['policy-a', 'policy-b']) {
          // Every second pair shares its instant: pages must not lose a row to a tie.
          if (round % 2 === 0) world.clock.advance(10);
          made[policyId]!.unshift(await runPolicy(world, { policyId }));
        }
      }
      await mutate(world, 'rescanInventory', 'RescanInventoryInput', { accountId: 'account-1' });
    }, 60_000);
    afterAll(() => world.stop());

    async function walk(field: string, variables: object, size: number): Promise<string[]> {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { data, errors } = await world.gql(
          `query Q($after: String${field.includes('$policyId') ? ', $policyId: ID' : ''}) { ${field.replace('ARGS', `first: ${size}, after: $after`)} }`,
          { ...variables, after },
        );
        if (errors) throw new Error(JSON.stringify(errors));
        const page = data!['sessions'] as Page;
        seen.push(...page.nodes.map((node) => node.id));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      return seen;
    }

    test('pages of any size give every session once, newest first', async () => {
      const field =
        'sessions(filter: { type: POLICY_BACKUP }, ARGS) { nodes { id } pageInfo { hasNextPage endCursor } }';
      const all = await walk(field, {}, 500);
      const ours = [...made['policy-a']!, ...made['policy-b']!];
      expect(all.filter((id) => ours.includes(id)).sort()).toEqual(ours.sort());
      expect(new Set(all).size).toBe(all.length);
      for (const size of [1, 3, 4]) expect(await walk(field, {}, size)).toEqual(all);
    });

    test('filters combine', async () => {
      const field =
        'sessions(filter: { policyId: $policyId, accountId: "account-1", status: PENDING }, ARGS) { nodes { id } pageInfo { hasNextPage endCursor } }';
      expect((await walk(field, { policyId: 'policy-b' }, 2)).sort()).toEqual([...made['policy-b']!].sort());
      const none =
        'sessions(filter: { policyId: $policyId, status: FAILED }, ARGS) { nodes { id } pageInfo { hasNextPage endCursor } }';
      expect(await walk(none, { policyId: 'policy-b' }, 2)).toEqual([]);
    });

    test('oldest first is the same list the other way round, page by page', async () => {
      const field = (order: string) =>
        `sessions(orderBy: ${order}, ARGS) { nodes { id } pageInfo { hasNextPage endCursor } }`;
      const newest = await walk(field('NEWEST_FIRST'), {}, 3);
      expect(await walk(field('OLDEST_FIRST'), {}, 4)).toEqual([...newest].reverse());
    });

    test('sessions are found by table, Region, time and text', async () => {
      const find = async (filter: string) =>
        walk(`sessions(filter: { ${filter} }, ARGS) { nodes { id } pageInfo { hasNextPage endCursor } }`, {}, 50);
      const id = await runPolicy(world, { policyId: 'policy-c' });
      await plan(world, id, [backup('orders_100%')]);
      const { data } = await world.gql(
        'query ($id: ID!) { session(id: $id) { createdAt tasks { nodes { tableArn region } } } }',
        { id },
      );
      const seen = data!['session'] as { createdAt: string; tasks: { nodes: { tableArn: string; region: string }[] } };
      const { tableArn, region } = seen.tasks.nodes[0]!;
      expect(await find(`tableArn: "${tableArn}"`)).toEqual([id]);
      expect(await find(`tableArn: "${tableArn}x"`)).toEqual([]);
      expect(await find(`region: "${region}", policyId: "policy-c"`)).toContain(id);
      expect(await find('region: "mars-1"')).toEqual([]);
      expect(await find(`text: "${id}"`)).toEqual([id]);
      expect(await find('text: "%"')).toEqual([]);
      expect(await find(`from: "${seen.createdAt}"`)).toContain(id);
      expect(await find(`to: "${seen.createdAt}"`)).not.toContain(id);
    });

    test('what has ended is counted once in its bucket, and old records go with everything of theirs', async () => {
      const stats = async (bucket: string) => {
        const { data, errors } = await world.gql(
          `query ($w: StatsWindow!) { sessionStats(window: $w, bucket: ${bucket}) { bucketStart type status sessions tasksSucceeded tasksFailed } }`,
          { w: { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' } },
        );
        if (errors) throw new Error(JSON.stringify(errors));
        const rows = data!['sessionStats'] as {
          type: string;
          status: string;
          sessions: number;
          tasksSucceeded: number;
          tasksFailed: number;
        }[];
        return rows.filter((row) => row.type === 'POLICY_BACKUP');
      };
      const failed = async (bucket: string) => {
        const rows = (await stats(bucket)).filter((row) => row.status === 'FAILED');
        const sum = (pick: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + pick(row), 0);
        return {
          sessions: sum((row) => row.sessions),
          tasksSucceeded: sum((row) => row.tasksSucceeded),
          tasksFailed: sum((row) => row.tasksFailed),
        };
      };
      const before = new Map<string, Awaited<ReturnType<typeof failed>>>();
      for (const bucket of ['HOUR', 'DAY', 'WEEK']) before.set(bucket, await failed(bucket));
      // An instant of its own: no other test's session ends with it.
      world.clock.advance(10);
      const id = await runPolicy(world, { policyId: 'policy-d' });
      await plan(world, id, [backup('counted'), backup('also')]);
      const voice = voices(world, id);
      await voice.succeeded(backup('counted'));
      await voice.catalogued(backup('counted'));
      await voice.failed(backup('also'));
      await reaches(world, id, 'FAILED');
      for (const bucket of ['HOUR', 'DAY', 'WEEK']) {
        const [was, is] = [before.get(bucket)!, await failed(bucket)];
        expect(is).toEqual({
          sessions: was.sessions + 1,
          tasksSucceeded: was.tasksSucceeded + 1,
          tasksFailed: was.tasksFailed + 1,
        });
      }
      const { data } = await world.gql('query ($id: ID!) { session(id: $id) { finishedAt } }', { id });
      const finishedAt = new Date((data!['session'] as { finishedAt: string }).finishedAt);
      const db = await openDatabase(world.database, sessionModel);
      try {
        // Other tests' sessions may have ended before.
        await forgetEndedSessions(db, finishedAt);
        const dueAt = new Date(finishedAt.getTime() + 86_400_000);
        const waiting = { taskId: taskId(id, backup('counted')), sessionId: id, dueAt };
        await db.transaction((tx) => tx.insert(WaitingSettingsEntity, waiting));
        const after = new Date(finishedAt.getTime() + 1);
        // What AWS put off is still to be set.
        expect(await forgetEndedSessions(db, after)).toBe(0);
        await db.transaction((tx) => tx.delete(WaitingSettingsEntity, { sessionId: id }));
        expect((await world.gql('query ($id: ID!) { session(id: $id) { id } }', { id })).data!['session']).toEqual({
          id,
        });
        expect(await forgetEndedSessions(db, after)).toBe(1);
        for (const [table, column] of [
          ['session', 'id'],
          ['task', 'session_id'],
          ['session_log', 'session_id'],
        ]) {
          expect(await db.reader.query<unknown[]>(`SELECT 1 FROM ${table} WHERE ${column} = ?`, [id])).toEqual([]);
        }
      } finally {
        await db.close();
      }
      // The figures stay.
      expect((await failed('DAY')).sessions).toBe(before.get('DAY')!.sessions + 1);
    });

    test('entities of many policies bring their last session and a page of sessions each', async () => {
      const representations = ['policy-a', 'nobody', 'policy-b'].map((id) => ({ __typename: 'Policy', id }));
      const { data, errors } = await world.gql(
        `query E($representations: [_Any!]!) { _entities(representations: $representations) { ... on Policy {
          id lastSession { id } sessions(first: 3) { nodes { id policy { id } } pageInfo { hasNextPage endCursor } }
        } } }`,
        { representations },
      );
      expect(errors).toBeUndefined();
      type Entity = { id: string; lastSession: { id: string } | null; sessions: Page };
      const [a, nobody, b] = data!['_entities'] as Entity[];
      const order = await walk('sessions(ARGS) { nodes { id } pageInfo { hasNextPage endCursor } }', {}, 500);
      for (const [entity, ids] of [
        [a!, made['policy-a']!],
        [b!, made['policy-b']!],
      ] as const) {
        const newest = order.filter((id) => ids.includes(id));
        expect(entity.lastSession?.id).toBe(newest[0]);
        expect(entity.sessions.nodes.map((node) => node.id)).toEqual(newest.slice(0, 3));
        expect(entity.sessions.pageInfo.hasNextPage).toBe(true);
      }
      expect(nobody).toMatchObject({ lastSession: null, sessions: { nodes: [] } });
    });

    // Only a server counts its statements.
    const testOnServer = engine.name === 'MariaDB' ? test : () => undefined;
    testOnServer('asking for many policies takes as many statements as asking for one', async () => {
      if (world.database.kind !== 'mysql') throw new Error('not a server');
      const server = await createConnection(world.database.url);
      const selects = async () => {
        const [rows] = await server.query("SHOW GLOBAL STATUS LIKE 'Com_select'");
        return Number((rows as { Value: string }[])[0]?.Value);
      };
      const cost = async (ids: string[]) => {
        const before = await selects();
        const { errors } = await world.gql(
          `query E($representations: [_Any!]!) { _entities(representations: $representations) { ... on Policy {
            lastSession { tasks { nodes { attempts { status } } } } sessions(first: 2) { nodes { id } } } } }`,
          { representations: ids.map((id) => ({ __typename: 'Policy', id })) },
        );
        expect(errors).toBeUndefined();
        return (await selects()) - before;
      };
      for (const policyId of ['busy-1', 'busy-2', 'busy-3']) {
        await plan(world, await runPolicy(world, { policyId }), [backup('orders'), backup('airports')]);
      }
      // The service's own relays read now and then, so the two are compared until nothing else was counted.
      await eventually(async () => {
        const one = await cost(['busy-1']);
        const many = await cost([
          'busy-1',
          'busy-2',
          'busy-3',
          ...Array.from({ length: 60 }, (_, at) => `crowd-${at}`),
        ]);
        expect(many).toBe(one);
      });
      await server.end();
    });

    test('tasks of several sessions are paged each on its own, and filtered by status', async () => {
      const [first, second] = [await runPolicy(world), await runPolicy(world)];
      const names = ['airports', 'Orders', 'orders', 'zipcodes'];
      await plan(world, first, names.map(backup));
      await plan(world, second, [scan('eu-west-1')]);
      await voices(world, first).failed(backup('orders'));
      const { data, errors } = await world.gql(
        `query E($representations: [_Any!]!) { _entities(representations: $representations) { ... on Session {
          id tasks(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } } failed: tasks(status: FAILED) { nodes { tableName } }
        } } }`,
        { representations: [first, 'gone', second].map((id) => ({ __typename: 'Session', id })) },
      );
      expect(errors).toBeUndefined();
      const [one, gone, two] = data!['_entities'] as ({ tasks: Page; failed: { nodes: unknown[] } } | null)[];
      expect(one?.tasks.nodes.map((node) => node.id)).toEqual(
        names.slice(0, 2).map((name) => taskId(first, backup(name))),
      );
      expect(one?.failed.nodes).toEqual([{ tableName: 'orders' }]);
      expect(gone).toBeNull();
      expect(two?.tasks.nodes).toHaveLength(1);
      const next = await world.gql(
        'query N($id: ID!, $after: String) { session(id: $id) { tasks(after: $after) { nodes { tableName } pageInfo { hasNextPage } } } }',
        { id: first, after: one?.tasks.pageInfo.endCursor },
      );
      expect((next.data!['session'] as { tasks: object }).tasks).toEqual({
        nodes: [{ tableName: 'orders' }, { tableName: 'zipcodes' }],
        pageInfo: { hasNextPage: false },
      });
    });

    test('restores whose warnings hold whole policies end their session all the same, with the words cut', async () => {
      const { session } = await mutate(world, 'restoreTables', 'RestoreTablesInput', {
        items: [{ restorePointId: 'p1', mode: 'NEW', tableName: 'policy-of-20-kb' }],
      });
      const id = session!.id;
      const tasks = Array.from({ length: 120 }, (_, i) => ({ ...backup(`t-${i}`), key: `restore:t-${i}` }));
      await plan(world, id, tasks);
      for (const task of tasks) {
        await world.say('dev.tablekeep.task.succeeded.v1', 'executor', {
          sessionId: id,
          taskId: taskId(id, task),
          attempt: 1,
          kind: 'RESTORE',
          warnings: [`The resource policy was not set: ${'x'.repeat(20_000)}`],
          point: null,
          restored: { tableArn: task.table!.arn, lines: [] },
          scan: null,
          deleted: null,
          awsJobId: 'RESTORE-1',
        });
      }
      await reaches(world, id, 'WARNING');
      const { data: finished } = await world.heardOf('dev.tablekeep.session.finished.v1', id);
      expect(finished.problems).toHaveLength(100);
      expect(finished.problemsInAll).toBe(120);
      expect(finished.problems[0]?.reason).toMatch(/^The resource policy was not set: x+…$/u);
    });

    test('a task has its own lines of the log, and its attempts say what AWS Support asks for', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('orders'), backup('airports')]);
      await voices(world, id).failed(backup('orders'));
      await voices(world, id).started(backup('airports'));
      const answer = await world.gql(
        `query T($id: ID!) { session(id: $id) { tasks { nodes { tableName log { nodes { message } }
          attempts { attempt reasonCode awsJobId awsRequestId } } } } }`,
        { id },
      );
      type Shown = { tableName: string; log: { nodes: { message: string }[] }; attempts: object[] };
      const { nodes } = (answer.data!['session'] as { tasks: { nodes: Shown[] } }).tasks;
      const orders = nodes.find((node) => node.tableName === 'orders')!;
      expect(orders.log.nodes.length).toBeGreaterThan(0);
      for (const { message } of orders.log.nodes) expect(message).toContain('orders');
      expect(orders.attempts[0]).toMatchObject({ attempt: 1, reasonCode: expect.any(String) });
    });

    test('a finished restore shows its report', async () => {
      const { session } = await mutate(world, 'restoreTables', 'RestoreTablesInput', {
        items: [{ restorePointId: 'p1', mode: 'NEW', tableName: 'orders-copy' }],
      });
      const id = session!.id;
      const task = { ...backup('orders'), key: 'restore:orders-copy' };
      await plan(world, id, [task]);
      const lines = [
        { property: 'tableClass', atBackup: 'STANDARD', asked: null, found: 'STANDARD', outcome: 'SAME' as const },
        { property: 'timeToLive', atBackup: 'expires', asked: 'HOLD', found: null, outcome: 'HELD' as const },
      ];
      const arn = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders-copy';
      await world.say('dev.tablekeep.task.succeeded.v1', 'executor', {
        sessionId: id,
        taskId: taskId(id, task),
        attempt: 1,
        kind: 'RESTORE',
        warnings: ['Time to live waits: apply it when the items are checked'],
        point: null,
        restored: { tableArn: arn, lines },
        scan: null,
        deleted: null,
        awsJobId: 'RESTORE-1',
      });
      await reaches(world, id, 'WARNING');
      const answer = await world.gql(
        `query R($id: ID!) { session(id: $id) { tasks { nodes { warnings awsJobId restoreReport {
          tableArn lines { property atBackup asked found outcome } } } } } }`,
        { id },
      );
      expect((answer.data!['session'] as { tasks: object }).tasks).toEqual({
        nodes: [
          {
            warnings: ['Time to live waits: apply it when the items are checked'],
            awsJobId: 'RESTORE-1',
            restoreReport: { tableArn: arn, lines },
          },
        ],
      });
    });

    test('a cursor of another list, a foreign text and a page of 501 are the caller’s mistakes', async () => {
      const { data } = await world.gql('{ sessions(first: 1) { nodes { id } pageInfo { endCursor } } }');
      const page = data!['sessions'] as Page;
      for (const args of [`after: "${page.pageInfo.endCursor}"`, 'after: "garbage"', 'first: 501', 'first: 0']) {
        const answer = await world.gql(`{ session(id: "${page.nodes[0]!.id}") { tasks(${args}) { nodes { id } } } }`);
        expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      }
    });
  });
}
