import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import type { PlannedTask } from '@tablekeep/schema/events';
import { ONE_TIME_KEYS_MS, oneTimeKeysContext } from '@tablekeep/schema/one-time-keys';
import { availableEngines } from '@tablekeep/testkit/engines';
import { entities } from '../src/store/entities.ts';
import { migrations } from '../src/store/migrations.ts';
import { mutate, table } from './story.ts';
import { startWorld, type World } from './world.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzSECRETKEY';
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: SECRET };
const items = [{ restorePointId: 'point-1', mode: 'NEW', tableName: 'Flights-2' }];

const restoreTask: PlannedTask = {
  accountId: 'account-1',
  awsAccountId: '111122223333',
  region: 'eu-west-1',
  key: 'restore:Flights-2',
  after: null,
  table: table('Flights'),
  parameters: {
    kind: 'RESTORE',
    table: table('Flights'),
    restorePointId: 'point-1',
    recoveryPointArn: 'arn:aws:backup:eu-west-1:111122223333:recovery-point:1',
    vaultName: 'main',
    mode: 'NEW',
    targetRegion: 'eu-west-1',
    targetTableName: 'Flights-2',
    changes: {
      tableClass: null,
      billingMode: null,
      readCapacityUnits: null,
      writeCapacityUnits: null,
      indexCapacity: [],
      deletionProtection: null,
      pointInTimeRecovery: null,
      encryption: null,
      timeToLive: 'HOLD',
      streams: 'HOLD',
    },
    settings: null,
  },
};

for (const engine of await availableEngines()) {
  describe(`one-time keys on ${engine.name}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld(engine);
    }, 60_000);
    afterAll(() => world.stop());

    const restore = (input: object) =>
      mutate(world, 'restoreTables', 'RestoreTablesInput', { items, credentials, ...input });
    const sessionCount = async () => {
      const answer = await world.gql('{ sessions(first: 500) { nodes { id } } }');
      return (answer.data?.['sessions'] as { nodes: unknown[] }).nodes.length;
    };

    /** Every row of every table, as text. */
    async function everything(): Promise<string> {
      const db = await openDatabase(world.database, { name: 'session', entities, migrations });
      const names = await db.reader.query<{ name: string }[]>(
        engine.name === 'SQLite'
          ? `SELECT name FROM sqlite_master WHERE type = 'table'`
          : `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()`,
      );
      const rows = await Promise.all(names.map(({ name }) => db.reader.query<unknown[]>(`SELECT * FROM ${name}`)));
      await db.close();
      return JSON.stringify([names, rows]);
    }

    test('are sealed for the executor and no one else, and nothing of them stays here', async () => {
      const { session, userErrors } = await restore({});
      expect(userErrors).toEqual([]);
      const sessionId = session!.id;
      const [handed] = world.keys.kept.filter((one) => one.sessionId === sessionId);
      expect(handed).toMatchObject({ accountId: 'account-1' });
      const context = oneTimeKeysContext({ sessionId, accountId: 'account-1' });
      const opened: unknown = JSON.parse(world.keys.opener.open(handed!.sealed, context).toString('utf8'));
      const expiresAt = new Date(world.clock.now().getTime() + ONE_TIME_KEYS_MS).toISOString();
      expect(opened).toEqual({ ...credentials, sessionToken: null, expiresAt });

      await world.say('dev.tablekeep.session.tasks.planned.v1', 'retention', {
        sessionId,
        round: 1,
        chunk: 1,
        chunks: 1,
        taskCount: 1,
        final: true,
        tasks: [restoreTask],
        notes: [],
        remarks: [],
      });
      const [item] = await world.received(sessionId, 'PERFORM', 1);
      expect(item).toMatchObject({ oneTimeKeys: true });
      const { data } = await world.heardOf('dev.tablekeep.session.requested.v1', sessionId);
      expect(data.request).toMatchObject({ type: 'RESTORE', oneTimeKeys: true });
      const told = [await everything(), JSON.stringify(world.heard), JSON.stringify(world.work)].join('\n');
      expect(told.includes(sessionId)).toBe(true);
      const revealing = [SECRET, credentials.accessKeyId, handed!.sealed];
      expect(revealing.filter((one) => told.includes(one))).toEqual([]);
      expect(told.includes('[redacted]')).toBe(true);
    });

    test('are no part of what makes a request the same; that there are some is', async () => {
      const first = await restore({ idempotencyKey: 'once' });
      const kept = world.keys.kept.length;
      const other = { ...credentials, secretAccessKey: 'another-secret-of-the-same-caller' };
      const again = await restore({ idempotencyKey: 'once', credentials: other });
      expect(again.session?.id).toBe(first.session!.id);
      expect(world.keys.kept).toHaveLength(kept);
      const byRole = await restore({ idempotencyKey: 'once', credentials: null });
      expect(byRole.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    });

    test('of a request that lost a race are taken back', async () => {
      const before = world.keys.kept.length;
      const both = await Promise.all([restore({ idempotencyKey: 'race' }), restore({ idempotencyKey: 'race' })]);
      const id = both[0].session!.id;
      expect(both[1].session?.id).toBe(id);
      const handed = world.keys.kept.slice(before).map(({ sessionId }) => sessionId);
      expect(handed.filter((one) => !world.keys.erased.includes(one))).toEqual([id]);
    });

    test('that the executor cannot take start nothing', async () => {
      const before = await sessionCount();
      const { url } = world.executorAt;
      world.executorAt.url = 'http://127.0.0.1:9';
      const { session, userErrors } = await restore({});
      world.executorAt.url = url;
      expect(session).toBeNull();
      expect(userErrors).toMatchObject([{ code: 'EXECUTOR_UNAVAILABLE', path: ['credentials'] }]);
      expect(await sessionCount()).toBe(before);
    });

    test('of the wrong form are refused with everything else that is wrong, and not repeated', async () => {
      const bad = { accessKeyId: 'AKIA short', secretAccessKey: 'with blanks in it', sessionToken: 'a-token' };
      const { session, userErrors } = await restore({ reason: 'r'.repeat(1001), credentials: bad });
      expect(session).toBeNull();
      expect(userErrors.map(({ code, path }) => [code, path.join('.')])).toEqual([
        ['TOO_LONG', 'reason'],
        ['BAD_ACCESS_KEY', 'credentials.accessKeyId'],
        ['BAD_SECRET_KEY', 'credentials.secretAccessKey'],
        ['TOKEN_NOT_ALLOWED', 'credentials.sessionToken'],
      ]);
      expect(Object.values(bad).filter((one) => JSON.stringify(userErrors).includes(one))).toEqual([]);
      const temporary = { ...credentials, accessKeyId: 'ASIAIOSFODNN7EXAMPLE' };
      expect((await restore({ credentials: temporary })).userErrors).toMatchObject([
        { code: 'TOKEN_REQUIRED', path: ['credentials', 'sessionToken'] },
      ]);
    });
  });
}
