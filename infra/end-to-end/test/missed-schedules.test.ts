import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openStream, type StreamedEvent } from '@tablekeep/testkit/event-stream-client';
import { eventually } from '@tablekeep/testkit/eventually';
import { startSmtpServer, type SmtpUnderTest } from '@tablekeep/testkit/smtp-server';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  rescanInventory,
  runPolicy,
} from '../src/account-under-test.ts';
import { emulatorAdmin } from '../src/platform-under-test.ts';
import { startSite, type PlatformProcess, type Site } from './platform-process.ts';

const SPEED = 240;
const DAY = 86_400_000;

let site: Site;
let platform: PlatformProcess;
let accountId: string;
let smtp: SmtpUnderTest;

beforeAll(async () => {
  site = await startSite(SPEED);
  platform = await site.startPlatform();
  accountId = await registerAccount(site.owner, platform.graphql);
  smtp = await startSmtpServer();
  const { updateNotificationSettings } = await platform.graphql<{
    updateNotificationSettings: { userErrors: object[] };
  }>(
    `mutation ($input: NotificationSettingsInput!) { updateNotificationSettings(input: $input) { userErrors { code path message } } }`,
    {
      input: {
        enabled: true,
        smtpHost: '127.0.0.1',
        smtpPort: smtp.port,
        smtpTls: 'NONE',
        from: 'tablekeep@example.com',
        recipients: ['ops@example.com'],
        notifyOn: ['WARNING', 'ERROR'],
      },
    },
  );
  expect(updateNotificationSettings.userErrors).toEqual([]);
}, 60_000);
afterAll(async () => {
  await platform.kill();
  await site.stop();
  await smtp.stop();
});

/** What time does to a stopped installation, and no test can wait for. Each of `updates` changes one row. */
function meanwhile(...updates: [sql: string, ...parameters: string[]][]): void {
  const database = new DatabaseSync(join(site.dataDir, 'policy.sqlite'));
  for (const [sql, ...parameters] of updates) expect(database.prepare(sql).run(...parameters).changes).toBe(1);
  database.close();
}
const daysEarlier = (days: number, ...columns: string[]) =>
  columns.map((column) => `${column} = strftime('%Y-%m-%d %H:%M:%f', ${column}, '-${days} days')`).join(', ');

/** A table, and a policy over it that runs when somebody asks, unless it is told otherwise. */
async function policyOver(table: string, changes: object): Promise<{ id: string; input: Record<string, unknown> }> {
  await createAirportTable(site.owner, table);
  const input = policyInput(accountId, { name: table, include: { tableNames: [table] }, ...changes });
  const { policy, userErrors } = await createPolicy(platform.graphql, input);
  expect(userErrors).toEqual([]);
  return { id: policy!.id, input };
}

/** It runs once a day, half a day away from now. A scheduled run takes what a scan of the last minutes found: the table is in it. */
async function dailyPolicy(table: string, changes: object = {}) {
  const time = new Date(Date.now() + DAY / 2).toISOString().slice(11, 16);
  const daily = { times: [time], copyTimes: [], keep: { value: 7, unit: 'DAYS' } };
  const policy = await policyOver(table, { ...changes, schedules: { timeZone: 'UTC', daily } });
  await rescan();
  return policy;
}

async function rescan(): Promise<void> {
  expect((await rescanInventory(platform.graphql, accountId)).status).toBe('SUCCEEDED');
}

type TableNode = { name: string; protection: string; protectionReason: string };
async function tableNamed(wanted: string): Promise<TableNode | undefined> {
  const { tables } = await platform.graphql<{ tables: { nodes: TableNode[] } }>(
    '{ tables { nodes { name protection protectionReason } } }',
  );
  return tables.nodes.find(({ name }) => name === wanted);
}

const planning = async (id: string) => {
  const { policy } = await platform.graphql<{
    policy: { version: number; scheduleState: string; scheduleMessage: string | null; nextRunAt: string | null };
  }>('query ($id: ID!) { policy(id: $id) { version scheduleState scheduleMessage nextRunAt } }', { id });
  return policy;
};

