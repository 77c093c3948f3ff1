import { describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import { availableEngines } from '@tablekeep/testkit/engines';
import { scrape, seriesOf } from '@tablekeep/testkit/scrape';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { policyModel } from '../src/service.ts';
import { PolicyEntity } from '../src/store/entities.ts';
import { policyWorld } from './world.ts';

const HOUR_MS = 3_600_000;
const tagged = (name: string, ...values: string[]) =>
  tableSettings(name, { tags: { state: 'known', value: values.map((value) => ({ key: 'backup', value })) } });

describe.each(await availableEngines())('what the policy service tells on %s', (engine) => {
  const world = policyWorld(engine);
  const metric = async (name: string) => seriesOf(await scrape(world.service.adminUrl), `tablekeep_${name}`);
  const seconds = (at: string | Date) => new Date(at).getTime() / 1_000;

  test('policies are told as their runs and schedules are, one that is off or by hand only what it has', async () => {
    const begun = Date.now();
    const made = async (name: string, change: object) => {
      const { policy, userErrors } = await world.createPolicy({ name, copies: [], ...change });
      expect(userErrors).toEqual([]);
      return `{policy="${name}",policy_id="${policy!.id}"}`;
    };
    const times = (...at: string[]) => ({ timeZone: 'UTC', daily: { times: at } });
    const nightly = await made('Nightly', { schedules: times('03:00') });
    const often = await made('Often', { schedules: times('00:00', '06:00', '12:00', '18:00') });
    const byHand = await made('By hand', {});
    const off = await made('Off', { schedules: times('03:00'), enabled: false });

    expect(await metric('policy_expected_interval_seconds')).toEqual({ [nightly]: 86_400, [often]: 21_600 });
    const due = await metric('policy_next_due_timestamp_seconds');
    expect(Object.keys(due).sort()).toEqual([nightly, often].sort());
    expect(due[nightly]! % 86_400).toBe(3 * 3_600);
    expect(due[nightly]).toBeGreaterThan(begun / 1_000);
    const since = await metric('policy_scheduled_since_timestamp_seconds');
    expect(Object.keys(since).sort()).toEqual([nightly, often].sort());
    expect(since[nightly]).toBeGreaterThanOrEqual(Math.floor(begun / 1_000));
    expect(await metric('backup_last_successful_timestamp_seconds')).toEqual({});

    const idOf = (labels: string) => /policy_id="([^"]+)"/u.exec(labels)![1]!;
    const ran = (labels: string, status: 'SUCCEEDED' | 'WARNING' | 'FAILED', finishedAt: string, copiesBehind = 0) =>
      world.finished({
        sessionId: `${idOf(labels)}-${finishedAt}`.slice(0, 36),
        type: 'POLICY_BACKUP',
        policyId: idOf(labels),
        status,
        finishedAt,
        copiesBehind,
      });
    await ran(nightly, 'SUCCEEDED', '2026-01-31T03:10:00.000Z');
    await ran(nightly, 'FAILED', '2026-02-01T03:10:00.000Z');
    await ran(byHand, 'WARNING', '2026-02-01T09:00:00.000Z', 3);
    expect(await metric('backup_last_successful_timestamp_seconds')).toEqual({
      [nightly]: seconds('2026-01-31T03:10:00.000Z'),
      [byHand]: seconds('2026-02-01T09:00:00.000Z'),
    });
    expect(await metric('policy_copies_behind')).toEqual({ [nightly]: 0, [byHand]: 3 });

    // Its slots have gone unanswered for two days, and somebody's clock has broken another one.
    expect(await metric('policy_overdue')).toEqual({ [nightly]: 0, [often]: 0, [byHand]: 0, [off]: 0 });
    const db = await openDatabase(world.service.database, policyModel, { migrate: false });
    try {
      const twoDaysAgo = new Date(Date.now() - 48 * HOUR_MS);
      await db.transaction(async (tx) => {
        await tx.update(PolicyEntity, { name: 'Often' }, { scheduledSince: twoDaysAgo });
        await tx.update(PolicyEntity, { name: 'Nightly' }, { scheduleState: 'UNPLANNABLE', scheduleMessage: 'no' });
      });
    } finally {
      await db.close();
    }
    expect(await metric('policy_overdue')).toMatchObject({ [often]: 1, [byHand]: 0, [off]: 0 });
    expect((await metric('policy_unplannable'))[nightly]).toBe(1);
    expect((await metric('policy_unplannable'))[often]).toBe(0);
  });

  test('tables are told by how they are protected, and those that nobody backs up together', async () => {
    await world.createPolicy({ name: 'Nightly', copies: [], rpoHours: 24 });
    const off = { name: 'Off', copies: [], enabled: false, include: { tags: [{ key: 'backup', value: 'never' }] } };
    await world.createPolicy(off);
    await world.scanned('scan-1', '2026-01-31T01:00:00.000Z', [
      tagged('A', 'nightly'),
      tagged('B', 'nightly'),
      tagged('Lost'),
      tagged('Left', 'never'),
    ]);
    const byProtection = await metric('tables');
    expect(byProtection['{protection="UNPROTECTED"}']).toBe(1);
    expect(byProtection['{protection="POLICY_DISABLED"}']).toBe(1);
    expect(Object.values(byProtection).reduce((sum, n) => sum + n, 0)).toBe(4);
    expect(await metric('unprotected_tables')).toEqual({ '': 2 });
    const covered = await metric('policy_tables');
    expect(Object.entries(covered).map(([labels, n]) => [labels.includes('"Nightly"'), n])).toEqual([
      [true, 2],
      [false, 1],
    ]);
  });
});
