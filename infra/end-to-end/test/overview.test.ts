import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  runPolicy,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

const DAY = 86_400_000;

let platform: PlatformUnderTest;
let accountId: string;
beforeAll(async () => {
  platform = await startPlatform();
  accountId = await registerAccount(platform.owner, platform.graphql);
}, 60_000);
afterAll(() => platform.stop());

test('one question to the gateway shows what the policy, session and retention services know', async () => {
  await createAirportTable(platform.owner, 'Protected');
  await createAirportTable(platform.owner, 'Forgotten', { Tags: [] });
  const copies = [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 90 }];
  const { policy } = await createPolicy(platform.graphql, policyInput(accountId, { copies }));
  const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
  expect(session.status).toBe('SUCCEEDED');
  const { overview, policyHealth } = await platform.graphql<{
    overview: { storage: { sizeBytes: number }[] } & Record<string, unknown>;
    policyHealth: { policyId: string }[];
  }>(
    `{ overview(window: WEEK) {
         window tables tablesProtected tablesUnprotected sessionsOpen sessionsSucceeded sessionsFailed
         storage { region storageClass points sizeBytes } longestPolicies { policyName runs durationSecondsAverage durationSecondsMax }
       }
       policyHealth { policyId lastRunStatus scheduleState overdue coveredTables } }`,
  );
  expect(overview).toMatchObject({
    window: 'WEEK',
    tables: 2,
    tablesProtected: 1,
    tablesUnprotected: 1,
    sessionsOpen: 0,
    sessionsSucceeded: 1,
    sessionsFailed: 0,
    longestPolicies: [{ policyName: 'Nightly', runs: 1 }],
    storage: [
      { region: AWAY, storageClass: 'WARM', points: 1 },
      { region: HOME, storageClass: 'WARM', points: 1 },
    ],
  });
  const [longest] = overview['longestPolicies'] as { durationSecondsAverage: number; durationSecondsMax: number }[];
  expect(longest!.durationSecondsAverage).toBeGreaterThan(0);
  expect(longest!.durationSecondsMax).toBeCloseTo(longest!.durationSecondsAverage, 1);
  for (const { sizeBytes } of overview.storage) expect(sizeBytes).toBeGreaterThan(0);
  expect(policyHealth.filter(({ policyId }) => policyId === policy!.id)).toEqual([
    { policyId: policy!.id, lastRunStatus: 'SUCCEEDED', scheduleState: 'NONE', overdue: false, coveredTables: 1 },
  ]);

  await platform.aws.fault({
    service: 'backup',
    operation: 'StartCopyJob',
    count: 1,
    kind: 'jobFailed',
    message: 'The destination vault does not allow copies from this account.',
  });
  const lacking = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
  expect(lacking.status).toBe('WARNING');
  await eventually(async () => {
    const { policyHealth: rows } = await platform.graphql<{ policyHealth: { policyId: string }[] }>(
      '{ policyHealth { policyId lastRunStatus copiesBehind } }',
    );
    expect(rows).toContainEqual({ policyId: policy!.id, lastRunStatus: 'WARNING', copiesBehind: 1 });
  });
}, 90_000);

/** What a calendar and a clock on the wall of a zone show. */
type Wall = Readonly<{ month: number; day: number; weekday: string; time: string }>;
type IsDue = (now: Wall, daysLater: (days: number) => Wall) => boolean;

const FIVE_MINUTES = 300_000;

/**
 * The first moment of the coming year, of those that come every five minutes, that is due by what the walls of the zone show:
 * by the engine's own data, which the planner does not read.
 */
function firstDue(from: number, timeZone: string, isDue: IsDue): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    month: 'numeric',
    day: 'numeric',
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
  });
  const wallAt = (at: number): Wall => {
    const shown = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return {
      month: Number(shown.get('month')),
      day: Number(shown.get('day')),
      weekday: shown.get('weekday')!,
      time: `${shown.get('hour')}:${shown.get('minute')}`,
    };
  };
  const first = (Math.floor(from / FIVE_MINUTES) + 1) * FIVE_MINUTES;
  for (let at = first; at < from + 366 * DAY; at += FIVE_MINUTES) {
    if (isDue(wallAt(at), (days) => wallAt(at + days * DAY))) return new Date(at).toISOString();
  }
  throw new Error(`nothing is due in ${timeZone} for a year`);
}

