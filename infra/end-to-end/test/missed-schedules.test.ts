import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { accountOwner } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
} from '../src/account-under-test.ts';
import {
  startEmulatorProcess,
  startPlatformProcess,
  type EmulatorProcess,
  type PlatformProcess,
} from './platform-process.ts';

const SPEED = 240;
const DAY = 86_400_000;

let folder: string;
let emulator: EmulatorProcess;
let platform: PlatformProcess;
const start = () =>
  startPlatformProcess({
    DATA_DIR: join(folder, 'data'),
    AWS: 'external-emulator',
    AWS_EMULATOR_URL: emulator.endpoint,
    EMULATOR_SPEED: String(SPEED),
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablekeep-missed-'));
  emulator = await startEmulatorProcess(SPEED, join(folder, 'aws'));
  platform = await start();
}, 60_000);
afterEach(async () => {
  await platform.kill();
  await emulator.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What time does to a stopped installation, and no test can wait for. */
function meanwhile(sql: string, policyId: string): void {
  const database = new DatabaseSync(join(folder, 'data', 'policy.sqlite'));
  const { changes } = database.prepare(`UPDATE policy SET ${sql} WHERE id = ?`).run(policyId);
  database.close();
  expect(changes).toBe(1);
}

/** A policy over one table that runs once a day, half a day away from now. */
async function dailyPolicy(): Promise<{ id: string; accountId: string; input: Record<string, unknown> }> {
  const accountId = await registerAccount(accountOwner(emulator.endpoint), platform.graphql);
  await createAirportTable(accountOwner(emulator.endpoint), 'Airports');
  const time = new Date(Date.now() + DAY / 2).toISOString().slice(11, 16);
  const daily = { times: [time], copyTimes: [], keep: { value: 7, unit: 'DAYS' } };
  const input = policyInput(accountId, { name: 'Daily', schedules: { timeZone: 'UTC', daily } });
  const { policy, userErrors } = await createPolicy(platform.graphql, input);
  expect(userErrors).toEqual([]);
  return { id: policy!.id, accountId, input };
}

const planning = async (id: string) => {
  const { policy } = await platform.graphql<{
    policy: { version: number; scheduleState: string; scheduleMessage: string | null; nextRunAt: string | null };
  }>('query ($id: ID!) { policy(id: $id) { version scheduleState scheduleMessage nextRunAt } }', { id });
  return policy;
};

test('slots that came while Tablekeep was down are made up for by one late run, which says so', async () => {
  const { id } = await dailyPolicy();
  await platform.kill();
  const earlier = (column: string) => `${column} = strftime('%Y-%m-%d %H:%M:%f', ${column}, '-3 days')`;
  meanwhile(`${earlier('slots_after')}, ${earlier('look_at')}`, id);
  const runs = async () => {
    const { sessions } = await platform.graphql<{
      sessions: { nodes: { id: string; trigger: string; reason: string | null }[] };
    }>('query ($filter: SessionFilter) { sessions(filter: $filter) { nodes { id trigger reason } } }', {
      filter: { policyId: id },
    });
    return sessions.nodes;
  };
  platform = await start();
  const [run] = await eventually(
    async () => {
      const found = await runs();
      expect(found).toMatchObject([
        {
          trigger: 'SCHEDULE',
          reason: expect.stringMatching(/^Late: it makes up for 3 slots since .*was not running/u),
        },
      ]);
      return found;
    },
    { timeoutMs: 30_000 },
  );
  expect((await endOfSession(platform.graphql, run!.id, 60_000)).status).toBe('SUCCEEDED');
  // Once: whoever starts again owes nothing.
  await platform.kill();
  platform = await start();
  const seen = await planning(id);
  expect(seen.scheduleState).toBe('PLANNED');
  expect(Date.parse(seen.nextRunAt!) - Date.now()).toBeLessThan(DAY);
  expect(await runs()).toHaveLength(1);
}, 120_000);

test('schedules that cannot be planned any more are seen at the policy and at its tables until they are mended', async () => {
  const { id, accountId, input } = await dailyPolicy();
  const { rescanInventory } = await platform.graphql<{ rescanInventory: { session: { id: string } } }>(
    'mutation ($input: RescanInventoryInput!) { rescanInventory(input: $input) { session { id } } }',
    { input: { accountId } },
  );
  expect((await endOfSession(platform.graphql, rescanInventory.session.id, 60_000)).status).toBe('SUCCEEDED');
  await platform.kill();
  // A time zone that this release's data knows no more.
  meanwhile(`document = json_set(document, '$.schedules.timeZone', 'Mars/Olympus'), look_at = slots_after`, id);
  platform = await start();
  const broken = await eventually(
    async () => {
      const found = await planning(id);
      expect(found).toMatchObject({ scheduleState: 'UNPLANNABLE', scheduleMessage: expect.stringContaining('Mars') });
      return found;
    },
    { timeoutMs: 30_000 },
  );
  await eventually(
    async () => {
      const { tables } = await platform.graphql<{ tables: { nodes: { name: string; protection: string }[] } }>(
        '{ tables { nodes { name protection } } }',
      );
      expect(tables.nodes).toEqual([{ name: 'Airports', protection: 'POLICY_UNPLANNABLE' }]);
    },
    { timeoutMs: 30_000 },
  );
  const { updatePolicy } = await platform.graphql<{ updatePolicy: { userErrors: object[] } }>(
    'mutation ($input: UpdatePolicyInput!) { updatePolicy(input: $input) { userErrors { code path message } } }',
    { input: { id, version: broken.version, policy: input } },
  );
  expect(updatePolicy.userErrors).toEqual([]);
  await eventually(async () =>
    expect(await planning(id)).toMatchObject({ scheduleState: 'PLANNED', scheduleMessage: null }),
  );
}, 120_000);
