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

/** What a clock on the wall of the zone shows, and the day after it: by the engine's own data, which the planner does not read. */
function wallClock(at: string, timeZone: string) {
  const shown = (instant: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(instant);
  const day = new Date(at);
  const dayAfter = new Date(day.getTime() + DAY);
  return {
    time: shown(day, { hour: '2-digit', minute: '2-digit' }),
    weekday: shown(day, { weekday: 'long' }),
    dayAfter: shown(dayAfter, { day: 'numeric' }),
  };
}

test('the next runs are those that the schedules name, each by the clock of its zone, the soonest first', async () => {
  const keep = { value: 7, unit: 'DAYS' };
  const zones = {
    'By day': 'Asia/Kolkata',
    'By week': 'America/New_York',
    'By month': 'Pacific/Auckland',
    'In summer time': 'Europe/Berlin',
  };
  const schedules: Record<keyof typeof zones, object> = {
    'By day': { daily: { times: ['04:30'], keep } },
    'By week': { weekly: { days: ['MONDAY'], time: '01:15', keep } },
    'By month': { monthly: { on: { kind: 'LAST_DAY' }, time: '00:10', keep } },
    'In summer time': { daily: { times: ['07:45', '19:45'], keep } },
  };
  const names = Object.keys(zones) as (keyof typeof zones)[];
  const ids = new Map<string, string>();
  const from = Date.now();
  for (const name of [...names, 'Switched off'] as const) {
    const of = name === 'Switched off' ? 'By day' : name;
    const input = policyInput(accountId, {
      name,
      include: { tableNames: ['Nowhere'] },
      schedules: { timeZone: zones[of], ...schedules[of] },
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
    expect(Date.parse(at)).toBeGreaterThan(from);
    expect(seen.policyHealth.find(({ policyName }) => policyName === name)?.nextRunAt).toBe(at);
    expect(seen.policies.nodes.find(({ id }) => ids.get(id) === name)?.nextRunAt).toBe(at);
  }
  const ahead = (name: keyof typeof zones) => (Date.parse(next.get(name)!) - from) / DAY;
  const clock = (name: keyof typeof zones) => wallClock(next.get(name)!, zones[name]);
  // Half past four in Kolkata is eleven in the evening in UTC, all the year round.
  expect(next.get('By day')).toMatch(/T23:00:00\.000Z$/u);
  expect(ahead('By day')).toBeLessThanOrEqual(1);
  expect(clock('By week')).toMatchObject({ weekday: 'Monday', time: '01:15' });
  expect(ahead('By week')).toBeLessThanOrEqual(7 + 1 / 24);
  expect(clock('By month')).toMatchObject({ time: '00:10', dayAfter: '1' });
  expect(ahead('By month')).toBeLessThanOrEqual(31 + 1 / 24);
  expect(['07:45', '19:45']).toContain(clock('In summer time').time);
  expect(ahead('In summer time')).toBeLessThanOrEqual(0.5 + 1 / 24);
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
