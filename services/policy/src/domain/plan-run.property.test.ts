import { expect, test } from '@jest/globals';

import fc from 'fast-check';
import { NOTHING, type PolicyDocument } from './policy-document.ts';
import { inChunks } from '@tablekeep/schema/plan-chunks';
import { gapsOf } from './schedules/gaps.ts';
import { WEEKDAYS } from './schedules/schedule.ts';
import { planBackups, planScans, type SizedTable } from './plan-run.ts';

const account = {
  id: 'a1',
  name: 'Production',
  awsAccountId: '111122223333',
  roleArn: 'arn:aws:iam::111122223333:role/x',
  externalId: 'e',
  serviceRoleArn: 'arn:aws:iam::111122223333:role/y',
  regions: ['us-east-1', 'eu-west-1'],
};
const regionName = fc.constantFrom('us-east-1', 'eu-west-1', 'ap-south-1');
const tableRef = fc
  .record({ name: fc.stringMatching(/^[A-Za-z]{3,20}$/u), region: regionName })
  .map(({ name, region }) => ({
    arn: `arn:aws:dynamodb:${region}:111122223333:table/${name}`,
    name,
    region,
    tableId: null,
    sizeBytes: 0,
  }));
const refOf = (region: string, name: string): SizedTable => ({
  arn: `arn:aws:dynamodb:${region}:111122223333:table/${name}`,
  name,
  region,
  tableId: null,
  sizeBytes: 0,
});
const tables = fc.uniqueArray(tableRef, { selector: (one) => one.arn, maxLength: 40 });
const document: PolicyDocument = {
  description: '',
  regions: ['us-east-1', 'eu-west-1'],
  include: { ...NOTHING, allTables: true },
  exclude: NOTHING,
  vaults: [
    { region: 'us-east-1', vaultName: 'east' },
    { region: 'eu-west-1', vaultName: 'west' },
  ],
  copies: [
    { fromRegion: 'us-east-1', toRegion: 'eu-west-1', vaultName: 'far', retentionDays: 90 },
    { fromRegion: 'us-east-1', toRegion: 'ap-south-1', vaultName: 'farther', retentionDays: null },
  ],
  backupRetentionDays: 35,
  customTags: [],
  retryCount: 0,
  retryDelaySeconds: 60,
  schedules: null,
};

test('every table of a Region with a vault gets one backup, and one copy for each target, each waiting for its backup', () => {
  fc.assert(
    fc.property(tables, (refs) => {
      const plan = planBackups(account, { id: 'p', name: 'P', updatedAt, document }, refs, []);
      expect(new Set(plan.map((task) => task.key)).size).toBe(plan.length);
      for (const ref of refs) {
        const own = plan.filter((task) => task.table?.arn === ref.arn);
        const copies = ref.region === 'us-east-1' ? 2 : 0;
        expect(own.map((task) => task.parameters.kind)).toEqual(
          ref.region === 'ap-south-1' ? [] : ['BACKUP', ...Array<string>(copies).fill('COPY')],
        );
        for (const copy of own.slice(1)) expect(copy.after).toBe(own[0]!.key);
      }
    }),
  );
});

const updatedAt = new Date('2026-01-01T00:00:00Z');

test('a job has the time to begin and to end that its policy’s schedules leave, within what makes sense', () => {
  const hours = fc.uniqueArray(fc.nat(23), { minLength: 1, maxLength: 24 });
  const weekday = fc.constantFrom(...WEEKDAYS);
  fc.assert(
    fc.property(hours, fc.uniqueArray(weekday, { minLength: 1 }), (chosen, days) => {
      const times = chosen.map((hour) => `${String(hour).padStart(2, '0')}:00`);
      const daily = { days, times, copyTimes: [], keep: null, keepCopies: null };
      const schedules = { timeZone: 'Europe/Berlin', daily, weekly: null, monthly: null, yearly: null };
      const policy = { id: 'p', name: 'P', updatedAt, document: { ...document, schedules } };
      const [task] = planBackups(account, policy, [refOf('us-east-1', 'Orders')], []);
      if (task?.parameters.kind !== 'BACKUP') throw new Error('no backup');
      const { startWindowMinutes: start, completeWindowMinutes: complete } = task.parameters;
      const gap = gapsOf(schedules, updatedAt)!.shortestMs / 60_000;
      expect(start).toBe(Math.min(480, Math.max(60, gap)));
      expect(complete).toBe(Math.min(7 * 1_440, Math.max(1_440, 2 * gap)));
    }),
  );
});

test('a job of a policy without schedules has the longest windows', () => {
  const policy = { id: 'p', name: 'P', updatedAt, document };
  expect(planBackups(account, policy, [refOf('us-east-1', 'Orders')], [])[0]?.parameters).toMatchObject({
    startWindowMinutes: 480,
    completeWindowMinutes: 10_080,
  });
});

