import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase, type Database } from '@tablekeep/platform/database';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { policyModel } from '../src/service.ts';
import { PolicyEntity } from '../src/store/entities.ts';
import { asOf, HOME, policyWorld } from './world.ts';

describe.each(await availableEngines())(
  'a verification that is owed when somebody changes its policy, on %s',
  (engine: Engine) => {
    const world = policyWorld(engine);
    let db: Database;
    beforeEach(async () => {
      db = await openDatabase(world.service.database, policyModel);
    });
    afterEach(() => db.close());
    const mutate = (name: string, input: object, type = 'PolicyIdInput') =>
      world.service.graphql<Record<string, { userErrors: object[] }>>(
        `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { message } } }`,
        { input },
      );
    const state = () => db.reader.findOneByOrFail(PolicyEntity, {});
    const dropped = () =>
      world.service
        .heardOf('dev.tablekeep.policy.slots.dropped.v1')
        .map(({ data }) => [data.because, data.purpose, data.count]);
    const policyOf = (time: string) => ({
      name: 'Gold',
      accountId: world.accountId,
      regions: [HOME],
      include: { allTables: true },
      vaults: [{ region: HOME, vaultName: 'gold' }],
      verification: { schedule: { timeZone: 'UTC', daily: { times: [time] } } },
    });

    test('is told of where it cannot be run, and no slot of a schedule that it gets counts before that', async () => {
      const { policy } = await world.createPolicy(policyOf('05:00'));
      const { id } = policy!;
      const request = {
        type: 'VERIFICATION' as const,
        restorePointIds: [],
        policyId: id,
        slotAt: asOf,
        countItems: false,
      };
      await world.requested({ sessionId: 'v-1', request });
      const owe = async () => {
        const before = new Date(Date.now() - 3 * 24 * 60 * 60_000);
        await db.transaction((tx) => tx.update(PolicyEntity, { id }, { verifiedAfter: before, verifyAt: before }));
        await eventually(async () => expect((await state()).verificationState).toBe('WAITING'));
      };
      await owe();
      const change = { id, version: (await state()).version, policy: policyOf('07:00') };
      const edited = await mutate('updatePolicy', change, 'UpdatePolicyInput');
      expect(edited).toEqual({ updatePolicy: { userErrors: [] } });
      await eventually(() => expect(dropped()).toEqual([['EDITED', 'VERIFICATION', 3]]));
      await world.finished({ sessionId: 'v-1', type: 'VERIFICATION', status: 'SUCCEEDED' });
      await eventually(async () => expect((await state()).verifyAt!.getTime()).toBeGreaterThan(Date.now()));
      expect(world.service.heardOf('dev.tablekeep.verification.due.v1')).toEqual([]);
      await world.requested({ sessionId: 'v-2', request });
      await owe();
      await mutate('disablePolicy', { id });
      await mutate('enablePolicy', { id });
      await owe();
      await mutate('deletePolicy', { id });
      await eventually(() =>
        expect(dropped()).toEqual([
          ['EDITED', 'VERIFICATION', 3],
          ['DISABLED', 'VERIFICATION', 3],
          ['DELETED', 'VERIFICATION', 3],
        ]),
      );
    }, 60_000);
  },
);
