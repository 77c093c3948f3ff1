import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { startReceiver, type Receiver } from '@tablekeep/testkit/http-receiver';
import { somebodyWaits } from '@tablekeep/testkit/lock-waits';
import { onRunFinished, onSessionChanged } from '../src/events/queue-pings.ts';
import { notificationModel as model } from '../src/service.ts';
import { startWorld, type World } from './world.ts';

// SQLite has one writer at a time: nothing is handled at once there.
const engines = (await availableEngines()).filter(({ name }) => name === 'MariaDB');

(engines.length > 0 ? describe : describe.skip).each(engines.length > 0 ? engines : [null])(
  'a run’s start and end on %s',
  (engine: Engine | null) => {
    let world: World;
    let receiver: Receiver;
    beforeEach(async () => {
      world = await startWorld(engine!, { allowedNetworks: ['127.0.0.1/32'] });
      receiver = await startReceiver();
    }, 60_000);
    afterEach(async () => {
      await world.service.stop();
      await receiver.stop();
    });

    test('handled at the same time: the end waits for the start, and overtakes it', async () => {
      await world.channel({ kind: 'PING', name: 'Switch', url: receiver.url, policyIds: ['p'] });
      const db = await openDatabase(world.service.database, model);
      const other = await openDatabase(world.service.database, model);
      const run = { sessionId: 's-1', policyId: 'p', type: 'POLICY_BACKUP' };
      const finishedAt = '2026-01-31T04:05:00.000Z';
      const event = (id: string, status: string) => ({ id, data: { ...run, status, finishedAt } }) as never;
      const [begun, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      try {
        const start = db.transaction(async (tx) => {
          await onSessionChanged({ db, clock: world.clock }, tx, event('changed', 'RUNNING'));
          begun.resolve();
          await mayCommit.promise;
        });
        await begun.promise;
        const end = other.transaction((tx) =>
          onRunFinished({ db: other, clock: world.clock }, tx, event('finished', 'FAILED')),
        );
        // It waits for the start's transaction, or has passed it by.
        const waits = somebodyWaits(db);
        await Promise.race([end, waits]);
        mayCommit.resolve();
        await Promise.all([start, end]);
        await waits.catch(() => undefined);
        await world.passing(async () =>
          expect((await world.deliveries()).map(({ status }) => status).sort()).toEqual(['CANCELED', 'DELIVERED']),
        );
        expect(receiver.received.map(({ path }) => path)).toEqual(['/hook/fail?rid=s-1']);
      } finally {
        mayCommit.resolve();
        await db.close();
        await other.close();
      }
    }, 40_000);

    test.each([
      ['the older first', ['s-1', 's-2']],
      ['the newer first', ['s-2', 's-1']],
    ] as const)(
      'two runs’ ends handled at the same time, %s: the newer is said, and no other',
      async (_which, ids) => {
        await world.channel({ kind: 'PING', name: 'Switch', url: receiver.url, policyIds: ['p'] });
        const db = await openDatabase(world.service.database, model);
        const other = await openDatabase(world.service.database, model);
        const ends = {
          's-1': { status: 'SUCCEEDED', finishedAt: '2026-01-31T04:05:00.000Z' },
          's-2': { status: 'FAILED', finishedAt: '2026-01-31T04:06:00.000Z' },
        };
        const event = (sessionId: 's-1' | 's-2') =>
          ({ id: sessionId, data: { sessionId, policyId: 'p', type: 'POLICY_BACKUP', ...ends[sessionId] } }) as never;
        const [begun, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        try {
          const first = db.transaction(async (tx) => {
            await onRunFinished({ db, clock: world.clock }, tx, event(ids[0]));
            begun.resolve();
            await mayCommit.promise;
          });
          await begun.promise;
          const second = other.transaction((tx) => onRunFinished({ db: other, clock: world.clock }, tx, event(ids[1])));
          const waits = somebodyWaits(db);
          await Promise.race([second, waits]);
          mayCommit.resolve();
          await Promise.all([first, second]);
          await waits.catch(() => undefined);
          await world.passing(async () =>
            expect((await world.deliveries()).map(({ status }) => status).sort()).toEqual(['CANCELED', 'DELIVERED']),
          );
          expect(receiver.received.map(({ path }) => path)).toEqual(['/hook/fail?rid=s-2']);
        } finally {
          mayCommit.resolve();
          await db.close();
          await other.close();
        }
      },
      40_000,
    );
  },
);
