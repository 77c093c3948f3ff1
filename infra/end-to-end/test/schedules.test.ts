import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

const DAY = 86_400_000;
type Flag = { flag: string; expiresAt: string | null };
type Point = { kind: string; createdAt: string; expiresAt: string | null; flags: Flag[] };

describe('a policy with schedules', () => {
  let platform: PlatformUnderTest;
  let accountId: string;
  beforeAll(async () => {
    platform = await startPlatform();
    accountId = await registerAccount(platform.owner, platform.graphql);
    await createAirportTable(platform.owner, 'Clockwork');
  }, 60_000);
  afterAll(() => platform.stop());

  test('runs by itself at its time, and each point is kept by each schedule it satisfies', async () => {
    // The next whole minute that is not upon us yet.
    const slot = new Date(Math.ceil((Date.now() + 5_000) / 60_000) * 60_000);
    const time = slot.toISOString().slice(11, 16);
    const weekday = slot.toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' }).toUpperCase();
    const { policy, userErrors } = await createPolicy(
      platform.graphql,
      policyInput(accountId, {
        name: 'Clockwork',
        include: { tableNames: ['Clockwork'] },
        copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT }],
        schedules: {
          timeZone: 'UTC',
          daily: { times: [time], copyTimes: [], keep: { value: 7, unit: 'DAYS' } },
          weekly: {
            days: [weekday],
            keep: { value: 3, unit: 'MONTHS' },
            keepCopies: { value: 1, unit: 'YEARS' },
          },
        },
      }),
    );
    expect(userErrors).toEqual([]);
    const shown = async () => {
      const { policy: seen } = await platform.graphql<{ policy: { nextRunAt: string; scheduleState: string } }>(
        'query ($id: ID!) { policy(id: $id) { nextRunAt scheduleState } }',
        { id: policy!.id },
      );
      return seen;
    };
    expect(await shown()).toEqual({ nextRunAt: slot.toISOString(), scheduleState: 'PLANNED' });
    const id = await eventually(
      async () => {
        const { sessions } = await platform.graphql<{ sessions: { nodes: { id: string; trigger: string }[] } }>(
          'query ($filter: SessionFilter) { sessions(filter: $filter) { nodes { id trigger } } }',
          { filter: { policyId: policy!.id } },
        );
        expect(sessions.nodes).toMatchObject([{ trigger: 'SCHEDULE' }]);
        return sessions.nodes[0]!.id;
      },
      { timeoutMs: 80_000, everyMs: 500, what: 'the run of the slot' },
    );
    expect(Date.now()).toBeGreaterThanOrEqual(slot.getTime());
    expect((await endOfSession(platform.graphql, id, 60_000)).status).toBe('SUCCEEDED');
    expect(Date.parse((await shown()).nextRunAt)).toBe(slot.getTime() + DAY);
    const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: Point[] } }>(
      `query ($filter: RestorePointFilter) { restorePoints(filter: $filter) {
         nodes { kind createdAt expiresAt flags { flag expiresAt } } } }`,
      { filter: { tableName: 'Clockwork' } },
    );
    const [backup, copy] = ['BACKUP', 'COPY'].map((kind) => restorePoints.nodes.find((point) => point.kind === kind)!);
    const after = ({ createdAt }: Point, months: number) => {
      const made = new Date(createdAt);
      const length = new Date(Date.UTC(made.getUTCFullYear(), made.getUTCMonth() + months + 1, 0)).getUTCDate();
      const day = Math.min(made.getUTCDate(), length);
      const whole = Date.UTC(made.getUTCFullYear(), made.getUTCMonth() + months, day);
      return new Date(whole + (made.getTime() % DAY)).toISOString();
    };
    expect(backup!.flags).toEqual([
      { flag: 'D', expiresAt: new Date(Date.parse(backup!.createdAt) + 7 * DAY).toISOString() },
      { flag: 'W', expiresAt: after(backup!, 3) },
    ]);
    expect(backup!.expiresAt).toBe(after(backup!, 3));
    expect(copy!.flags).toEqual([{ flag: 'W', expiresAt: after(copy!, 12) }]);
  }, 150_000);

  test('everything that is wrong with schedules is told at once, each with its place', async () => {
    const { policy, userErrors } = await createPolicy(
      platform.graphql,
      policyInput(accountId, {
        name: 'Wrong',
        schedules: {
          timeZone: 'Mars/Olympus',
          daily: { days: [], times: ['24:00', '07:00'], copyTimes: ['08:00'], keep: { value: 0, unit: 'DAYS' } },
          monthly: { months: [13], on: { kind: 'NTH_WEEKDAY', nth: 5 }, time: '7' },
          yearly: { month: 2, on: { kind: 'DATE' }, time: '07:00' },
        },
      }),
    );
    expect(policy).toBeNull();
    expect(userErrors.map(({ code, path }) => `${code} ${path.join('.')}`).sort()).toEqual([
      'BAD_DATE schedules.yearly.on.date',
      'BAD_MONTH schedules.monthly.months.0',
      'BAD_NTH schedules.monthly.on.nth',
      'BAD_RETENTION schedules.daily.keep.value',
      'BAD_TIME schedules.daily.times.0',
      'BAD_TIME schedules.monthly.time',
      'BAD_WEEKDAY schedules.monthly.on.weekday',
      'EMPTY schedules.daily.days',
      'NOT_BACKED_UP schedules.daily.copyTimes.0',
      'UNKNOWN_TIME_ZONE schedules.timeZone',
    ]);
    const none = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name: 'None', schedules: { timeZone: 'UTC' } }),
    );
    expect(none.userErrors).toMatchObject([{ code: 'EMPTY', path: ['schedules'] }]);
  });
});
