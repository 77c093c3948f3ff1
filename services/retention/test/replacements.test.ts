import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tablekeep/platform/ids';
import type { EventData, EventEnvelope, SessionRequest } from '@tablekeep/schema/events';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { onSessionRequested } from '../src/events/session-requested.ts';
import { OpenReplacementEntity, PlannedRoundEntity, VerificationPlanEntity } from '../src/store/entities.ts';
import { forgetOldSessions, noteSessionOver } from '../src/store/finished-sessions.ts';
import { WaitingRoundEntity } from '../src/store/vault-entities.ts';
import { ACCOUNT, DAY, idOf, startRetentionWorld, tableArn, type RetentionWorld } from './retention-world.ts';

const changes = {
  ...{ tableClass: null, billingMode: null, readCapacityUnits: null, writeCapacityUnits: null, indexCapacity: [] },
  ...{ deletionProtection: null, pointInTimeRecovery: null, encryption: null, timeToLive: null, streams: null },
} as const;

const replacing = (point: string): SessionRequest => ({
  type: 'REPLACEMENT',
  items: [
    {
      ...{ restorePointId: idOf(point), confirmTableName: 'Orders', confirmWritesStopped: true },
      ...{ acknowledgeWritesMayBeLost: false, confirmDeletionProtectionOff: false, protectiveVaultName: null },
      ...{ tableId: 't-1', changes: { ...changes, indexCapacity: [] } },
    },
  ],
});

describe.each(await availableEngines())('a table that is being replaced, on %s', (engine: Engine) => {
  let world: RetentionWorld;
  beforeEach(async () => {
    world = await startRetentionWorld(engine);
    await world.add('p-1', 1);
  }, 60_000);
  afterEach(() => world.stop());

  const requestOf = (sessionId: string, request: SessionRequest) => ({
    ...{ sessionId, request, accountId: ACCOUNT, requestedBy: 'Operator', requestedAt: new Date().toISOString() },
  });
  const request = (sessionId: string, asked = replacing('p-1')) =>
    world.service.tell({
      ...{ type: 'dev.tablekeep.session.requested.v1', source: 'session', subject: sessionId },
      data: requestOf(sessionId, asked),
    });
  const finish = (sessionId: string, type: EventData<'dev.tablekeep.session.finished.v1'>['type'] = 'REPLACEMENT') =>
    world.service.tell({
      ...{ type: 'dev.tablekeep.session.finished.v1', source: 'session', subject: sessionId },
      data: {
        ...{ sessionId, type, status: 'FAILED', accountId: ACCOUNT, policyId: null, policyName: null },
        ...{ requestedBy: 'Operator', trigger: 'PERSON', reason: null, copiesBehind: 0 },
        ...{ startedAt: new Date().toISOString(), finishedAt: new Date().toISOString(), notes: [], problems: [] },
        counts: { total: 0, succeeded: 0, warning: 0, failed: 0, canceled: 0, skipped: 0 },
      },
    });
  const rejected = (sessionId: string) =>
    world.service.heardOf('dev.tablekeep.session.rejected.v1').filter(({ data }) => data.sessionId === sessionId);

  test('is replaced by one session at a time, and by another once that has ended', async () => {
    await request('s-1');
    await world.plan('s-1', 1);
    await request('s-2');
    await eventually(() => expect(rejected('s-2')).toHaveLength(1));
    await finish('s-1');
    await request('s-3');
    await world.plan('s-3', 1);
    expect(rejected('s-3')).toEqual([]);
  });

  test('a request that is told again by hand after the end of its session does not keep it for ever', async () => {
    await finish('s-1');
    await request('s-1');
    await request('s-2');
    await world.plan('s-2', 1);
    expect(rejected('s-2')).toEqual([]);
  });

  test('whichever of request and end is stored first, nothing is left of the session', async () => {
    for (let i = 0; i < 25; i++) {
      const sessionId = newId();
      const event = { data: requestOf(sessionId, replacing('p-1')) };
      await Promise.all([
        world.db.transaction((tx) =>
          onSessionRequested(
            world.db,
            world.deps.clock,
            tx,
            event as EventEnvelope<'dev.tablekeep.session.requested.v1'>,
          ),
        ),
        world.db.transaction((tx) => noteSessionOver(world.db, tx, sessionId, new Date())),
      ]);
      expect(await world.db.reader.find(OpenReplacementEntity)).toEqual([]);
      expect(await world.db.reader.findBy(PlannedRoundEntity, { sessionId })).toEqual([]);
    }
  });

  test.each(['PERSON', 'RULES'] as const)(
    'what it relies on stays while it runs, whatever %s want',
    async (decidedBy) => {
      await world.add('p-2', 2);
      await world.add('by-hand', 3, { kind: 'MANUAL', sessionId: 's-0' });
      await request('s-1');
      await world.plan('s-1', 1);
      // What a person asks for is judged by nothing else; what retention asks for would be refused for other reasons as well.
      await world.add('protective', 0, { kind: 'MANUAL', sessionId: 's-1' });
      const version = 1;
      const kept = { granted: false, because: expect.stringContaining('session s-1 is replacing') };
      expect(await world.permit('p-1', { decidedBy, version })).toEqual(kept);
      expect(await world.permit('protective', { decidedBy, version })).toEqual(kept);
      for (const name of ['p-2', 'by-hand'] as const) {
        expect(await world.permit(name, { decidedBy: 'PERSON', version })).toMatchObject({ granted: true });
      }
      await finish('s-1');
      for (const name of ['p-1', 'protective'] as const) {
        await eventually(async () =>
          expect(await world.permit(name, { decidedBy: 'PERSON', version })).toMatchObject({ granted: true }),
        );
      }
    },
  );

  test('nothing is kept either of a retention or a verification that is over and is told of again', async () => {
    await finish('s-1', 'RETENTION');
    await world.roundFinished('s-1');
    await finish('s-2', 'VERIFICATION');
    const tables = { accountId: ACCOUNT, countItems: false, chunk: 1, chunks: 2, tableArns: [tableArn('Orders')] };
    await world.service.tell({
      ...{ type: 'dev.tablekeep.verification.tables.v1', source: 'policy', subject: 's-2' },
      data: { sessionId: 's-2', policyId: 'p-1', ...tables },
    });
    // The first handled of these shows that the others were.
    await request('s-3');
    await world.plan('s-3', 1);
    await eventually(async () => {
      expect(await world.db.reader.find(WaitingRoundEntity)).toEqual([]);
      expect(await world.db.reader.find(VerificationPlanEntity)).toEqual([]);
    });
  });

  test('sessions that have been over for a month are forgotten', async () => {
    await finish('s-1');
    await forgetOldSessions(world.db, new Date(Date.now() + 29 * DAY));
    await request('s-1');
    await forgetOldSessions(world.db, new Date(Date.now() + 31 * DAY));
    await request('s-2');
    await world.plan('s-2', 1);
    expect(rejected('s-2')).toEqual([]);
    await finish('s-2');
    await request('s-1');
    await world.plan('s-1', 1);
  });
});