const month = { value: 1, unit: 'MONTHS' as const };
test('a slot’s points carry its rules; without a schedule that asks for copies there are none', () => {
  const rule = { flag: 'W' as const, keep: month, copied: true, keepCopies: null };
  const plan = (copied: boolean) =>
    planBackups(
      account,
      { id: 'p', name: 'P', updatedAt, document },
      [refOf('us-east-1', 'Orders')],
      [{ ...rule, copied }],
    );
  expect(plan(false).map((task) => task.parameters.kind)).toEqual(['BACKUP']);
  const origins = plan(true).map(({ parameters }) => ('origin' in parameters ? parameters.origin : null));
  // The first target says itself how long; the other leaves it to the schedule.
  expect(origins.map((origin) => origin?.rules)).toEqual([
    [rule],
    [{ ...rule, keepCopies: { value: 90, unit: 'DAYS' } }],
    [rule],
  ]);
});

test('a point moves to cold storage only where AWS’s 90 days there fit into its time', () => {
  const kept = fc.option(fc.integer({ min: 1, max: 400 }), { nil: null });
  fc.assert(
    fc.property(fc.option(fc.integer({ min: 1, max: 300 }), { nil: null }), kept, kept, (cold, keep, keepCopies) => {
      const period = (value: number | null) => (value === null ? null : { value, unit: 'DAYS' as const });
      const rule = { flag: 'D' as const, keep: period(keep), copied: true, keepCopies: period(keepCopies) };
      const copies = [{ fromRegion: 'us-east-1', toRegion: 'eu-west-1', vaultName: 'far', retentionDays: null }];
      const policy = { id: 'p', name: 'P', updatedAt, document: { ...document, copies, coldStorageAfterDays: cold } };
      const plan = planBackups(account, policy, [refOf('us-east-1', 'Orders')], [rule]);
      for (const { parameters } of plan) {
        if (parameters.kind !== 'BACKUP' && parameters.kind !== 'COPY') throw new Error(parameters.kind);
        const days = parameters.kind === 'BACKUP' ? keep : keepCopies;
        const moves = cold !== null && (days === null || days - cold >= 90);
        expect(parameters.lifecycle.moveToColdStorageAfterDays).toBe(moves ? cold : null);
        expect(parameters.origin.coldAfterDays).toBe(moves ? cold : null);
      }
    }),
  );
});

test('a safety net goes with the backup and its copies, so that it outlives the policy; AWS’s days are the executor’s', () => {
  const plan = (safetyNetDays: number | null) =>
    planBackups(
      account,
      { id: 'p', name: 'P', updatedAt, document: { ...document, safetyNetDays } },
      [refOf('us-east-1', 'Orders')],
      [],
    ).map(({ parameters }) => ('origin' in parameters ? parameters.origin : null));
  expect(plan(30).map((origin) => origin?.safetyNetDays)).toEqual([30, 30, 30]);
  expect(plan(null).every((origin) => origin !== null && !('safetyNetDays' in origin))).toBe(true);
});

test('chunks hold every task once, in order, and none is larger than allowed unless one task alone is', () => {
  fc.assert(
    fc.property(tables, fc.integer({ min: 200, max: 5_000 }), (refs, maxBytes) => {
      const plan = planBackups(account, { id: 'p', name: 'P', updatedAt, document }, refs, []);
      const chunks = inChunks({ sessionId: 's', round: 2, final: true, notes: ['n'] }, plan, maxBytes);
      expect(chunks.flatMap((chunk) => chunk.tasks)).toEqual(plan);
      chunks.forEach((chunk, i) => {
        expect(chunk).toMatchObject({
          chunk: i + 1,
          chunks: chunks.length,
          taskCount: plan.length,
          notes: i === 0 ? ['n'] : [],
        });
        // Tables left to others are told beside them, in chunks of the same size.
        const left = plan.map((task) => ({ task, reason: 'r' }));
        const both = inChunks({ sessionId: 's', round: 2, final: true, notes: [], left }, plan, maxBytes);
        expect(both.flatMap((one) => one.tasks)).toEqual(plan);
        expect(both.flatMap((one) => one.left ?? [])).toEqual(left);
        for (const one of both) expect(one.taskCount).toBe(plan.length);
        const bytes = chunk.tasks.reduce((sum, task) => sum + Buffer.byteLength(JSON.stringify(task)), 0);
        expect(bytes <= maxBytes || chunk.tasks.length === 1).toBe(true);
      });
    }),
  );
});

test('one scan a Region, and an empty round is still one chunk', () => {
  expect(planScans(account, ['us-east-1', 'eu-west-1']).map((task) => task.region)).toEqual(['us-east-1', 'eu-west-1']);
  expect(inChunks({ sessionId: 's', round: 2, final: true, notes: [] }, [])).toMatchObject([
    { chunk: 1, chunks: 1, taskCount: 0 },
  ]);
});
