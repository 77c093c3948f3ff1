import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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
type Flag = { flag: string; expiresAt: string | null };
type Point = { kind: string; createdAt: string; expiresAt: string | null; flags: Flag[] };

/** Policies that all want the one table `Shared` in the same minute. */
const CROWD = 45;

describe('policies whose schedules name the same minute', () => {
  let platform: PlatformUnderTest;
  let accountId: string;
  let slot: Date;
  const ids = new Map<string, string>();
  const add = async (name: string, changes: object) => {
    const input = policyInput(accountId, { name, include: { tableNames: [name] }, ...changes });
    const { policy, userErrors } = await createPolicy(platform.graphql, input);
    expect(userErrors).toEqual([]);
    ids.set(name, policy!.id);
  };
  const planOf = async (name: string) => {
    const { policy } = await platform.graphql<{
      policy: { enabled: boolean; nextRunAt: string | null; scheduleState: string };
    }>('query ($id: ID!) { policy(id: $id) { enabled nextRunAt scheduleState } }', { id: ids.get(name) });
    return policy;
  };
  const runsOf = async (name: string) => {
    const { sessions } = await platform.graphql<{ sessions: { nodes: { id: string; trigger: string }[] } }>(
      'query ($filter: SessionFilter) { sessions(filter: $filter) { nodes { id trigger } } }',
      { filter: { policyId: ids.get(name) } },
    );
    return sessions.nodes;
  };
  const runOfSlot = (name: string): Promise<string> =>
    eventually(
      async () => {
        const runs = await runsOf(name);
        expect(runs).toMatchObject([{ trigger: 'SCHEDULE' }]);
        return runs[0]!.id;
      },
      { timeoutMs: 180_000, everyMs: 500, what: `the run of the slot of ${name}` },
    );
  const switchTo = async (name: string, enabled: boolean) => {
    const mutation = enabled ? 'enablePolicy' : 'disablePolicy';
    const answer = await platform.graphql<Record<string, { policy: { enabled: boolean }; userErrors: object[] }>>(
      `mutation ($input: PolicyIdInput!) { ${mutation}(input: $input) { policy { enabled } userErrors { code } } }`,
      { input: { id: ids.get(name) } },
    );
    expect(answer[mutation]).toEqual({ policy: { enabled }, userErrors: [] });
  };

  beforeAll(async () => {
    platform = await startPlatform();
    accountId = await registerAccount(platform.owner, platform.graphql);
    for (const name of ['Clockwork', 'Resting', 'Woken', 'Shared']) await createAirportTable(platform.owner, name);
    // Far enough away for what is prepared before it; the next whole minute.
    slot = new Date(Math.ceil((Date.now() + 30_000) / 60_000) * 60_000);
    const time = slot.toISOString().slice(11, 16);
    const weekday = slot.toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' }).toUpperCase();
    const daily = { times: [time], copyTimes: [], keep: { value: 7, unit: 'DAYS' } };
    await add('Clockwork', {
      copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT }],
      schedules: {
        timeZone: 'UTC',
        daily,
        weekly: {
          days: [weekday],
          keep: { value: 3, unit: 'MONTHS' },
          keepCopies: { value: 1, unit: 'YEARS' },
        },
      },
    });
    const schedules = { timeZone: 'UTC', daily };
    await add('Resting', { schedules, enabled: false });
    await add('Woken', { schedules });
    for (let i = 1; i <= CROWD; i++) await add(`Crowd ${i}`, { schedules, include: { tableNames: ['Shared'] } });
    expect(await planOf('Clockwork')).toMatchObject({ nextRunAt: slot.toISOString(), scheduleState: 'PLANNED' });
    await switchTo('Woken', false);
    expect(await planOf('Woken')).toEqual({ enabled: false, nextRunAt: null, scheduleState: 'NONE' });
    await switchTo('Woken', true);
    expect(Date.now()).toBeLessThan(slot.getTime());
  }, 120_000);
  afterAll(() => platform.stop());

  test('one runs by itself at its time, and each point is kept by each schedule it satisfies', async () => {
    const id = await runOfSlot('Clockwork');
    expect(Date.now()).toBeGreaterThanOrEqual(slot.getTime());
    expect((await endOfSession(platform.graphql, id, 60_000)).status).toBe('SUCCEEDED');
    expect(Date.parse((await planOf('Clockwork')).nextRunAt!)).toBe(slot.getTime() + DAY);
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
  }, 250_000);

  test('a disabled policy makes no run and says so; one that was enabled again runs', async () => {
    expect((await endOfSession(platform.graphql, await runOfSlot('Woken'), 60_000)).status).toBe('SUCCEEDED');
    expect(await planOf('Resting')).toEqual({ enabled: false, nextRunAt: null, scheduleState: 'NONE' });
    const { tables } = await platform.graphql<{
      tables: { nodes: { name: string; protection: string; protectionReason: string }[] };
    }>('{ tables { nodes { name protection protectionReason } } }');
    const [resting, woken] = ['Resting', 'Woken'].map((of) => tables.nodes.find(({ name }) => name === of));
    expect(resting).toMatchObject({
      protection: 'POLICY_DISABLED',
      protectionReason: 'Policy "Resting" covers it, but is disabled.',
    });
    expect(woken).toMatchObject({ protection: 'PROTECTED' });
    // What came while it was disabled is not made up for: its next run is tomorrow's.
    await switchTo('Resting', true);
    expect(await planOf('Resting')).toEqual({
      enabled: true,
      nextRunAt: new Date(slot.getTime() + DAY).toISOString(),
      scheduleState: 'PLANNED',
    });
    // Whoever asks for a run gets it, and finds no other beside it.
    const asked = await runPolicy(platform.graphql, ids.get('Resting')!);
    expect((await endOfSession(platform.graphql, asked, 60_000)).status).toBe('SUCCEEDED');
    expect(await runsOf('Resting')).toEqual([{ id: asked, trigger: 'PERSON' }]);
  }, 250_000);

  test('forty-five that are due at once have one run each, and share their scan and their table', async () => {
    const crowd = [...ids.keys()].filter((name) => name.startsWith('Crowd '));
    expect(crowd).toHaveLength(CROWD);
    const tasks: { kind: string; status: string; reasonCode: string | null }[] = [];
    for (const name of crowd) {
      const session = await endOfSession(platform.graphql, await runOfSlot(name), 60_000);
      expect(session).toMatchObject({ status: 'SUCCEEDED' });
      tasks.push(...session.tasks.nodes);
    }
    const backups = tasks.filter(({ kind }) => kind === 'BACKUP');
    expect(backups.filter(({ status }) => status === 'SUCCEEDED')).toHaveLength(1);
    expect(backups.filter(({ reasonCode }) => reasonCode === 'LEFT_TO_POLICY')).toHaveLength(CROWD - 1);
    expect(backups).toHaveLength(CROWD);
    // One of all runs of the minute scans for the others; a person's run beside them scans for itself.
    expect(tasks.filter(({ kind }) => kind === 'SCAN').length).toBeLessThanOrEqual(1);
    for (const name of crowd) expect(await runsOf(name)).toHaveLength(1);
  }, 250_000);

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
