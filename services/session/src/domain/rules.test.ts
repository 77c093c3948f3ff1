import { describe, expect, test } from '@jest/globals';
import type { PlannedTask } from '@tablekeep/schema/events';
import fc from 'fast-check';
import { assemblePlan, type PlanChunk } from './assemble-plan.ts';
import { checkCommon, checkItemCount, checkRegions, checkRestoreItems, mergeProblems } from './check-input.ts';
import { retryOf } from './retry.ts';
import { sayDuration, saySize, saySucceeded } from './say.ts';
import { verdictOf, type SessionFacts } from './settle-session.ts';
import { EMPTY_TALLY } from './tally.ts';

const facts = (change: Partial<SessionFacts>, tally: Partial<SessionFacts['tally']> = {}): SessionFacts => ({
  tally: { ...EMPTY_TALLY, ...tally },
  plannedRound: 1,
  planFinal: true,
  planFailed: false,
  stopRequested: false,
  notes: 0,
  ...change,
});

describe('how a session ends', () => {
  test.each([
    ['every task succeeded', facts({}, { total: 2, succeeded: 2 }), 'SUCCEEDED'],
    [
      'a copy is missing beside a good backup',
      facts({}, { total: 2, succeeded: 1, failed: 1, missedCopies: 1 }),
      'WARNING',
    ],
    ['a task warns', facts({}, { total: 1, warning: 1 }), 'WARNING'],
    ['the plan has no tasks and says why', facts({ notes: 1 }), 'WARNING'],
    [
      'a table ended without a backup',
      facts({ notes: 1 }, { total: 2, failed: 1, missed: 1, missedCopies: 1 }),
      'FAILED',
    ],
    ['the planner refused', facts({ plannedRound: 0, planFinal: false, planFailed: true }), 'FAILED'],
    ['stopped before any plan', facts({ plannedRound: 0, planFinal: false, stopRequested: true }), 'CANCELED'],
    [
      'stopped, one table failed',
      facts({ stopRequested: true }, { total: 2, canceled: 1, failed: 1, missed: 2 }),
      'CANCELED',
    ],
  ])('%s', (_, given, status) => {
    expect(verdictOf(given, 0)).toEqual({ kind: 'finish', status });
  });

  test.each([
    ['a task is open', facts({ stopRequested: true }, { open: 1 }), 'tasks'],
    ['no plan is there', facts({ plannedRound: 0, planFinal: false }), 'plan'],
    ['a point is not in the catalog', facts({}, { succeeded: 1, unconfirmed: 1 }), 'catalog'],
    [
      'a point of a round before the last is not',
      facts({ planFinal: false }, { succeeded: 1, unconfirmed: 1 }),
      'catalog',
    ],
  ])('it waits while %s', (_, given, what) => {
    expect(verdictOf(given, 0)).toEqual({ kind: 'wait', for: what });
  });

  test('a finished round that is not the last is announced once, then the next plan is awaited', () => {
    const given = facts({ planFinal: false }, { total: 1, failed: 1, missed: 1 });
    expect(verdictOf(given, 0)).toEqual({ kind: 'announce-round', round: 1 });
    expect(verdictOf(given, 1)).toEqual({ kind: 'wait', for: 'plan' });
  });
});

describe('retries', () => {
  const now = new Date('2026-11-23T09:00:00Z');
  const rule = { retryCount: 2, retryDelaySeconds: 600, stopRequested: false, finalRound: true };

  test('as many as the policy says, each after its delay', () => {
    expect(retryOf(1, rule, now)).toEqual({ attempt: 2, retryAt: new Date('2026-11-23T09:10:00Z') });
    expect(retryOf(2, rule, now)?.attempt).toBe(3);
    expect(retryOf(3, rule, now)).toBeNull();
    expect(retryOf(1, { ...rule, retryCount: 0 }, now)).toBeNull();
  });

  test('none once stopped; a scan before the backups has two at most, a minute apart at most', () => {
    expect(retryOf(1, { ...rule, stopRequested: true }, now)).toBeNull();
    const scan = { ...rule, retryCount: 10, finalRound: false };
    expect(retryOf(2, scan, now)).toEqual({ attempt: 3, retryAt: new Date('2026-11-23T09:01:00Z') });
    expect(retryOf(3, scan, now)).toBeNull();
    expect(retryOf(1, { ...scan, retryCount: 0 }, now)).toBeNull();
    expect(retryOf(1, { ...scan, retryDelaySeconds: 5 }, now)?.retryAt).toEqual(new Date('2026-11-23T09:00:05Z'));
  });
});

