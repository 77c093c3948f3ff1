import { describe, expect, test } from '@jest/globals';
import { NOTHING, type PolicyDocument } from '../policy-document.ts';
import { WEEKDAYS, type Schedules } from '../schedules/schedule.ts';
import { costAsCsv, estimateCost } from './estimate.ts';
import type { PriceList } from './prices.ts';

const prices: PriceList = {
  asOf: '2026-06-13',
  source: 'a test',
  regions: {
    'us-east-1': { warmStorage: 0.1, coldStorage: 0.03, transfer: 0.02, restore: 0.15 },
    'eu-west-1': { warmStorage: 0.1, coldStorage: 0.03, transfer: 0.02 },
    'ap-south-1': { warmStorage: 0.12 },
  },
};
const days = (value: number) => ({ value, unit: 'DAYS' as const });
const years = (value: number) => ({ value, unit: 'YEARS' as const });
const daily: Schedules = {
  timeZone: 'UTC',
  daily: { days: [...WEEKDAYS], times: ['04:00'], copyTimes: ['04:00'], keep: days(35), keepCopies: days(35) },
  weekly: null,
  monthly: null,
  yearly: null,
};
const document: PolicyDocument = {
  description: '',
  regions: ['us-east-1'],
  include: { ...NOTHING, allTables: true },
  exclude: NOTHING,
  vaults: [{ region: 'us-east-1', vaultName: 'gold' }],
  copies: [{ fromRegion: 'us-east-1', toRegion: 'eu-west-1', vaultName: 'far', retentionDays: null }],
  backupRetentionDays: 35,
  customTags: [],
  retryCount: 0,
  retryDelaySeconds: 60,
  schedules: daily,
};
const table = (region = 'us-east-1', gib = 100) => ({
  arn: `arn:aws:dynamodb:${region}:111122223333:table/Orders`,
  name: 'Orders',
  region,
  sizeBytes: gib * 2 ** 30,
});
const of = (change: Partial<PolicyDocument>, ...tables: ReturnType<typeof table>[]) =>
  estimateCost({ ...document, ...change }, tables.length > 0 ? tables : [table()], prices);

