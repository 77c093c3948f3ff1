import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AWS_ACCOUNT, HOME } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import { startReceiver, type Receiver } from '@tablekeep/testkit/http-receiver';
import { startSmtpServer, type SmtpUnderTest } from '@tablekeep/testkit/smtp-server';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  runPolicy,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

type Payload = {
  channel: { id: string } | null;
  secret: string | null;
  userErrors: { code: string; message: string; path: string[] }[];
};

describe('notifications', () => {
  let platform: PlatformUnderTest;
  let accountId: string;
  let receiver: Receiver;
  let smtp: SmtpUnderTest;
  beforeAll(async () => {
    platform = await startPlatform();
    receiver = await startReceiver();
    smtp = await startSmtpServer();
    accountId = await registerAccount(platform.owner, platform.graphql);
    const tables = ['Heard', 'Retried', 'Reported', 'Loose', 'Plain', 'Elsewhere', 'Silent', 'Bad-news'];
    for (const name of tables) await createAirportTable(platform.owner, name);
    await mailTo('ops@example.com');
  }, 60_000);
  afterAll(async () => {
    await platform.stop();
    await receiver.stop();
    await smtp.stop();
  });

  /** The settings, whole: with what else is said of them. */
  const mailTo = async (recipient: string, more: object = {}): Promise<void> => {
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
          recipients: [recipient],
          notifyOn: ['SUCCESS', 'WARNING', 'ERROR'],
          subjectTemplate: '{policy}: {result}',
          ...more,
        },
      },
    );
    expect(updateNotificationSettings.userErrors).toEqual([]);
  };

  const create = async (input: object): Promise<{ id: string; secret: string | null }> => {
    const { createNotificationChannel: made } = await platform.graphql<{ createNotificationChannel: Payload }>(
      `mutation ($input: NotificationChannelInput!) { createNotificationChannel(input: $input) {
        channel { id } secret userErrors { code message path } } }`,
      { input },
    );
    if (!made.channel) throw new Error(JSON.stringify(made.userErrors));
    return { id: made.channel.id, secret: made.secret };
  };
  const policyOf = async (name: string, change: object = {}) => {
    const { policy, userErrors } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name, include: { tableNames: [name] }, ...change }),
    );
    if (!policy) throw new Error(JSON.stringify(userErrors));
    return policy.id;
  };
  /** The report as it is made now. */
  const reportTo = async (recipient: string): Promise<string> => {
    const { sendTestNotification: sent } = await platform.graphql<{
      sendTestNotification: { serverAnswer: string | null; userErrors: object[] };
    }>(
      `mutation ($input: SendTestNotificationInput!) { sendTestNotification(input: $input) {
        serverAnswer userErrors { code message path } } }`,
      { input: { recipient, dailyReport: true } },
    );
    expect(sent.userErrors).toEqual([]);
    const mail = await smtp.next(({ to: address }) => JSON.stringify(address ?? '').includes(recipient));
    expect(mail.subject).toContain('Daily report');
    return mail.text ?? '';
  };
  const to = (path: string) => receiver.received.filter((one) => one.path.startsWith(path));
  const at = (path: string) => receiver.url.replace('/hook', path);

  const twoBackupsFail = () =>
    platform.aws.fault({
      service: 'backup',
      operation: 'StartBackupJob',
      count: 2,
      kind: 'jobFailed',
      message: 'Insufficient capacity',
    });

  test('a test message to a receiver that hangs is answered in words, before the gateway gives up', async () => {
    const mute = createServer((socket) => void socket.on('error', () => undefined));
    const sockets = new Set<Socket>();
    mute.on('connection', (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const mailServer = (smtpPort: number) => mailTo('ops@example.com', { smtpPort });
    const sendTest = async (input: object) => {
      const { sendTestNotification: sent } = await platform.graphql<{
        sendTestNotification: { serverAnswer: string | null; userErrors: { code: string; message: string }[] };
      }>(
        `mutation ($input: SendTestNotificationInput!) { sendTestNotification(input: $input) {
          serverAnswer userErrors { code message } } }`,
        { input },
      );
      return sent;
    };
    try {
      const { id: channelId } = await create({ kind: 'SLACK', name: 'Mute', url: `http://127.0.0.1:${port}/` });
      await mailServer(port);
      const [mail, report, slack] = await Promise.all([
        sendTest({ recipient: 'ops@example.com' }),
        sendTest({ recipient: 'ops@example.com', dailyReport: true }),
        sendTest({ channelId }),
      ]);
      for (const sent of [mail, report])
        expect(sent).toMatchObject({
          serverAnswer: null,
          userErrors: [{ code: 'NOT_SENT', message: expect.stringContaining('the mail server did not finish within') }],
        });
      expect(slack).toMatchObject({
        serverAnswer: null,
        userErrors: [{ code: 'NOT_SENT', message: expect.stringContaining('no answer within') }],
      });
      await platform.graphql(
        `mutation ($input: DeleteNotificationChannelInput!) { deleteNotificationChannel(input: $input) { userErrors { message } } }`,
        { input: { id: channelId, version: 1 } },
      );
    } finally {
      await mailServer(smtp.port);
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => mute.close(() => resolve()));
    }
  }, 60_000);

  test('a run is told to a signed webhook, Slack, SNS, a dead-man’s switch and by mail, each once', async () => {
    const credentials = { accessKeyId: `AKIA${AWS_ACCOUNT}OWNER`, secretAccessKey: 'emulated' };
    const sns = new SNSClient({ endpoint: platform.awsEndpoint, region: HOME, credentials });
    const { TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'backups' }));
    const policyId = await policyOf('Heard', {
      schedules: { timeZone: 'UTC', daily: { times: ['00:00'], copyTimes: [], keep: { value: 7, unit: 'DAYS' } } },
    });
    const { secret } = await create({ kind: 'WEBHOOK', name: 'Program', url: at('/program'), policyIds: [policyId] });
    await create({ kind: 'SLACK', name: 'Team', url: at('/team'), policyIds: [policyId] });
    await create({ kind: 'SNS', name: 'Topic', topicArn, accountId, policyIds: [policyId] });
    await create({ kind: 'PING', name: 'Switch', url: at('/switch'), policyIds: [policyId] });
    const sessionId = await runPolicy(platform.graphql, policyId);
    expect((await endOfSession(platform.graphql, sessionId, 60_000)).status).toBe('SUCCEEDED');

    const mail = await smtp.next((message) => message.subject === 'Heard: SUCCEEDED');
    expect(mail.html).toContain('Production (111122223333)');
    expect(mail.html).toContain('https://tablekeep.example.com/graphql?query=');
    expect(mail.text).toContain('Next run: ');
    await eventually(
      () => {
        expect(to('/program')).toHaveLength(1);
        expect(to('/team')).toHaveLength(1);
        expect(to('/switch')).toHaveLength(2);
      },
      { timeoutMs: 20_000 },
    );
    const [event] = to('/program');
    const said = new Webhook(secret ?? '').verify(event!.body, event!.headers as Record<string, string>);
    expect(said).toMatchObject({
      type: 'dev.tablekeep.session.finished.v1',
      subject: sessionId,
      environment: 'EMULATED',
      data: { policyName: 'Heard', status: 'SUCCEEDED' },
    });
    expect(to('/switch').map(({ path }) => path)).toEqual([
      `/switch/start?rid=${sessionId}`,
      `/switch?rid=${sessionId}`,
    ]);
    expect(to('/team')[0]!.body).toContain('Heard');
    await eventually(async () => {
      const response = await fetch(`${platform.awsEndpoint}/_emulator/sns`);
      expect(await response.json()).toMatchObject({
        [topicArn]: [{ subject: 'Heard: SUCCEEDED', message: expect.stringContaining(sessionId) }],
      });
    });
    await eventually(async () => {
      const { deliveries } = await platform.graphql<{ deliveries: { nodes: { status: string; attempts: number }[] } }>(
        'query ($filter: DeliveryFilter) { deliveries(filter: $filter) { nodes { status attempts } } }',
        { filter: { policyId } },
      );
      expect(deliveries.nodes).toEqual(Array(6).fill({ status: 'DELIVERED', attempts: 1 }));
    });
  }, 120_000);

  test('the daily report comes at its time by itself, once, and is due again the next day', async () => {
    const recipients = ['morning@example.com'];
    // A few seconds away at least: the settings must be there before it.
    const at = new Date(Math.ceil((Date.now() + 5_000) / 60_000) * 60_000);
    const dailyReport = { enabled: true, timeOfDay: at.toISOString().slice(11, 16), timeZone: 'UTC', recipients };
    const nextAt = async () => {
      const { notificationSettings } = await platform.graphql<{
        notificationSettings: { dailyReport: { nextAt: string | null } };
      }>('{ notificationSettings { dailyReport { nextAt } } }');
      return notificationSettings.dailyReport.nextAt;
    };
    await mailTo('ops@example.com', { dailyReport });
    try {
      expect(await nextAt()).toBe(at.toISOString());
      const reports = () =>
        smtp.messages.filter(({ to: address }) => JSON.stringify(address ?? '').includes(recipients[0]!));
      await eventually(() => expect(reports()).toHaveLength(1), { timeoutMs: 120_000 });
      expect(Date.now()).toBeGreaterThanOrEqual(at.getTime());
      const [report] = reports();
      expect(report!.subject).toContain(`Daily report ${at.toISOString().slice(0, 10)}`);
      expect(report!.text).toContain('NEXT 24 HOURS');
      expect(report!.text).not.toContain('Could not tell');
      await eventually(async () => expect(await nextAt()).toBe(new Date(at.getTime() + 86_400_000).toISOString()));
      expect(reports()).toHaveLength(1);
    } finally {
      await mailTo('ops@example.com', { dailyReport: { ...dailyReport, enabled: false } });
    }
  }, 180_000);

  test('the daily report carries what the services count', async () => {
    const policyId = await policyOf('Reported', {
      schedules: { timeZone: 'UTC', daily: { times: ['00:00'], copyTimes: [], keep: { value: 7, unit: 'DAYS' } } },
    });
    const sessionId = await runPolicy(platform.graphql, policyId);
    expect((await endOfSession(platform.graphql, sessionId, 60_000)).status).toBe('SUCCEEDED');
    const { overview, sessions } = await platform.graphql<{
      overview: { tables: number; tablesUnprotected: number; storage: { points: number }[] };
      sessions: { nodes: { status: string }[] };
    }>(`{ overview { tables tablesUnprotected storage { points } }
      sessions(filter: { type: POLICY_BACKUP }) { nodes { status } } }`);
    const text = await reportTo('report@example.com');
    const succeeded = sessions.nodes.filter(({ status }) => status === 'SUCCEEDED').length;
    const points = overview.storage.reduce((sum, row) => sum + row.points, 0);
    expect(overview.tablesUnprotected).toBeGreaterThan(0);
    expect(text).not.toContain('Could not tell');
    expect(text).toContain(`Policy run: ${succeeded} succeeded`);
    expect(text).toContain(`Unprotected: ${overview.tablesUnprotected} of ${overview.tables}`);
    expect(text).toContain('- Loose (Production (111122223333)');
    expect(text).toContain(`In all: ${points} point`);
    expect(text).toContain(`Points never test-restored: ${points} of ${points}`);
    expect(text).toContain(': Reported (backup)');
  }, 120_000);

  test('what a policy says of its messages goes before the settings, part by part, and for that policy only', async () => {
    const overrides: Record<string, object> = {
      Plain: {},
      Elsewhere: { notifications: { recipients: ['dba@example.com', 'lead@example.com'] } },
      Silent: { notifications: { silent: true } },
      'Bad-news': { notifications: { notifyOn: ['ERROR'] } },
    };
    const ids = new Map<string, string>();
    for (const [name, change] of Object.entries(overrides)) ids.set(name, await policyOf(name, change));
    // Programs hear of every policy: once they have, it is settled who gets mail.
    await create({
      kind: 'WEBHOOK',
      name: 'Every end',
      url: at('/every-end'),
      policyIds: [...ids.values()],
      eventTypes: ['dev.tablekeep.session.finished.v1'],
    });
    const runToTheEnd = async (name: string) => {
      const sessionId = await runPolicy(platform.graphql, ids.get(name)!);
      const { status } = await endOfSession(platform.graphql, sessionId, 60_000);
      await eventually(() => expect(to('/every-end').some(({ body }) => body.includes(sessionId))).toBe(true), {
        timeoutMs: 20_000,
      });
      return status;
    };
    const mailsOf = async (name: string): Promise<string[]> => {
      const { deliveries } = await platform.graphql<{
        deliveries: { nodes: { recipient: string; subject: string }[] };
      }>('query ($filter: DeliveryFilter) { deliveries(filter: $filter) { nodes { recipient subject } } }', {
        filter: { policyId: ids.get(name), kinds: ['EMAIL'] },
      });
      return deliveries.nodes.map(({ recipient, subject }) => `${recipient} ${subject}`).sort();
    };
    /** Those that a mail server has taken, each with the addresses it went to. */
    const received = (name: string) =>
      smtp.messages
        .filter(({ subject }) => subject?.startsWith(`${name}: `))
        .map(
          ({ subject, to: address }) =>
            `${[address ?? []]
              .flat()
              .map(({ text }) => text)
              .join()} ${subject}`,
        )
        .sort();
    for (const name of ids.keys()) expect(await runToTheEnd(name)).toBe('SUCCEEDED');
    const succeeded: Record<string, string[]> = {
      Plain: ['ops@example.com Plain: SUCCEEDED'],
      Elsewhere: ['dba@example.com Elsewhere: SUCCEEDED', 'lead@example.com Elsewhere: SUCCEEDED'],
      Silent: [],
      'Bad-news': [],
    };
    for (const [name, mails] of Object.entries(succeeded)) {
      expect(await mailsOf(name)).toEqual(mails);
      await eventually(() => expect(received(name)).toEqual(mails));
    }

    await twoBackupsFail();
    try {
      for (const name of ['Bad-news', 'Silent']) expect(await runToTheEnd(name)).toBe('FAILED');
    } finally {
      await platform.aws.clearFaults();
    }
    const failed = ['ops@example.com Bad-news: FAILED'];
    expect(await mailsOf('Bad-news')).toEqual(failed);
    await eventually(() => expect(received('Bad-news')).toEqual(failed));
    expect(await mailsOf('Silent')).toEqual([]);
    expect(received('Silent')).toEqual([]);
  }, 150_000);

  test('a run whose table fails is told once, after its last retry', async () => {
    const policyId = await policyOf('Retried', { retryCount: 1, retryDelaySeconds: 1 });
    await create({ kind: 'SLACK', name: 'Retries', url: at('/retries'), policyIds: [policyId] });
    await twoBackupsFail();
    try {
      const sessionId = await runPolicy(platform.graphql, policyId);
      const session = await endOfSession(platform.graphql, sessionId, 90_000);
      expect(session.status).toBe('FAILED');
      expect(session.tasks.nodes.find(({ kind }) => kind === 'BACKUP')).toMatchObject({ status: 'FAILED', attempt: 2 });
      await eventually(() => expect(to('/retries')).toHaveLength(1));
      expect(to('/retries')[0]!.body).toContain('Insufficient capacity');
      await smtp.next(({ subject }) => subject === 'Retried: FAILED');
      expect(smtp.messages.filter(({ subject }) => subject === 'Retried: FAILED')).toHaveLength(1);
      expect(to('/retries')).toHaveLength(1);
      const report = await reportTo('failures@example.com');
      expect(report).toMatch(/- Retried \(policy run · Production \(111122223333\) · .*\) FAILED\n {2}Retried \(/u);
      expect(report).toContain('Insufficient capacity');
      expect(report).toContain('Next try: none by itself: no run is scheduled');
    } finally {
      await platform.aws.clearFaults();
    }
  }, 150_000);
});
