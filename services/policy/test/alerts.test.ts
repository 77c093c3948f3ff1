import { beforeEach, describe, expect, test } from '@jest/globals';
import { settleAlerts } from '@tablekeep/platform/alerts';
import type { EventData } from '@tablekeep/schema/events';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { policyAlerts } from '../src/alerts/policy-alerts.ts';
import type { PolicyDocument } from '../src/domain/policy-document.ts';
import { onInventoryScanned } from '../src/events/inventory-scanned.ts';
import { onSessionFinished } from '../src/events/session-finished.ts';
import { scanOldInventory } from '../src/scan-old-inventory.ts';
import { AccountEntity, PolicyEntity } from '../src/store/entities.ts';
import { begin, kept, plannerWorld, twiceADay } from './planner-world.ts';

const HOUR = 3_600_000;
const HOME = 'us-east-1';
const AFTER = { graceMs: HOUR, untakenMs: HOUR / 6 };
type Finished = EventData<'dev.tablekeep.session.finished.v1'>;

describe.each(await availableEngines())('alerts of the policy service on %s', (engine: Engine) => {
  const world = plannerWorld(engine);
  beforeEach(() =>
    world.db.transaction((tx) =>
      tx.insert(AccountEntity, {
        id: 'account-1',
        name: 'Production',
        awsAccountId: '111122223333',
        roleArn: 'arn:aws:iam::111122223333:role/Operator',
        serviceRoleArn: 'arn:aws:iam::111122223333:role/Backup',
        externalId: 'x',
        regions: [HOME],
        uses: null,
        connection: 'UNTRIED',
        connectionMessage: null,
        createdAt: begin,
        scanAt: null,
      }),
    ),
  );

  /** Both replicas look at once. */
  const settle = async () => {
    for (const i of policyAlerts(world.db, AFTER).keys()) {
      const looks = [world.db, world.other].map((db) => settleAlerts(db, world.clock, policyAlerts(db, AFTER)[i]!));
      await Promise.all(looks);
    }
  };
  /** Replicas that never stop looking. */
  const settleUntil = async (time: string) => {
    const until = new Date(time).getTime();
    for (let at = world.clock.now().getTime(); at < until; at += HOUR / 7) {
      world.clock.set(new Date(Math.min(until, at + HOUR / 7)));
      await settle();
    }
  };
  const alerts = async () => {
    const of = async (type: 'dev.tablekeep.alert.raised.v1' | 'dev.tablekeep.alert.cleared.v1') => world.toldOf(type);
    return { raised: await of('dev.tablekeep.alert.raised.v1'), cleared: await of('dev.tablekeep.alert.cleared.v1') };
  };
  const kinds = async () => {
    const { raised, cleared } = await alerts();
    return { raised: raised.map(({ kind }) => kind), cleared: cleared.map(({ kind }) => kind) };
  };
  const finished = (at: string, change: Partial<Finished> = {}) => {
    const data: Finished = {
      sessionId: `session of ${at}`,
      type: 'POLICY_BACKUP',
      status: 'SUCCEEDED',
      accountId: 'account-1',
      policyId: 'policy-1',
      policyName: 'policy-1',
      requestedBy: 'schedule',
      reason: null,
      startedAt: at,
      finishedAt: at,
      counts: { total: 1, succeeded: 1, warning: 0, failed: 0, canceled: 0, skipped: 0 },
      notes: [],
      problems: [],
      ...change,
    };
    const event = {
      id: `finished ${data.sessionId}`,
      type: 'dev.tablekeep.session.finished.v1',
      source: 'session',
      subject: data.sessionId,
      time: at,
      correlationid: 'x',
      environment: 'EMULATED',
      data,
    } as const;
    return world.db.transaction((tx) => onSessionFinished(world.db, tx, event, world.clock.now()));
  };
  const change = (row: object) => world.db.transaction((tx) => tx.update(PolicyEntity, { id: 'policy-1' }, row));

  describe('no success', () => {
    test('is told an hour after the slot, with what it is about, and is over with a success', async () => {
      await world.policy('policy-1', twiceADay());
      await scanned('scan-1', ['Orders']);
      world.clock.set(new Date('2026-11-27T03:50:00.000Z'));
      await settle();
      await settleUntil('2026-11-27T04:54:00.000Z');
      expect(await kinds()).toEqual({ raised: [], cleared: [] });
      await finished('2026-11-27T04:30:00.000Z', { status: 'FAILED' });
      await settleUntil('2026-11-27T05:30:00.000Z');
      const [alert, ...more] = (await alerts()).raised;
      expect(more).toEqual([]);
      expect(alert).toMatchObject({
        kind: 'NO_SUCCESS',
        severity: 'ERROR',
        policyId: 'policy-1',
        accountId: 'account-1',
        region: HOME,
        since: '2026-11-27T04:00:00.000Z',
        count: 1,
        about: [{ name: 'Orders' }],
      });
      expect(alert?.cause).toContain('last run ended FAILED at 2026-11-27 04:30:00 UTC');
      expect(alert?.nextTry).toContain('2026-11-27 16:00:00 UTC');
      await finished('2026-11-27T05:31:00.000Z');
      await settle();
      await settle();
      const { cleared } = await alerts();
      expect(cleared).toMatchObject([{ alertId: alert?.alertId, kind: 'NO_SUCCESS' }]);
    });

    test.each([
      ['disabled', () => change({ enabled: false })],
      ['deleted', () => world.db.transaction((tx) => tx.delete(PolicyEntity, { id: 'policy-1' }))],
      ['given other schedules', () => change({ scheduledSince: new Date('2026-11-27T05:10:00.000Z') })],
    ])('is over where the policy is %s', async (_what, act) => {
      await world.policy('policy-1', twiceADay());
      world.clock.set(new Date('2026-11-27T03:50:00.000Z'));
      await settle();
      await settleUntil('2026-11-27T05:06:00.000Z');
      expect((await kinds()).raised).toEqual(['NO_SUCCESS']);
      await act();
      await settle();
      expect((await kinds()).cleared).toEqual(['NO_SUCCESS']);
    });

    test('after days without Tablekeep there is one alert for each policy: of the slots that were missed', async () => {
      for (const id of ['policy-1', 'policy-2']) await world.policy(id, twiceADay());
      await settle();
      world.clock.set(new Date('2026-11-30T05:30:00.000Z'));
      await settle();
      await world.look();
      for (const { sessionId, policyId } of await world.due()) await world.requested(sessionId, policyId);
      await finished('2026-11-30T05:40:00.000Z', {
        sessionId: (await world.due()).find(({ policyId }) => policyId === 'policy-2')!.sessionId,
        policyId: 'policy-2',
        status: 'FAILED',
      });
      await settleUntil('2026-11-30T06:20:00.000Z');
      const { raised } = await alerts();
      expect(raised.map(({ kind, policyId }) => [kind, policyId]).toSorted()).toEqual([
        ['SLOT_MISSED', 'policy-1'],
        ['SLOT_MISSED', 'policy-2'],
      ]);
      expect(raised[0]).toMatchObject({ count: 7, since: '2026-11-27T04:00:00.000Z', severity: 'WARNING' });
      expect(raised[0]?.cause).toContain('Tablekeep was not running');
      await finished('2026-11-30T06:00:00.000Z', {
        sessionId: (await world.due()).find(({ policyId }) => policyId === 'policy-1')!.sessionId,
      });
      await settle();
      expect((await alerts()).cleared.map(({ kind, policyId }) => [kind, policyId])).toEqual([
        ['SLOT_MISSED', 'policy-1'],
      ]);
      // The other one never succeeds: an hour after Tablekeep is back that is told.
      await settleUntil('2026-11-30T06:36:00.000Z');
      expect((await alerts()).raised.slice(2).map(({ kind, policyId }) => [kind, policyId])).toEqual([
        ['NO_SUCCESS', 'policy-2'],
      ]);
    });
  });

  describe('a slot that is missed', () => {
    test('because the run before it is under way is one alert from the wait until the late run succeeds', async () => {
      await world.policy('policy-1', twiceADay());
      await world.lookAt('2026-11-27T04:00:00.000Z');
      const [first] = await world.due();
      await world.requested(first!.sessionId, 'policy-1');
      await world.lookAt('2026-11-27T16:06:00.000Z');
      await settle();
      const missed = async () => (await alerts()).raised.filter(({ kind }) => kind === 'SLOT_MISSED');
      expect(await missed()).toMatchObject([
        { count: 1, since: '2026-11-27T16:00:00.000Z', cause: expect.stringContaining('still under way') },
      ]);
      world.clock.set(new Date('2026-11-27T17:00:00.000Z'));
      await finished('2026-11-27T17:00:00.000Z', { sessionId: first!.sessionId });
      await settle();
      await world.lookAt('2026-11-27T17:00:30.000Z');
      await settle();
      const cleared = async () => (await alerts()).cleared.filter(({ kind }) => kind === 'SLOT_MISSED');
      expect([(await missed()).length, (await cleared()).length]).toEqual([1, 0]);
      const late = (await world.due()).at(-1)!;
      expect(late.sessionId).not.toBe(first!.sessionId);
      await finished('2026-11-27T17:20:00.000Z', { sessionId: late.sessionId });
      await settle();
      expect([(await missed()).length, (await cleared()).length]).toEqual([1, 1]);
    });

    test('is no more where the policy was switched off and on again since', async () => {
      await world.policy('policy-1', twiceADay());
      await world.lookAt('2026-11-28T05:00:00.000Z');
      await settle();
      expect((await kinds()).raised).toContain('SLOT_MISSED');
      await change({ scheduledSince: new Date('2026-11-28T06:00:00.000Z') });
      await settle();
      expect((await kinds()).cleared).toContain('SLOT_MISSED');
    });
  });

  describe('a policy that cannot be planned', () => {
    test('is one alert however often it is looked at, with its cause, and is over once it can be', async () => {
      await world.policy('policy-1', twiceADay('Mars/Olympus'));
      await settle();
      expect(await kinds()).toEqual({ raised: [], cleared: [] });
      for (const time of ['2026-11-27T01:00:00.000Z', '2026-11-28T01:00:00.000Z']) {
        await world.lookAt(time);
        await settle();
      }
      expect((await alerts()).raised).toMatchObject([
        {
          kind: 'POLICY_UNPLANNABLE',
          severity: 'ERROR',
          policyId: 'policy-1',
          accountId: 'account-1',
          region: HOME,
          cause: 'This system does not know the time zone "Mars/Olympus".',
          since: '2026-11-27T01:00:00.000Z',
        },
      ]);
      const { document } = await world.state('policy-1');
      await change({ document: { ...document, schedules: twiceADay() } });
      await world.lookAt('2026-11-28T02:00:00.000Z');
      await settle();
      expect((await kinds()).cleared).toEqual(['POLICY_UNPLANNABLE']);
    });

    test('and that is neither run nor verified is two, which are over where it is disabled', async () => {
      await world.policy('policy-1', twiceADay('Mars/Olympus'));
      const { document } = await world.state('policy-1');
      const verification = { schedule: twiceADay('Mars/Olympus'), countItems: false } as PolicyDocument['verification'];
      const verificationState = 'UNPLANNABLE';
      await change({ scheduleState: 'UNPLANNABLE', document: { ...document, verification }, verificationState });
      await settle();
      expect((await alerts()).raised.map(({ summary, cause }) => [summary, cause]).toSorted()).toEqual([
        ['Policy “policy-1” does not run: its schedules cannot be planned', 'No reason was given.'],
        ['The verification of policy “policy-1” cannot be planned', expect.stringContaining('Mars/Olympus')],
      ]);
      await change({ enabled: false });
      await settle();
      expect((await kinds()).cleared).toHaveLength(2);
    });
  });

  describe('missing copies', () => {
    const copies = [{ fromRegion: HOME, toRegion: 'eu-west-1', vaultName: 'gold', retentionDays: 90 }];
    const failedCopy = {
      arn: `arn:aws:dynamodb:${HOME}:111122223333:table/Orders`,
      name: 'Orders',
      region: HOME,
      status: 'FAILED' as const,
      reason: 'Access denied by the vault.',
      kind: 'COPY' as const,
    };
    const behind = (at: string) =>
      finished(at, { status: 'WARNING', copiesBehind: 1, copiesMade: 3, problems: [failedCopy] });
    beforeEach(async () => {
      await world.policy('policy-1', null);
      const { document } = await world.state('policy-1');
      await change({ document: { ...document, copies } });
    });

    test('are told of with table and cause, and are over with the run that makes them, not with one that makes none', async () => {
      await behind('2026-11-27T04:30:00.000Z');
      await settle();
      await behind('2026-11-27T05:30:00.000Z');
      await settle();
      const { raised } = await alerts();
      expect(raised).toMatchObject([
        {
          kind: 'COPIES_BEHIND',
          count: 1,
          since: '2026-11-27T04:30:00.000Z',
          about: [{ name: 'Orders', cause: 'Access denied by the vault.' }],
        },
      ]);
      await finished('2026-11-27T16:30:00.000Z', { copiesBehind: 0, copiesMade: 0 });
      await finished('2026-11-27T17:30:00.000Z', { status: 'FAILED', copiesBehind: 0, copiesMade: 0 });
      await settle();
      expect((await kinds()).cleared).toEqual([]);
      await finished('2026-11-28T04:30:00.000Z', { copiesBehind: 0, copiesMade: 4 });
      // An end that is told late says nothing new.
      await behind('2026-11-27T18:30:00.000Z');
      await settle();
      expect(await kinds()).toEqual({ raised: ['COPIES_BEHIND'], cleared: ['COPIES_BEHIND'] });
    });

    test('are over where the policy asks for none any more', async () => {
      await behind('2026-11-27T04:30:00.000Z');
      await settle();
      const { document } = await world.state('policy-1');
      await change({ document: { ...document, copies: [] } });
      await settle();
      expect((await kinds()).cleared).toEqual(['COPIES_BEHIND']);
    });
  });

  const scanned = (scanId: string, names: readonly string[], startedAt = '2026-11-27T01:00:00.000Z') =>
    world.db.transaction((tx) =>
      onInventoryScanned(
        world.db,
        tx,
        {
          id: scanId,
          type: 'dev.tablekeep.inventory.scanned.v1',
          source: 'executor',
          subject: scanId,
          time: startedAt,
          correlationid: 'x',
          environment: 'EMULATED',
          data: {
            scanId,
            accountId: 'account-1',
            awsAccountId: '111122223333',
            region: HOME,
            startedAt,
            chunk: 1,
            chunks: 1,
            tables: names.map((name) => tableSettings(name)),
            unreadable: [],
          },
        },
        world.clock.now(),
      ),
    );

  describe('unprotected tables', () => {
    test('are one alert for each scan that found any, until the last of them is covered or gone', async () => {
      const many = Array.from({ length: 40 }, (_, i) => `Table${String(i).padStart(2, '0')}`);
      await scanned('scan-1', many);
      await settle();
      await scanned('scan-2', [...many, 'Late'], '2026-11-27T02:00:00.000Z');
      await settle();
      await settle();
      const { raised } = await alerts();
      expect(raised.map(({ kind, count, about }) => [kind, count, about.length])).toEqual([
        ['TABLES_UNPROTECTED', 40, 20],
        ['TABLES_UNPROTECTED', 1, 1],
      ]);
      expect(raised[1]).toMatchObject({
        accountId: 'account-1',
        region: HOME,
        summary: 'No policy protects 1 table of account Production in us-east-1',
        about: [{ name: 'Late', cause: 'No policy covers it.' }],
      });
      // The first forty are deleted, but for one.
      await scanned('scan-3', ['Table00', 'Late'], '2026-11-27T03:00:00.000Z');
      await settle();
      expect((await kinds()).cleared).toEqual([]);
      await world.policy('policy-1', null);
      await settle();
      const { cleared } = await alerts();
      expect(cleared.map(({ alertId }) => alertId).toSorted()).toEqual(raised.map(({ alertId }) => alertId).toSorted());
      // What a change of the policies uncovers is no news to who changed them.
      await change({ enabled: false });
      await settle();
      expect((await kinds()).raised).toHaveLength(2);
    });

    test('of an account that is gone are nobody’s', async () => {
      await scanned('scan-1', ['Orders']);
      await settle();
      await world.db.transaction((tx) => tx.query('DELETE FROM protected_table'));
      await settle();
      expect(await kinds()).toEqual({ raised: ['TABLES_UNPROTECTED'], cleared: ['TABLES_UNPROTECTED'] });
    });
  });

  describe('sessions that nobody takes up', () => {
    test('are one alert, runs and scans alike, until they are taken up', async () => {
      await world.policy('policy-1', twiceADay());
      await settle();
      await world.lookAt('2026-11-27T04:00:00.000Z');
      await scanOldInventory({ db: world.db, clock: world.clock, scanMs: 6 * HOUR });
      const [scan] = await world.toldOf('dev.tablekeep.account.scan.due.v1');
      const [run] = await world.due();
      await settleUntil('2026-11-27T04:06:00.000Z');
      expect(await kinds()).toEqual({ raised: [], cleared: [] });
      await settleUntil('2026-11-27T04:24:00.000Z');
      const { raised } = await alerts();
      expect(raised).toMatchObject([{ kind: 'SESSIONS_UNTAKEN', severity: 'ERROR', count: 2 }]);
      expect(raised[0]?.about.map(({ name }) => name).toSorted()).toEqual([
        'inventory scan of account Production',
        'run of policy “policy-1”',
      ]);
      await world.requested(scan!.sessionId, 'policy-1');
      await settle();
      expect((await kinds()).cleared).toEqual([]);
      await world.requested(run!.sessionId, 'policy-1');
      await settle();
      expect((await kinds()).cleared).toEqual(['SESSIONS_UNTAKEN']);
    });

    test('while all of Tablekeep was away are not told of before somebody could have taken them up', async () => {
      await world.policy('policy-1', { ...twiceADay(), weekly: null, daily: { ...twiceADay().daily!, ...kept } });
      await settle();
      await world.lookAt('2026-11-27T04:00:00.000Z');
      await settle();
      world.clock.set(new Date('2026-11-27T08:00:00.000Z'));
      await settle();
      expect((await kinds()).raised).not.toContain('SESSIONS_UNTAKEN');
      await settleUntil('2026-11-27T08:12:00.000Z');
      expect((await kinds()).raised).toContain('SESSIONS_UNTAKEN');
    });
  });
});