describe('the monthly cost of a policy', () => {
  test('100 GB, daily, kept for 35 days, with one copy: 35 × 100 GB × $0.10 twice, and 365 ÷ 12 transfers', () => {
    const { totals, notes } = of({});
    expect(totals.backups).toBeCloseTo(350, 6);
    expect(totals.copies).toBeCloseTo(350, 6);
    expect(totals.transfer).toBeCloseTo((365 / 12) * 100 * 0.02, 6);
    expect(totals.total).toBeCloseTo(760.83, 2);
    expect(notes).toEqual([]);
  });

  test('a point that two schedules share is stored once, as long as the longer one keeps it', () => {
    // 313 points live for 7 days; the 52 of Sundays for 90.
    const weekly = { days: ['SUNDAY' as const], time: null, copyDays: [], keep: days(90), keepCopies: null };
    const schedules = { ...daily, daily: { ...daily.daily!, copyTimes: [], keep: days(7) }, weekly };
    const { totals } = of({ schedules });
    expect(totals.backups).toBeCloseTo(((313 * 7 + 52 * 90) / 365) * 100 * 0.1, 6);
    expect(totals).toMatchObject({ copies: 0, transfer: 0 });
  });

  test('cold storage takes what lives long enough in it', () => {
    // Monthly, kept for 365 days, cold after 30: 30 days warm and 335 cold, twelve times a year.
    const monthly = {
      months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
      on: { kind: 'DATE' as const, date: 15 },
      time: '04:00',
      copyMonths: [],
      keep: days(365),
      keepCopies: null,
    };
    const { totals } = of({ schedules: { ...daily, daily: null, monthly }, coldStorageAfterDays: 30 });
    expect(totals.backups).toBeCloseTo(((12 * 30) / 365) * 100 * 0.1 + ((12 * 335) / 365) * 100 * 0.03, 6);
  });

  test('what comes once a year is counted once, whatever day it falls on; the last Sunday of October, kept for 7 years', () => {
    const on = { kind: 'LAST_WEEKDAY' as const, weekday: 'SUNDAY' as const };
    const yearly = { month: 10, on, time: '04:00', copies: true, keep: years(7), keepCopies: years(1) };
    const { totals } = of({ schedules: { ...daily, daily: null, yearly } });
    // 25 October 2026 to 25 October 2033 are 2,557 days, two of them of leap years.
    expect(totals.backups).toBeCloseTo((2_557 / 365) * 100 * 0.1, 6);
    expect(totals.copies).toBeCloseTo(100 * 0.1, 6);
    expect(totals.transfer).toBeCloseTo((1 / 12) * 100 * 0.02, 6);
  });

  test('restores made to verify cost what they read: 100 GB × $0.15 each', () => {
    const costs = (...tables: ReturnType<typeof table>[]) => estimateCost(document, tables, prices, 2);
    expect(costs(table()).totals.verification).toBeCloseTo(2 * 100 * 0.15, 6);
    expect(costs(table()).totals.total).toBeCloseTo(760.83 + 30, 2);
    expect(costs(table('eu-west-1')).notes.join()).toContain('no restore price for eu-west-1');
  });

  test('a policy that has its points verified each Sunday restores each table 52 times a year', () => {
    const weekly = { days: ['SUNDAY' as const], time: '05:00', copyDays: [], keep: null, keepCopies: null };
    const schedule: Schedules = { timeZone: 'UTC', daily: null, weekly, monthly: null, yearly: null };
    const verified = of({ verification: { schedule, countItems: false } });
    expect(verified.totals.verification).toBeCloseTo((52 / 12) * 100 * 0.15, 6);
    expect(verified.totals.total).toBeCloseTo(760.83 + 65, 2);
    expect(verified.notes).toEqual([]);
    const counted = { verification: { schedule, countItems: true } };
    expect(of(counted).notes).toEqual([expect.stringContaining('costs reads')]);
    // Somebody may ask what another rhythm would cost.
    const asked = estimateCost({ ...document, ...counted }, [table()], prices, 1);
    expect(asked.totals.verification).toBeCloseTo(100 * 0.15, 6);
  });

  test('a copy target’s own retention counts; several targets each cost', () => {
    const copies = [
      { fromRegion: 'us-east-1', toRegion: 'eu-west-1', vaultName: 'far', retentionDays: 10 },
      { fromRegion: 'us-east-1', toRegion: 'ap-south-1', vaultName: 'farther', retentionDays: 20 },
    ];
    const { totals } = of({ copies });
    expect(totals.copies).toBeCloseTo(10 * 100 * 0.1 + 20 * 100 * 0.12, 6);
    expect(totals.transfer).toBeCloseTo(2 * (365 / 12) * 100 * 0.02, 6);
  });

  test('what has no price is unknown, never nothing, and said', () => {
    const { tables, totals, notes } = of({ coldStorageAfterDays: null }, table('sa-east-1'), table());
    expect(tables.map(({ total }) => total === null)).toEqual([true, false]);
    expect(totals.backups).toBeCloseTo(350, 6);
    expect(notes).toEqual([expect.stringContaining('no warmStorage price for sa-east-1')]);
  });

  test('for ever is the first year and said to grow; without a schedule there is nothing steady', () => {
    const forEver = of({ schedules: { ...daily, daily: { ...daily.daily!, keep: null, copyTimes: [] } } });
    expect(forEver.totals.backups).toBeCloseTo(365 * 100 * 0.1, 6);
    expect(forEver.notes.join()).toContain('grows');
    expect(of({ schedules: null })).toMatchObject({
      totals: { total: 0 },
      notes: [expect.stringContaining('no schedule')],
    });
  });

  test('as CSV, a row for each table', () => {
    const csv = costAsCsv(of({}, table(), table('sa-east-1', 1)));
    expect(csv.split('\r\n')).toEqual([
      'table_arn,table_name,region,size_bytes,backups_usd,copies_usd,transfer_usd,verification_usd,total_usd',
      `${table().arn},Orders,us-east-1,107374182400,350.00,350.00,60.83,0.00,760.83`,
      `${table('sa-east-1').arn},Orders,sa-east-1,1073741824,,0.00,0.00,0.00,`,
      '',
    ]);
  });
});