test('the next runs are those that the schedules name, each by the clock of its zone, the soonest first', async () => {
  const keep = { value: 7, unit: 'DAYS' };
  const from = Date.now();
  // Not so soon that it comes while this is looked at; from then on every twenty minutes, the last of the day named first.
  const soon = (Math.floor(from / FIVE_MINUTES) + 2) * FIVE_MINUTES;
  const thriceAnHour = Array.from({ length: 72 }, (_, i) => new Date(soon - i * 1_200_000).toISOString().slice(11, 16));
  const cases: Readonly<Record<string, Readonly<{ timeZone: string; schedules: object; isDue: IsDue }>>> = {
    'By day': {
      timeZone: 'Asia/Kolkata',
      schedules: { daily: { times: ['04:30'], keep } },
      isDue: ({ time }) => time === '04:30',
    },
    'Thrice an hour': {
      timeZone: 'UTC',
      schedules: { daily: { times: thriceAnHour.toSorted().toReversed(), keep } },
      isDue: ({ time }) => thriceAnHour.includes(time),
    },
    'On work days': {
      timeZone: 'Asia/Tokyo',
      schedules: { daily: { days: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'], times: ['06:15'], keep } },
      isDue: ({ weekday, time }) => !['Saturday', 'Sunday'].includes(weekday) && time === '06:15',
    },
    'By week': {
      timeZone: 'America/New_York',
      schedules: { weekly: { days: ['MONDAY'], time: '01:15', keep } },
      isDue: ({ weekday, time }) => weekday === 'Monday' && time === '01:15',
    },
    'By month': {
      timeZone: 'Pacific/Auckland',
      schedules: { monthly: { on: { kind: 'LAST_DAY' }, time: '00:10', keep } },
      isDue: ({ time }, daysLater) => daysLater(1).day === 1 && time === '00:10',
    },
    'On a third Tuesday': {
      timeZone: 'America/Sao_Paulo',
      schedules: { monthly: { on: { kind: 'NTH_WEEKDAY', nth: 3, weekday: 'TUESDAY' }, time: '05:40', keep } },
      isDue: ({ day, weekday, time }) => weekday === 'Tuesday' && day >= 15 && day <= 21 && time === '05:40',
    },
    'On the last Friday of chosen months': {
      timeZone: 'Europe/Lisbon',
      schedules: {
        monthly: { months: [3, 7, 12], on: { kind: 'LAST_WEEKDAY', weekday: 'FRIDAY' }, time: '22:20', keep },
      },
      isDue: ({ month, weekday, time }, daysLater) =>
        [3, 7, 12].includes(month) && weekday === 'Friday' && daysLater(7).month !== month && time === '22:20',
    },
    'By the quarter': {
      timeZone: 'Australia/Adelaide',
      // April has no 31st: its last day counts.
      schedules: { monthly: { months: [1, 4, 7, 10], on: { kind: 'DATE', date: 31 }, time: '12:05', keep } },
      isDue: ({ month, day, time }) =>
        ([1, 7, 10].includes(month) ? day === 31 : month === 4 && day === 30) && time === '12:05',
    },
    'In summer time': {
      timeZone: 'Europe/Berlin',
      schedules: { daily: { times: ['07:45', '19:45'], keep } },
      isDue: ({ time }) => ['07:45', '19:45'].includes(time),
    },
  };
  const names = Object.keys(cases);
  const ids = new Map<string, string>();
  for (const name of [...names, 'Switched off']) {
    const { timeZone, schedules } = cases[name === 'Switched off' ? 'By day' : name]!;
    const input = policyInput(accountId, {
      name,
      include: { tableNames: ['Nowhere'] },
      schedules: { timeZone, ...schedules },
      enabled: name !== 'Switched off',
    });
    const { policy, userErrors } = await createPolicy(platform.graphql, input);
    expect(userErrors).toEqual([]);
    ids.set(policy!.id, name);
  }
  type Run = { policyId: string; policyName: string; nextRunAt: string | null };
  const seen = await platform.graphql<{
    overview: { nextRuns: Run[] };
    policyHealth: (Run & { expectedIntervalSeconds: number | null; overdue: boolean })[];
    policies: { nodes: { id: string; nextRunAt: string | null }[] };
  }>(
    `{ overview { nextRuns { policyId policyName nextRunAt } }
       policyHealth { policyId policyName nextRunAt expectedIntervalSeconds overdue }
       policies { nodes { id nextRunAt } } }`,
  );
  const next = new Map(seen.overview.nextRuns.map(({ policyName, nextRunAt }) => [policyName, nextRunAt!]));
  expect([...next.keys()].sort()).toEqual([...names].sort());
  expect([...next.values()]).toEqual([...next.values()].toSorted());
  for (const [name, at] of next) {
    expect(seen.policyHealth.find(({ policyName }) => policyName === name)?.nextRunAt).toBe(at);
    expect(seen.policies.nodes.find(({ id }) => ids.get(id) === name)?.nextRunAt).toBe(at);
  }
  const due = names.map((name) => [name, firstDue(from, cases[name]!.timeZone, cases[name]!.isDue)] as const);
  expect(Object.fromEntries(next)).toEqual(Object.fromEntries(due));
  // Half past four in Kolkata is eleven in the evening in UTC, all the year round.
  expect(next.get('By day')).toMatch(/T23:00:00\.000Z$/u);
  expect(next.get('Thrice an hour')).toBe(new Date(soon).toISOString());
  const intervals = seen.policyHealth.map(({ policyName, expectedIntervalSeconds }) => [
    policyName,
    expectedIntervalSeconds,
  ]);
  expect(intervals).toEqual(
    expect.arrayContaining([
      ['Thrice an hour', 1_200],
      // From Friday to Monday.
      ['On work days', 3 * 86_400],
      ['In summer time', 43_200],
    ]),
  );
  expect(seen.policyHealth.find(({ policyName }) => policyName === 'By day')).toMatchObject({
    expectedIntervalSeconds: 86_400,
    overdue: false,
  });
  // One that is switched off has none, and is not told of among those that come.
  expect(seen.policyHealth.find(({ policyName }) => policyName === 'Switched off')).toMatchObject({
    nextRunAt: null,
    expectedIntervalSeconds: null,
  });
});
