import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import { newId } from '@tablekeep/platform/ids';
import { availableEngines } from '@tablekeep/testkit/engines';
import { sessionModel } from '../src/service.ts';
import { recordsKeptDays } from '../src/store/record-retention.ts';
import { mutate } from './story.ts';
import { startWorld, type World } from './world.ts';

for (const engine of await availableEngines()) {
  describe(`sessions of retention on ${engine.name}`, () => {
    let world: World;
    beforeEach(async () => {
      world = await startWorld(engine);
    }, 60_000);
    afterEach(() => world.stop());

    const session = async (id: string) =>
      (await world.gql('query ($id: ID!) { session(id: $id) { type trigger requestedBy accountId } }', { id })).data?.[
        'session'
      ];

    test('a day that is announced makes one session, however often it is announced', async () => {
      const due = { accountId: 'account-1', sessionId: newId(), day: '2026-11-23' };
      await world.say('dev.tablekeep.retention.due.v1', 'retention', due);
      await world.say('dev.tablekeep.retention.due.v1', 'retention', due);
      expect(await session(due.sessionId)).toEqual({
        type: 'RETENTION',
        trigger: 'SCHEDULE',
        requestedBy: 'schedule',
        accountId: 'account-1',
      });
      const { data } = await world.heardOf('dev.tablekeep.session.requested.v1', due.sessionId);
      const { accountId, day } = due;
      expect(data.request).toEqual({ type: 'RETENTION', accountId, dryRun: false, day });
    });

    test('one that only puts off AWS’s own deletions deletes nothing by itself', async () => {
      const due = { accountId: 'account-1', sessionId: newId(), day: '2026-11-23', only: 'SAFETY_NETS' as const };
      await world.say('dev.tablekeep.retention.due.v1', 'retention', due);
      const { data } = await world.heardOf('dev.tablekeep.session.requested.v1', due.sessionId);
      expect(data.request).toMatchObject({ type: 'RETENTION', only: 'SAFETY_NETS' });
    });

    test('a person may ask for it; unless told otherwise it is a dry run', async () => {
      const started = await mutate(world, 'runRetention', 'RunRetentionInput', { accountId: 'account-1' });
      expect(started.userErrors).toEqual([]);
      const { data } = await world.heardOf('dev.tablekeep.session.requested.v1', started.session!.id);
      expect(data.request).toMatchObject({ type: 'RETENTION', dryRun: true, day: null });
    });

    test('records are kept as the process was told, until the settings say; a late word changes nothing', async () => {
      const db = await openDatabase(world.database, sessionModel);
      const say = (version: number, sessionKeepDays?: number | null) =>
        world.say('dev.tablekeep.retention.settings.changed.v1', 'retention', {
          version,
          ...(sessionKeepDays !== undefined && { sessionKeepDays }),
        });
      try {
        await say(1);
        expect(await recordsKeptDays(db, 92)).toBe(92);
        await say(3, null);
        await say(2, 30);
        expect(await recordsKeptDays(db, 92)).toBeNull();
        await say(4, 7);
        await say(4, 7);
        expect(await recordsKeptDays(db, null)).toBe(7);
      } finally {
        await db.close();
      }
    });
  });
}
