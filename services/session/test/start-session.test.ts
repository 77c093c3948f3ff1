import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { mutate } from './story.ts';
import { DEPUTY, OPERATOR, okTargets, startWorld, type World } from './world.ts';

const gold = { policyId: 'policy-1', reason: 'weekly check' };

for (const engine of await availableEngines()) {
  describe(`starting a session on ${engine.name}`, () => {
    let world: World;
    let keys = 0;
    const freshKey = () => `key-${(keys += 1)}`;
    const run = (input: object, viewer = OPERATOR) => mutate(world, 'runPolicy', 'RunPolicyInput', input, viewer);
    const sessionCount = async () => {
      const answer = await world.gql('{ sessions(first: 500) { nodes { id } } }');
      return (answer.data?.['sessions'] as { nodes: unknown[] }).nodes.length;
    };

    beforeAll(async () => {
      world = await startWorld(engine);
    }, 60_000);
    beforeEach(() => {
      world.owner.answer = okTargets;
    });
    afterAll(() => world.stop());

    test('the same key and input give the same session, also while the owner is down', async () => {
      const input = { ...gold, idempotencyKey: freshKey() };
      const first = await run(input);
      const { url } = world.ownerAt;
      world.ownerAt.url = 'http://127.0.0.1:9';
      const again = await run(input);
      world.ownerAt.url = url;
      expect(again).toEqual(first);
      const requested = world.heard.filter((event) => event.type === 'dev.tablekeep.session.requested.v1');
      expect(requested.filter((event) => event.subject === first.session?.id).length).toBeLessThanOrEqual(1);
    });

    test('the same key with another input is refused and names the field', async () => {
      const key = freshKey();
      await run({ ...gold, idempotencyKey: key });
      const before = await sessionCount();
      for (const other of [
        { ...gold, reason: 'another' },
        { ...gold, policyId: 'policy-2' },
      ]) {
        const { session, userErrors } = await run({ ...other, idempotencyKey: key });
        expect(session).toBeNull();
        expect(userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED', path: ['idempotencyKey'] }]);
      }
      const scan = { accountId: 'account-1', idempotencyKey: key };
      const { userErrors } = await mutate(world, 'rescanInventory', 'RescanInventoryInput', scan);
      expect(userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
      expect(await sessionCount()).toBe(before);
    });

    test('a key belongs to its caller: another one may use the same', async () => {
      const input = { ...gold, idempotencyKey: freshKey() };
      const [first, other] = [await run(input, OPERATOR), await run(input, DEPUTY)];
      expect(other.session?.id).not.toBe(first.session?.id);
      expect(other.session?.requestedBy).toBe('Deputy');
    });

    test('calls that race with one key make one session', async () => {
      const before = await sessionCount();
      const input = { ...gold, idempotencyKey: freshKey() };
      const answers = await Promise.all(Array.from({ length: 6 }, () => run(input)));
      expect(new Set(answers.map((one) => one.session?.id)).size).toBe(1);
      expect(answers.flatMap((one) => one.userErrors)).toEqual([]);
      expect(await sessionCount()).toBe(before + 1);
    });

    test('without a key every call is a session of its own', async () => {
      expect((await run(gold)).session?.id).not.toBe((await run(gold)).session?.id);
    });

    test('while the owner cannot be asked, nothing is stored and the error says so', async () => {
      const before = await sessionCount();
      const { url } = world.ownerAt;
      world.ownerAt.url = 'http://127.0.0.1:9';
      const down = await run({ ...gold, idempotencyKey: freshKey() });
      world.ownerAt.url = url;
      world.owner.answer = () => {
        throw new Error('broken');
      };
      const broken = await run(gold);
      for (const { session, userErrors } of [down, broken]) {
        expect(session).toBeNull();
        expect(userErrors).toMatchObject([{ code: 'OWNER_UNAVAILABLE', path: [] }]);
        expect(userErrors[0]?.message).toMatch(/policy service .* Nothing was started/);
      }
      expect(await sessionCount()).toBe(before);
    });

    test('what the owner finds wrong and what this service finds wrong come together', async () => {
      world.owner.answer = () => ({
        ok: false,
        userErrors: [
          { code: 'TABLE_EXISTS', message: 'orders exists', path: ['items', '1'] },
          { code: 'BAD_NAME', message: 'told twice', path: ['items', '0', 'tableName'] },
        ],
      });
      const { session, userErrors } = await mutate(world, 'restoreTables', 'RestoreTablesInput', {
        reason: 'r'.repeat(1001),
        items: [
          { restorePointId: 'p1', mode: 'NEW', tableName: 'a b', readCapacityUnits: 0 },
          { restorePointId: 'p2', mode: 'ORIGINAL' },
        ],
      });
      expect(session).toBeNull();
      expect(userErrors.map(({ code, path }) => [code, path.join('.')])).toEqual([
        ['TOO_LONG', 'reason'],
        ['BAD_TABLE_NAME', 'items.0.tableName'],
        ['TOO_SMALL', 'items.0.readCapacityUnits'],
        ['TABLE_EXISTS', 'items.1'],
      ]);
    });

    test('an empty restore and an empty list of Regions are refused without asking the owner', async () => {
      const asked = world.owner.asked;
      const restore = await mutate(world, 'restoreTables', 'RestoreTablesInput', { items: [] });
      expect(restore.userErrors).toMatchObject([{ code: 'EMPTY', path: ['items'] }]);
      const scan = await mutate(world, 'rescanInventory', 'RescanInventoryInput', { accountId: 'a', regions: [] });
      expect(scan.userErrors).toMatchObject([{ code: 'EMPTY', path: ['regions'] }]);
      expect(world.owner.asked).toBe(asked);
    });

    test('the request travels as its owner understood it', async () => {
      const { session } = await mutate(world, 'rescanInventory', 'RescanInventoryInput', { accountId: 'account-1' });
      expect(session).toMatchObject({ type: 'INVENTORY_SCAN', status: 'PENDING', policyName: null });
      const { data, correlationid } = await world.heardOf('dev.tablekeep.session.requested.v1', session?.id ?? '');
      expect(data.request).toEqual({
        type: 'INVENTORY_SCAN',
        accountId: 'account-1',
        regions: ['eu-west-1', 'us-east-1'],
      });
      expect(correlationid).not.toBe('');
    });

    test('a caller without the role ADMIN starts and stops nothing', async () => {
      const before = await sessionCount();
      const reader = { ...OPERATOR, role: 'READ_ONLY' as const };
      for (const mutation of ['runPolicy(input: { policyId: "p" })', 'stopSession(input: { id: "s" })']) {
        const answer = await world.gql(`mutation { ${mutation} { session { id } } }`, {}, reader);
        expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      }
      expect(await sessionCount()).toBe(before);
    });
  });
}
