import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeClock } from '@tablekeep/platform/clock';
import { openDatabase, type Database } from '@tablekeep/platform/database';
import { availableEngines } from '@tablekeep/testkit/engines';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { Not } from 'typeorm';
import { reportProtection } from '../src/report-protection.ts';
import { policyModel } from '../src/service.ts';
import { PolicyEntity, PolicyRunEntity } from '../src/store/entities.ts';
import { HOME, policyWorld } from './world.ts';

const DAY = 86_400_000;
const tagged = (name: string, value: string) =>
  tableSettings(name, { tags: { state: 'known', value: [{ key: 'backup', value }] } });
const prices = { asOf: '2026-01-01', source: 'the test', regions: { [HOME]: { warmStorage: 0.1 } } };

describe.each(await availableEngines())('what the policy service tells for the daily report on %s', (engine) => {
  const world = policyWorld(engine);
  // Before the slot of the day on which the service's own planner, on the machine's clock, does nothing yet.
  const now = new Date(Math.floor(Date.now() / DAY) * DAY + 30 * DAY);
  const at = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
  let db: Database;
  beforeEach(async () => {
    db = await openDatabase(world.service.database, policyModel, { migrate: false });
  });
  afterEach(() => db.close());

  const report = (most = 50) =>
    reportProtection({ db, clock: fakeClock(now), prices }, { until: at(24).toISOString(), most });
  const daily = (...times: string[]) => ({ timeZone: 'UTC', daily: { times } });
  const made = async (name: string, change: object = {}) => {
    const { policy, userErrors } = await world.createPolicy({ name, copies: [], ...change });
    expect(userErrors).toEqual([]);
    return policy!.id;
  };
  const change = (name: string, row: object) => db.transaction((tx) => tx.update(PolicyEntity, { name }, row));
  const ran = (policyId: string, lastSuccessAt: Date | null, copiesBehind: number | null = 0) =>
    db.transaction((tx) =>
      tx.insert(PolicyRunEntity, {
        policyId,
        lastRunAt: lastSuccessAt ?? at(-48),
        lastRunStatus: lastSuccessAt ? 'SUCCEEDED' : 'FAILED',
        copiesBehind,
        lastSuccessAt,
      }),
    );

  test('tables by how they are protected, and of those that need a person the first, with why', async () => {
    await made('Nightly', { rpoHours: 24, include: { tags: [{ key: 'backup', value: 'nightly' }] } });
    await world.scanned('scan-1', at(-100).toISOString(), [
      tagged('Breached', 'nightly'),
      ...['Lost-1', 'Lost-2', 'Lost-3'].map((name) => tagged(name, 'never')),
    ]);
    await world.catalogued(tableSettings('Breached').tableArn, null, {
      revision: 1,
      points: 1,
      newestAt: at(-40).toISOString(),
    });
    const told = await report();
    expect(told).toMatchObject({ tables: 4, prices: { asOf: '2026-01-01' } });
    expect(Object.fromEntries(told.byStatus.map(({ status, tables }) => [status, tables]))).toEqual({
      UNPROTECTED: 3,
      RPO_BREACHED: 1,
    });
    expect(told.rpoBreached).toMatchObject({
      first: [{ name: 'Breached', region: HOME, account: 'Production (111122223333)' }],
      more: 0,
    });
    expect(told.rpoBreached.first[0]!.reason).toMatch(/24/u);
    const cut = await report(2);
    expect(cut.unprotected.first.map(({ name }) => name)).toEqual(['Lost-1', 'Lost-2']);
    expect(cut.unprotected.more).toBe(1);
    expect(told.prices.regions).toEqual([{ region: HOME, warm: 0.1, cold: null }]);
  });

  test('policies that need a look, each with what is wrong; one that is well or switched off is left out', async () => {
    const well = await made('Well', { schedules: daily('03:00') });
    await ran(well, at(-20));
    const late = await made('Late', { schedules: daily('03:00') });
    await ran(late, at(-60));
    await made('Never', { schedules: daily('03:00') });
    const behind = await made('Behind', { schedules: daily('03:00') });
    await ran(behind, at(-20), 4);
    const broken = await made('Broken', { schedules: daily('03:00') });
    await ran(broken, at(-20));
    await change('Broken', { scheduleState: 'UNPLANNABLE', scheduleMessage: 'No such zone.' });
    const off = await made('Off', { schedules: daily('03:00'), enabled: false });
    await ran(off, null, 7);
    await db.transaction((tx) =>
      tx.update(PolicyEntity, { id: Not('') }, { scheduledSince: at(-72), slotsAfter: at(-1) }),
    );
    const { policies, copiesBehind } = await report();
    const byName = new Map(policies.first.map(({ policyName, ...rest }) => [policyName, rest]));
    expect([...byName.keys()].sort()).toEqual(['Behind', 'Broken', 'Late', 'Never']);
    expect(byName.get('Late')).toMatchObject({
      overdue: true,
      lastSuccessAt: at(-60).toISOString(),
      nextRunAt: at(3).toISOString(),
      unplannable: null,
      copiesBehind: 0,
    });
    expect(byName.get('Never')).toMatchObject({ overdue: true, lastSuccessAt: null });
    expect(byName.get('Behind')).toMatchObject({ overdue: false, copiesBehind: 4 });
    expect(byName.get('Broken')).toMatchObject({ unplannable: 'No such zone.' });
    expect(copiesBehind).toBe(4);
    expect((await report(1)).policies).toMatchObject({ first: [expect.anything()], more: 3 });
  });

  test('what runs in the time ahead, the soonest first: runs, verifications, and what is owed as one', async () => {
    await made('Often', { schedules: daily('06:00', '18:00') });
    await made('Off', { schedules: daily('05:00'), enabled: false });
    await made('Owed', { schedules: daily('12:00') });
    await db.transaction((tx) =>
      tx.update(PolicyEntity, { id: Not('') }, { slotsAfter: at(-1), verifiedAfter: at(-1) }),
    );
    await change('Owed', { slotsAfter: at(-30) });
    const { document } = await db.reader.findOneByOrFail(PolicyEntity, { name: 'Often' });
    const schedule = { ...document.schedules, daily: { ...document.schedules!.daily!, times: ['09:00'] } };
    const verification = { ...document.verification, schedule };
    await change('Often', { document: { ...document, verification } });
    const { runs } = await report();
    expect(runs.first).toEqual([
      { policyName: 'Owed', what: 'BACKUP', firstAt: at(-12).toISOString(), runs: 2 },
      { policyName: 'Often', what: 'BACKUP', firstAt: at(6).toISOString(), runs: 2 },
      { policyName: 'Often', what: 'VERIFICATION', firstAt: at(9).toISOString(), runs: 1 },
    ]);
  });
});