describe('a plan', () => {
  const task = (key: string, after: string | null = null): PlannedTask => ({
    key,
    accountId: 'acc',
    awsAccountId: '111122223333',
    region: 'eu-west-1',
    after,
    table: null,
    parameters: { kind: 'SCAN' },
  });
  const split = (tasks: PlannedTask[], chunks: number): PlanChunk[] =>
    Array.from({ length: chunks }, (_, index) => ({
      sessionId: 's',
      round: 1,
      chunk: index + 1,
      chunks,
      taskCount: tasks.length,
      final: true,
      tasks: tasks.filter((_task, at) => at % chunks === index),
      notes: [],
      remarks: [],
    }));

  test('is complete with all its parts in any order, and only then', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 6 }),
        fc.infiniteStream(fc.double({ noNaN: true })),
        (keys, parts, chance) => {
          const chunks = split(
            keys.map((one) => task(one)),
            parts,
          );
          const shuffled = chunks.map((one) => [chance.next().value, one] as const).sort(([a], [b]) => a - b);
          const inOrder = shuffled.map(([, one]) => one);
          const plan = assemblePlan(inOrder);
          expect(plan.state).toBe('complete');
          if (plan.state === 'complete') expect(plan.tasks.map((one) => one.key).sort()).toEqual([...keys].sort());
          expect(assemblePlan(inOrder.slice(1)).state).toBe('incomplete');
        },
      ),
    );
  });

  test('lets copies of one backup take turns, as AWS runs one job per table', () => {
    const copy = (key: string): PlannedTask => ({
      ...task(key, 'backup'),
      parameters: {
        kind: 'COPY',
        table: { arn: 'arn', name: 'orders', region: 'eu-west-1', tableId: null },
        sourceVaultName: 'main',
        recoveryPointArn: null,
        destinationRegion: 'us-east-1',
        destinationVaultName: 'main',
        lifecycle: { moveToColdStorageAfterDays: null, deleteAfterDays: null },
        origin: {
          kind: 'COPY',
          policyId: null,
          policyName: null,
          retention: { backupDays: null, copyDays: null },
          rules: [],
          coldAfterDays: null,
        },
      },
    });
    const plan = assemblePlan(split([task('backup'), copy('a'), copy('b'), copy('c'), task('verify', 'backup')], 1));
    expect(plan.state === 'complete' && plan.tasks.map((one) => [one.key, one.after])).toEqual([
      ['backup', null],
      ['a', 'backup'],
      ['b', 'a'],
      ['c', 'b'],
      ['verify', 'backup'],
    ]);
  });

  test.each([
    ['fewer tasks than announced', [{ ...split([task('a')], 1)[0]!, taskCount: 2 }], /announces 2 tasks and brings 1/],
    ['a task twice', split([task('a'), task('a')], 1), /twice/],
    ['a predecessor that is not there', split([task('a', 'b')], 1), /not in the plan/],
    ['a circle', split([task('a', 'b'), task('b', 'a')], 1), /waits for itself/],
    [
      'parts that disagree',
      split([task('a'), task('b')], 2).map((one, at) => ({ ...one, final: at === 0 })),
      /contradict/,
    ],
  ])('with %s is broken', (_, chunks, problem) => {
    const plan = assemblePlan(chunks);
    expect(plan.state).toBe('broken');
    if (plan.state === 'broken') expect(plan.problems.join()).toMatch(problem);
  });
});

describe('input', () => {
  const item = {
    restorePointId: 'p',
    mode: 'NEW' as const,
    region: null,
    tableName: null,
    tableClass: null,
    billingMode: null,
    readCapacityUnits: null,
    writeCapacityUnits: null,
    indexCapacity: [],
    deletionProtection: null,
    pointInTimeRecovery: null,
    encryption: null,
    timeToLive: null,
    streams: null,
  };

  test('every problem of every item is told at once, with its path', () => {
    const problems = checkRestoreItems([
      { ...item, tableName: 'a b', readCapacityUnits: 0 },
      item,
      {
        ...item,
        encryption: { type: 'CUSTOMER_MANAGED', kmsKeyArn: null },
        indexCapacity: [
          { indexName: 'by-date', readCapacityUnits: 1, writeCapacityUnits: 0 },
          { indexName: 'by-date', readCapacityUnits: 1, writeCapacityUnits: 1 },
        ],
      },
    ]);
    expect(problems.map(({ code, path }) => [code, path.join('.')])).toEqual([
      ['BAD_TABLE_NAME', 'items.0.tableName'],
      ['TOO_SMALL', 'items.0.readCapacityUnits'],
      ['TOO_SMALL', 'items.2.indexCapacity.0.writeCapacityUnits'],
      ['DUPLICATE', 'items.2.indexCapacity.1.indexName'],
      ['KEY_REQUIRED', 'items.2.encryption.kmsKeyArn'],
    ]);
  });

  test('empty and endless lists, keys and reasons are refused with their limit', () => {
    expect(checkItemCount(0)[0]?.code).toBe('EMPTY');
    expect(checkItemCount(101)[0]?.message).toContain('At most 100');
    expect(checkRegions([])[0]?.path).toEqual(['regions']);
    expect(checkRegions(undefined)).toEqual([]);
    expect(checkCommon({ idempotencyKey: ' ', reason: 'r'.repeat(1001) }).map(({ code }) => code)).toEqual([
      'BAD_IDEMPOTENCY_KEY',
      'TOO_LONG',
    ]);
  });

  test('where this service and the owner speak of one field, it is told once', () => {
    const ours = [{ code: 'BAD_TABLE_NAME', message: '', path: ['items', '0', 'tableName'] }];
    const owners = [
      { code: 'INVALID_NAME', message: '', path: ['items', '0', 'tableName'] },
      { code: 'TABLE_EXISTS', message: '', path: ['items', '1'] },
    ];
    expect(mergeProblems(ours, owners).map(({ code }) => code)).toEqual(['BAD_TABLE_NAME', 'TABLE_EXISTS']);
  });
});

test('sizes and durations read as a person would say them', () => {
  expect([0, 999, 12_000_000, 999_960].map(saySize)).toEqual(['0 B', '999 B', '12.0 MB', '1.0 MB']);
  expect([400, 5_000, 65_000, 7_380_000].map(sayDuration)).toEqual(['0.4 s', '5.0 s', '1 min 5 s', '2 h 3 min']);
  const startedAt = new Date('2026-11-23T09:00:00Z');
  const finishedAt = new Date('2026-11-23T09:00:12Z');
  expect(
    saySucceeded({ sizeBytes: 12_000_000, tables: null, points: null, restored: null, startedAt, finishedAt }),
  ).toBe('succeeded: 12.0 MB in 12 s');
});
