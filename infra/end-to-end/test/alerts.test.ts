import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import { startReceiver, type Receiver } from '@tablekeep/testkit/http-receiver';
import { startSmtpServer, type SmtpUnderTest } from '@tablekeep/testkit/smtp-server';
import type { EventData } from '@tablekeep/schema/events';
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
import { SPEED, startEmbeddedPlatform } from '../src/platform-under-test.ts';

type Alert = {
  id: string;
  kind: string;
  summary: string;
  policyId: string | null;
  about: { name: string; cause: string | null }[];
  clearedAt: string | null;
};

const MINUTE = 60_000;

describe('alerts', () => {
  let platform: Awaited<ReturnType<typeof startEmbeddedPlatform>>;
  let accountId: string;
  let receiver: Receiver;
  let smtp: SmtpUnderTest;
  beforeAll(async () => {
    platform = await startEmbeddedPlatform({ speed: SPEED }, { graceMs: 3_000 });
    receiver = await startReceiver();
    smtp = await startSmtpServer();
    accountId = await registerAccount(platform.owner, platform.graphql);
    await platform.graphql(
      `mutation ($input: NotificationSettingsInput!) { updateNotificationSettings(input: $input) { userErrors { message } } }`,
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
    const { createNotificationChannel } = await platform.graphql<{
      createNotificationChannel: { userErrors: object[] };
    }>(
      `mutation ($input: NotificationChannelInput!) { createNotificationChannel(input: $input) { userErrors { code message path } } }`,
      {
        input: {
          kind: 'WEBHOOK',
          name: 'Program',
          url: receiver.url,
          eventTypes: ['dev.tablekeep.alert.raised.v1', 'dev.tablekeep.alert.cleared.v1'],
        },
      },
    );
    expect(createNotificationChannel.userErrors).toEqual([]);
  }, 60_000);
  afterAll(async () => {
    await platform.stop();
    await receiver.stop();
    await smtp.stop();
  });

  const alerts = async (filter: object): Promise<Alert[]> => {
    const { alerts: page } = await platform.graphql<{ alerts: { nodes: Alert[] } }>(
      'query ($filter: AlertFilter) { alerts(filter: $filter) { nodes { id kind summary policyId about { name cause } clearedAt } } }',
      { filter },
    );
    return page.nodes;
  };
  const opens = (filter: object, which: (alert: Alert) => boolean = () => true): Promise<Alert> =>
    eventually(
      async () => {
        const found = (await alerts({ ...filter, open: true })).filter(which);
        expect(found).toHaveLength(1);
        return found[0]!;
      },
      { timeoutMs: 60_000, everyMs: 500 },
    );
  const closes = ({ id }: Alert): Promise<void> =>
    eventually(
      async () => {
        const [found] = (await alerts({ open: false })).filter((alert) => alert.id === id);
        expect(found?.clearedAt).toEqual(expect.any(String));
      },
      { timeoutMs: 60_000, everyMs: 500 },
    );
  /** What mail and webhook have heard of the alert, in order. */
  const heard = ({ id, summary }: Alert) => ({
    mails: smtp.messages
      .filter(({ text = '' }) => text.startsWith(`${summary}\n`) || text.startsWith(`Over: ${summary}\n`))
      .map(({ subject = '' }) => subject.split(/[ :]/u)[2]),
    webhook: receiver.received
      .map(({ body }) => JSON.parse(body) as { type: string; data: EventData<'dev.tablekeep.alert.raised.v1'> })
      .filter(({ data }) => data.alertId === id)
      .map(({ type }) => type),
  });
  const RAISED = { mails: ['ALERT'], webhook: ['dev.tablekeep.alert.raised.v1'] };
  const OVER = {
    mails: ['ALERT', 'CLEARED'],
    webhook: ['dev.tablekeep.alert.raised.v1', 'dev.tablekeep.alert.cleared.v1'],
  };
  const hears = (alert: Alert, all: object) =>
    eventually(() => expect(heard(alert)).toEqual(all), { timeoutMs: 30_000, everyMs: 200 });
  const policyOf = async (name: string, change: object = {}): Promise<string> => {
    const input = policyInput(accountId, { name, include: { tableNames: [name] }, retryCount: 0, ...change });
    const { policy, userErrors } = await createPolicy(platform.graphql, input);
    if (!policy) throw new Error(JSON.stringify(userErrors));
    return policy.id;
  };
  const run = async (policyId: string): Promise<string> =>
    (await endOfSession(platform.graphql, await runPolicy(platform.graphql, policyId), 60_000)).status;
  const scan = async () => {
    expect((await rescanInventory(platform.graphql, accountId)).status).toBe('SUCCEEDED');
  };

  test('a policy whose slot comes without a success: raised once, cleared once by the run that succeeds', async () => {
    await createAirportTable(platform.owner, 'Late');
    // A run of a slot shares a scan of the last minutes, which would not know the table yet.
    await scan();
    await platform.aws.fault({
      service: 'backup',
      operation: 'StartBackupJob',
      count: 100,
      kind: 'jobFailed',
      message: 'Insufficient capacity',
    });
    try {
      // Half a minute away at least: the policy must be there before its slot.
      const time = new Date(Date.now() + 1.5 * MINUTE).toISOString().slice(11, 16);
      const daily = { times: [time], copyTimes: [], keep: { value: 7, unit: 'DAYS' } };
      const policyId = await policyOf('Late', { schedules: { timeZone: 'UTC', daily } });
      const alert = await eventually(() => opens({ policyId, kinds: ['NO_SUCCESS'] }), { timeoutMs: 180_000 });
      expect(alert.about.map(({ name }) => name)).toEqual(['Late']);
      await hears(alert, RAISED);
      const mail = smtp.messages.find(({ text = '' }) => text.startsWith(`${alert.summary}\n`));
      expect(mail?.text).toContain('its last run ended FAILED');
      expect(mail?.text).toContain('Next try: with the policy’s next run');
      // Each link is a query that the API answers.
      const links = [...(mail?.text ?? '').matchAll(/https:\/\/tablekeep\.example\.com\/graphql\?\S+/gu)];
      expect(links).toHaveLength(2);
      for (const [link] of links) await platform.graphql(new URL(link).searchParams.get('query')!);
      await platform.aws.clearFaults();
      expect(await run(policyId)).toBe('SUCCEEDED');
      await closes(alert);
      await hears(alert, OVER);
      expect(await alerts({ policyId, kinds: ['NO_SUCCESS'] })).toHaveLength(1);
    } finally {
      await platform.aws.clearFaults();
    }
  }, 300_000);

  test('a copy missing behind a good backup: raised once, cleared once by the run that makes it', async () => {
    await createAirportTable(platform.owner, 'Copied');
    const policyId = await policyOf('Copied', {
      copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 30 }],
    });
    await platform.aws.fault({
      service: 'backup',
      operation: 'StartCopyJob',
      count: 100,
      kind: 'jobFailed',
      message: 'Access denied by the vault',
    });
    try {
      expect(await run(policyId)).toBe('WARNING');
      const alert = await opens({ policyId });
      expect(alert).toMatchObject({
        kind: 'COPIES_BEHIND',
        about: [{ name: 'Copied', cause: expect.stringContaining('Access denied by the vault') }],
      });
      await hears(alert, RAISED);
      await platform.aws.clearFaults();
      expect(await run(policyId)).toBe('SUCCEEDED');
      await closes(alert);
      await hears(alert, OVER);
      expect(await alerts({ policyId })).toHaveLength(1);
    } finally {
      await platform.aws.clearFaults();
    }
  }, 240_000);

  test('a new table that nobody protects: raised once however often it is seen, cleared once a policy covers it', async () => {
    await scan();
    await createAirportTable(platform.owner, 'Bare');
    await scan();
    const isBare = ({ about }: Alert) => about.some(({ name }) => name === 'Bare');
    const alert = await opens({ kinds: ['TABLES_UNPROTECTED'] }, isBare);
    expect(alert.about).toEqual([{ name: 'Bare', cause: 'No policy covers it.' }]);
    await hears(alert, RAISED);
    await scan();
    await policyOf('Bare');
    await closes(alert);
    await hears(alert, OVER);
    expect((await alerts({ kinds: ['TABLES_UNPROTECTED'] })).filter(isBare)).toHaveLength(1);
    // Programs hear the same at the live stream.
    const since = new Date(Date.now() - 10 * MINUTE).toISOString();
    const stream = await fetch(`${platform.url}/events?prefix=dev.tablekeep.alert.&since=${since}`, {
      headers: { authorization: `Bearer ${platform.token}` },
    });
    const of: string[] = [];
    let text = '';
    for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines.filter((one) => one.startsWith('data:') && one.includes(alert.id)))
        of.push((JSON.parse(line.slice(5)) as { type: string }).type);
      if (of.length === 2) break;
    }
    expect(of).toEqual(OVER.webhook);
  }, 240_000);

  test('a work item that was set aside and waits: raised once, cleared once it is discarded', async () => {
    // It has waited for twenty minutes, which no test can.
    const at = new Date(Date.now() - 20 * MINUTE).toISOString().replace('T', ' ').slice(0, 23);
    const id = '0198c0de-0a18-7000-8000-000000000019';
    const database = new DatabaseSync(join(platform.dataDir, 'executor.sqlite'), { timeout: 10_000 });
    database
      .prepare('INSERT INTO dead_work_item (id, at, reason, body, genuine) VALUES (?, ?, ?, ?, 0)')
      .run(id, at, 'It is not signed by this installation.', '{}');
    database.close();
    const alert = await opens({ kinds: ['DEAD_WORK_ITEMS'] });
    expect(alert.about).toEqual([{ name: id, cause: 'It is not signed by this installation.' }]);
    await hears(alert, RAISED);
    const { discardDeadLetters } = await platform.graphql<{ discardDeadLetters: { userErrors: object[] } }>(
      'mutation ($input: DeadLettersInput!) { discardDeadLetters(input: $input) { userErrors { code } } }',
      { input: { ids: [id] } },
    );
    expect(discardDeadLetters.userErrors).toEqual([]);
    await closes(alert);
    await hears(alert, OVER);
    expect(await alerts({ kinds: ['DEAD_WORK_ITEMS'] })).toHaveLength(1);
  }, 180_000);
});