type Alert = { id: string; severity: string; summary: string; cause: string; clearedAt: string | null };
const alertsOf = async (policyId: string, kind: string): Promise<Alert[]> => {
  const { alerts } = await platform.graphql<{ alerts: { nodes: Alert[] } }>(
    'query ($filter: AlertFilter) { alerts(filter: $filter) { nodes { id severity summary cause clearedAt } } }',
    { filter: { policyId, kinds: [kind] } },
  );
  return alerts.nodes;
};
/** The one alert of the kind that the policy has had so far, once it is open, or over. */
const theAlert = (policyId: string, kind: string, clearedAt: unknown): Promise<Alert> =>
  eventually(
    async () => {
      const found = await alertsOf(policyId, kind);
      expect(found).toMatchObject([{ clearedAt }]);
      return found[0]!;
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
/** What people have had of it by mail, as the first word of each subject. */
const mailsOf = ({ summary }: Alert) =>
  smtp.messages
    .filter(({ text = '' }) => text.startsWith(`${summary}\n`) || text.startsWith(`Over: ${summary}\n`))
    .map(({ subject = '' }) => subject.split(/[ :]/u)[2]);
/** What programs hear from the beginning of the log on, once it satisfies `enough`. */
async function heard<T>(prefix: string, enough: (events: readonly StreamedEvent[]) => T): Promise<T> {
  const token = (await readFile(join(site.dataDir, 'admin-token'), 'utf8')).trim();
  const stream = await openStream(`${platform.url}/events?prefix=${prefix}&since=2020-01-01T00:00:00Z`, {
    authorization: `Bearer ${token}`,
  });
  try {
    return await eventually(() => enough(stream.events()));
  } finally {
    stream.close();
  }
}
const toldOf = ({ id }: Alert): Promise<string[]> =>
  heard('dev.tablekeep.alert.', (events) => {
    const told = events.filter(({ subject }) => subject === id);
    expect(told.at(-1)?.type).toBe('dev.tablekeep.alert.cleared.v1');
    return told.map(({ type }) => type.split('.')[3] ?? '');
  });
async function isToldOnce(alert: Alert): Promise<void> {
  await eventually(() => expect(mailsOf(alert)).toEqual(['ALERT', 'CLEARED']), { timeoutMs: 30_000 });
  expect(await toldOf(alert)).toEqual(['raised', 'cleared']);
}

test('slots that came while Tablekeep was down are made up for by one late run, which says so; people are told', async () => {
  // The run is under way for longer than two looks at what is worth an alert are apart.
  const { id } = await dailyPolicy('Late', { retryCount: 1, retryDelaySeconds: 30 });
  await emulatorAdmin(site.endpoint).fault({
    service: 'backup',
    operation: 'StartBackupJob',
    count: 1,
    kind: 'jobFailed',
    message: 'Insufficient capacity',
  });
  await platform.kill();
  meanwhile([`UPDATE policy SET ${daysEarlier(3, 'slots_after', 'look_at')} WHERE id = ?`, id]);
  const runs = async () => {
    const { sessions } = await platform.graphql<{
      sessions: { nodes: { id: string; trigger: string; reason: string | null }[] };
    }>('query ($filter: SessionFilter) { sessions(filter: $filter) { nodes { id trigger reason } } }', {
      filter: { policyId: id },
    });
    return sessions.nodes;
  };
  platform = await site.startPlatform();
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
  await heard('dev.tablekeep.policy.slots.missed.', (events) =>
    expect(events.filter(({ subject }) => subject === id).map(({ data }) => data)).toEqual([
      expect.objectContaining({ policyName: 'Late', because: 'NOT_RUNNING', count: 3, sessionId: run!.id }),
    ]),
  );
  const missed = await theAlert(id, 'SLOT_MISSED', null);
  expect(missed).toMatchObject({
    severity: 'WARNING',
    summary: '3 slots of policy “Late” were not run in time',
    cause: expect.stringContaining('was not running'),
  });
  await eventually(() => expect(mailsOf(missed)).toEqual(['ALERT']), { timeoutMs: 30_000 });
  expect((await endOfSession(platform.graphql, run!.id, 90_000)).status).toBe('SUCCEEDED');
  await theAlert(id, 'SLOT_MISSED', expect.any(String));
  await isToldOnce(missed);
  // Once: whoever starts again owes nothing.
  await platform.kill();
  platform = await site.startPlatform();
  const seen = await planning(id);
  expect(seen.scheduleState).toBe('PLANNED');
  expect(Date.parse(seen.nextRunAt!) - Date.now()).toBeLessThan(DAY);
  expect(await runs()).toHaveLength(1);
  await theAlert(id, 'SLOT_MISSED', expect.any(String));
  await isToldOnce(missed);
}, 240_000);

test('schedules that cannot be planned any more are seen at the policy and at its tables, and told to people, until they are mended', async () => {
  const { id, input } = await dailyPolicy('Unplanned');
  await platform.kill();
  // A time zone that this release's data knows no more.
  meanwhile([
    `UPDATE policy SET document = json_set(document, '$.schedules.timeZone', 'Mars/Olympus'), look_at = slots_after
     WHERE id = ?`,
    id,
  ]);
  platform = await site.startPlatform();
  const broken = await eventually(
    async () => {
      const found = await planning(id);
      expect(found).toMatchObject({ scheduleState: 'UNPLANNABLE', scheduleMessage: expect.stringContaining('Mars') });
      return found;
    },
    { timeoutMs: 30_000 },
  );
  await eventually(
    async () => expect(await tableNamed('Unplanned')).toMatchObject({ protection: 'POLICY_UNPLANNABLE' }),
    { timeoutMs: 30_000 },
  );
  const alert = await theAlert(id, 'POLICY_UNPLANNABLE', null);
  expect(alert).toMatchObject({
    severity: 'ERROR',
    summary: 'Policy “Unplanned” does not run: its schedules cannot be planned',
    cause: expect.stringContaining('Mars'),
  });
  await eventually(() => expect(mailsOf(alert)).toEqual(['ALERT']), { timeoutMs: 30_000 });
  const { updatePolicy } = await platform.graphql<{ updatePolicy: { userErrors: object[] } }>(
    'mutation ($input: UpdatePolicyInput!) { updatePolicy(input: $input) { userErrors { code path message } } }',
    { input: { id, version: broken.version, policy: input } },
  );
  expect(updatePolicy.userErrors).toEqual([]);
  await eventually(async () =>
    expect(await planning(id)).toMatchObject({ scheduleState: 'PLANNED', scheduleMessage: null }),
  );
  await theAlert(id, 'POLICY_UNPLANNABLE', expect.any(String));
  await isToldOnce(alert);
}, 240_000);

test('tables whose RPO has passed are told of, one by one and counted, until they are backed up', async () => {
  const promised = await policyOver('Promised', { rpoHours: 24 });
  const never = await dailyPolicy('Never', { rpoHours: 36 });
  const run = async ({ id }: { id: string }) => {
    const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, id), 60_000);
    expect(session.status).toBe('SUCCEEDED');
  };
  const told = async () => {
    const { overview, policyHealth, tables } = await platform.graphql<{
      overview: { tablesRpoBreached: number };
      policyHealth: { policyId: string; rpoHours: number | null; tablesRpoBreached: number; overdue: boolean }[];
      tables: { nodes: { name: string }[] };
    }>(
      `{ overview { tablesRpoBreached } policyHealth { policyId rpoHours tablesRpoBreached overdue }
         tables(filter: { protection: RPO_BREACHED }, orderBy: { field: NAME }) { nodes { name } } }`,
    );
    const of = ({ id }: { id: string }) => policyHealth.find(({ policyId }) => policyId === id);
    return {
      counted: overview.tablesRpoBreached,
      named: tables.nodes.map(({ name }) => name),
      health: [of(promised), of(never)].map((row) => `${row?.tablesRpoBreached} of ${row?.rpoHours} h`),
      overdue: [of(promised), of(never)].map((row) => row?.overdue),
    };
  };
  await run(promised);
  await rescan();
  expect(await tableNamed('Promised')).toMatchObject({ protection: 'PROTECTED' });
  expect(await tableNamed('Never')).toMatchObject({ protection: 'AWAITING_FIRST_BACKUP' });
  const well = { counted: 0, named: [], health: ['0 of 24 h', '0 of 36 h'], overdue: [false, false] };
  expect(await told()).toEqual(well);

  await platform.kill();
  meanwhile(
    [`UPDATE points_of_table SET ${daysEarlier(3, 'newest_at')} WHERE table_arn LIKE '%:table/Promised'`],
    [`UPDATE protected_table SET ${daysEarlier(3, 'since_at')} WHERE name = 'Never'`],
    [`UPDATE policy SET ${daysEarlier(3, 'selects_since', 'scheduled_since')} WHERE id = ?`, never.id],
  );
  platform = await site.startPlatform();
  expect(await tableNamed('Promised')).toMatchObject({
    protection: 'RPO_BREACHED',
    protectionReason: expect.stringMatching(/^Its newest restorable state is \d+ h old; the policy's RPO is 24 h\./u),
  });
  expect(await tableNamed('Never')).toMatchObject({
    protection: 'RPO_BREACHED',
    protectionReason: expect.stringMatching(/^No backup has succeeded yet; policy "Never" has covered it for 72 h/u),
  });
  expect(await told()).toEqual({
    counted: 2,
    named: ['Never', 'Promised'],
    health: ['1 of 24 h', '1 of 36 h'],
    // A slot has come and had no success; the other policy has no slots.
    overdue: [false, true],
  });

  for (const policy of [promised, never]) await run(policy);
  expect(await tableNamed('Promised')).toMatchObject({ protection: 'PROTECTED' });
  expect(await told()).toEqual(well);
}, 120_000);
