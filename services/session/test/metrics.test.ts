import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import { createLogger } from '@tablekeep/platform/logging';
import { nameOutbox } from '@tablekeep/platform/outbox';
import { availableEngines } from '@tablekeep/testkit/engines';
import { scrape, seriesOf } from '@tablekeep/testkit/scrape';
import { withSession } from '../src/run/session-run.ts';
import { applyTaskEvent } from '../src/run/apply-task-event.ts';
import { sessionModel } from '../src/service.ts';
import { forgetEndedSessions } from '../src/store/forget.ts';
import { backup, copy, mutate, plan, reaches, runPolicy, scan, taskId, voices } from './story.ts';
import { startWorld, type World } from './world.ts';

for (const engine of await availableEngines()) {
  describe(`what the session service counts on ${engine.name}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld(engine);
    }, 60_000);
    afterAll(() => world.stop());

    /** A policy that metrics know under its id. */
    const announce = (
      policyId: string,
      change: Readonly<{ version?: number; name?: string; deleted?: boolean }> = {},
    ) =>
      world.say('dev.tablekeep.policy.changed.v1', 'policy', {
        policyId,
        name: policyId,
        enabled: true,
        deleted: false,
        version: 1,
        ...change,
      });
    const of = (policy: string) => `{policy="${policy}",policy_id="${policy}"}`;
    const metric = async (name: string, replica = 0) =>
      seriesOf(await scrape(world.adminUrls[replica] ?? null), `tablekeep_${name}`);
    const counted = async (operation: string, policy: string, replica = 0) => {
      const scraped = await scrape(world.adminUrls[replica] ?? null);
      const names = ['attempt', 'success', 'warning', 'partial_failure', 'failure', 'canceled'];
      return Object.fromEntries(
        names.flatMap((name) => {
          const value = seriesOf(scraped, `tablekeep_${operation}_${name}_total`)[of(policy)];
          return value === undefined || value === 0 ? [] : [[name, value]];
        }),
      );
    };

    test('a policy that never ran has its zeros: the first failure of all is an increase', async () => {
      await announce('never-ran');
      for (const name of ['attempt', 'success', 'partial_failure', 'failure'])
        expect(await metric(`backup_${name}_total`)).toMatchObject({ [of('never-ran')]: 0 });
      expect((await metric('backup_duration_seconds_count'))[of('never-ran')]).toBe(0);
    });

    test('a run counts as what it ended as: success, with a warning, partly failed, failed, canceled', async () => {
      await announce('ends');
      const begin = async (...tasks: Parameters<typeof plan>[2][number][]) => {
        const id = await runPolicy(world, { policyId: 'ends' });
        await plan(world, id, tasks);
        return { id, voice: voices(world, id) };
      };
      const good = await begin(backup('orders'));
      await good.voice.started(backup('orders'));
      world.clock.advance(61_000);
      await good.voice.succeeded(backup('orders'));
      await good.voice.catalogued(backup('orders'));
      await reaches(world, good.id, 'SUCCEEDED');

      const warned = await begin(backup('orders'), copy('orders'));
      await warned.voice.succeeded(backup('orders'));
      await warned.voice.catalogued(backup('orders'));
      await warned.voice.failed(copy('orders'));
      await reaches(world, warned.id, 'WARNING');

      const partly = await begin(scan('eu-west-1'), backup('orders'), backup('airports'));
      await partly.voice.succeeded(scan('eu-west-1'));
      await partly.voice.succeeded(backup('orders'));
      await partly.voice.catalogued(backup('orders'));
      await partly.voice.failed(backup('airports'));
      await reaches(world, partly.id, 'FAILED');

      // A scan that went well is no table that was backed up.
      const failed = await begin(scan('eu-west-1'), backup('orders'));
      await failed.voice.succeeded(scan('eu-west-1'));
      await failed.voice.failed(backup('orders'));
      await reaches(world, failed.id, 'FAILED');

      const stopped = await begin(backup('orders'));
      await mutate(world, 'stopSession', 'StopSessionInput', { id: stopped.id });
      await stopped.voice.canceled(backup('orders'));
      await reaches(world, stopped.id, 'CANCELED');

      expect(await counted('backup', 'ends')).toEqual({
        attempt: 5,
        success: 2,
        warning: 1,
        partial_failure: 1,
        failure: 1,
        canceled: 1,
      });
      const buckets = await metric('backup_duration_seconds_bucket');
      const atMost = (le: string) => buckets[`{policy="ends",policy_id="ends",le="${le}"}`];
      expect([atMost('60'), atMost('300'), atMost('+Inf')]).toEqual([1, 2, 2]);
      expect((await metric('backup_duration_seconds_sum'))[of('ends')]).toBeCloseTo(61, 1);
    });

    test('a copy counts once however often it is tried, and not at all where its backup failed', async () => {
      await announce('copies');
      const id = await runPolicy(world, { policyId: 'copies' });
      const tasks = [backup('orders'), copy('orders'), backup('airports'), copy('airports')];
      await plan(world, id, tasks);
      const voice = voices(world, id);
      await voice.failed(backup('airports'));
      await voice.succeeded(backup('orders'));
      await voice.catalogued(backup('orders'));
      expect(await counted('copy', 'copies')).toEqual({ attempt: 1 });
      await voice.failed(copy('orders'), 1, true);
      world.clock.advance(301_000);
      await world.received(id, 'PERFORM', 4);
      expect(await counted('copy', 'copies')).toEqual({ attempt: 1 });
      await voice.started(copy('orders'), 2);
      await voice.succeeded(copy('orders'), 2);
      await voice.catalogued(copy('orders'));
      await reaches(world, id, 'FAILED');
      expect(await counted('copy', 'copies')).toEqual({ attempt: 1, success: 1 });
    });

    test('an event that comes twice, and a transaction that does not commit, count once', async () => {
      await announce('once');
      const id = await runPolicy(world, { policyId: 'once' });
      await plan(world, id, [backup('orders'), copy('orders')]);
      const voice = voices(world, id);
      await voice.succeeded(backup('orders'));
      await voice.catalogued(backup('orders'));
      await voice.catalogued(copy('orders'));
      // A replica that does all of it and dies before it commits.
      const db = await openDatabase(world.database, sessionModel);
      nameOutbox(db, 'session', 'EMULATED');
      const log = createLogger({ service: 'session', level: 'fatal' });
      const deps = { db, clock: world.clock, log, resendAfterMs: 1, planDeadlineMs: 1, catalogDeadlineMs: 1 };
      const done = { type: 'succeeded', attempt: 1, warnings: [], pointArn: null, awsJobId: null } as const;
      try {
        const dies = db.transaction(async (tx) => {
          const session = await withSession(deps, tx, id, (run) =>
            applyTaskEvent(run, taskId(id, copy('orders')), done, world.clock.now()),
          );
          expect(session?.status).toBe('SUCCEEDED');
          throw new Error('the process dies here');
        });
        await expect(dies).rejects.toThrow('dies here');
      } finally {
        await db.close();
      }
      expect(await counted('backup', 'once')).toEqual({ attempt: 1 });
      const success = voice.success(copy('orders'));
      await world.deliver([success, success]);
      await voice.succeeded(copy('orders'));
      await world.deliver([success]);
      await reaches(world, id, 'SUCCEEDED');
      expect(await counted('backup', 'once')).toEqual({ attempt: 1, success: 1 });
      expect(await counted('copy', 'once')).toEqual({ attempt: 1, success: 1 });
    });

    test('runs that end at once on two replicas are all counted, and both replicas tell the same', async () => {
      await announce('many');
      const buses = [undefined, engine.name === 'MariaDB' ? await world.addReplica() : undefined];
      const ids = await Promise.all(Array.from({ length: 12 }, () => runPolicy(world, { policyId: 'many' })));
      const tasks = [backup('orders'), copy('orders')];
      for (const id of ids) await plan(world, id, tasks);
      await Promise.all(
        ids.map(async (id, i) => {
          const voice = voices(world, id);
          await world.deliver([voice.success(backup('orders'))], buses[i % 2]);
          await world.deliver([voice.success(copy('orders'))], buses[i % 2]);
          await voice.catalogued(backup('orders'));
          await voice.catalogued(copy('orders'));
        }),
      );
      for (const id of ids) await reaches(world, id, 'SUCCEEDED');
      for (const [replica] of world.adminUrls.entries()) {
        expect(await counted('backup', 'many', replica)).toEqual({ attempt: 12, success: 12 });
        expect(await counted('copy', 'many', replica)).toEqual({ attempt: 12, success: 12 });
      }
    });

    test('counts stay when the records are forgotten, take a new name, and go with the policy', async () => {
      await announce('kept');
      const id = await runPolicy(world, { policyId: 'kept' });
      await plan(world, id, [backup('orders')]);
      await voices(world, id).failed(backup('orders'));
      await reaches(world, id, 'FAILED');
      const ended = await metric('sessions_total');
      const db = await openDatabase(world.database, sessionModel);
      try {
        world.clock.advance(1_000);
        expect(await forgetEndedSessions(db, world.clock.now())).toBeGreaterThan(0);
      } finally {
        await db.close();
      }
      expect(await counted('backup', 'kept')).toEqual({ attempt: 1, failure: 1 });
      expect(await metric('sessions_total')).toEqual(ended);
      expect(ended['{type="POLICY_BACKUP",status="FAILED"}']).toBeGreaterThan(0);

      await announce('kept', { version: 3, name: 'Renamed' });
      await announce('kept', { version: 2, name: 'Late' });
      const failures = await metric('backup_failure_total');
      expect(failures['{policy="Renamed",policy_id="kept"}']).toBe(1);
      expect(Object.keys(failures).filter((labels) => labels.includes('policy_id="kept"'))).toHaveLength(1);
      await announce('kept', { version: 4, deleted: true });
      await announce('kept', { version: 2, name: 'Late' });
      expect(Object.keys(await metric('backup_failure_total')).join()).not.toContain('kept');
    });

    test('how long work waits for the executor is told until it accepts', async () => {
      await announce('waits');
      expect(await metric('queue_work_items')).toEqual({ '': 0 });
      const id = await runPolicy(world, { policyId: 'waits' });
      await plan(world, id, [backup('orders'), backup('airports')]);
      world.clock.advance(30_000);
      expect(await metric('queue_work_items')).toEqual({ '': 2 });
      expect((await metric('queue_oldest_seconds'))['']).toBeCloseTo(30, 0);
      const voice = voices(world, id);
      await voice.accepted(backup('orders'));
      await voice.accepted(backup('airports'));
      expect(await metric('queue_work_items')).toEqual({ '': 0 });
      expect(await metric('queue_oldest_seconds')).toEqual({ '': 0 });
      expect((await metric('sessions_open'))['{type="POLICY_BACKUP"}']).toBe(1);
      await voice.failed(backup('orders'));
      await voice.failed(backup('airports'));
      await reaches(world, id, 'FAILED');
      expect((await metric('sessions_open'))['{type="POLICY_BACKUP"}']).toBe(0);
    });
  });
}
