import { createInProcessBus } from '@tablekeep/platform/bus';
import { fakeClock } from '@tablekeep/platform/clock';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { EventData } from '@tablekeep/schema/events';
import type { Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { startServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import type { InternalInput, InternalOutput } from '@tablekeep/schema/internal';
import type { Told } from '../src/domain/report-parts.ts';
import { createNotificationService, notificationModel, type NotificationOptions } from '../src/service.ts';
import { goodDay } from './report-facts.ts';

export type World = Awaited<ReturnType<typeof startWorld>>;

/** The service on a clock of the test, and what tests of it say and see. Policies and accounts exist if their id is one letter. */
export async function startWorld(engine: Engine, options: NotificationOptions = {}) {
  const clock = fakeClock(new Date('2026-01-31T05:00:00.000Z'));
  const sns = {
    asked: [] as InternalInput<'publishSns'>[],
    answers: [] as InternalOutput<'publishSns'>[],
  };
  const exists = (id: string) => id.length === 1;
  const report = { ...GOOD_DAY, asked: [] as InternalInput<'reportSessions'>[] };
  let given: ServiceDeps | null = null;
  const service = await startServiceUnderTest(
    engine,
    notificationModel,
    (deps) => createNotificationService((given = deps), options),
    {
      clock,
      neighbours: {
        knownPolicies: async ({ ids }) => ({ policies: ids.filter(exists).map((id) => ({ id, name: id })) }),
        getAccount: async ({ accountId: id }) => ({ account: exists(id) ? { ...ACCOUNT, id } : null }),
        reportSessions: async (input) => {
          report.asked.push(input);
          return report.sessions();
        },
        reportProtection: async () => report.protection(),
        reportPoints: async () => report.points(),
        publishSns: async (input) => {
          sns.asked.push(input);
          return sns.answers.shift() ?? { state: 'published', messageId: `m-${sns.asked.length}` };
        },
      },
    },
  );
  const settings = (smtpPort: number, changes: object = {}) =>
    service.graphql<{
      updateNotificationSettings: {
        userErrors: { code: string; path: string[] }[];
        notificationSettings: { smtpPasswordSet: boolean } | null;
      };
    }>(
      `mutation ($input: NotificationSettingsInput!) { updateNotificationSettings(input: $input) {
        notificationSettings { smtpPasswordSet } userErrors { code path message } } }`,
      {
        input: {
          enabled: true,
          smtpHost: '127.0.0.1',
          smtpPort,
          from: 'tablekeep@example.com',
          recipients: ['dba@example.com', 'ops@example.com'],
          notifyOn: ['WARNING', 'ERROR'],
          ...changes,
        },
      },
    );
  const finished = (
    sessionId: string,
    status: EventData<'dev.tablekeep.session.finished.v1'>['status'],
    id = `finished ${sessionId}`,
    change: Partial<EventData<'dev.tablekeep.session.finished.v1'>> = {},
  ) =>
    service.tell({
      type: 'dev.tablekeep.session.finished.v1',
      source: 'session',
      subject: sessionId,
      id,
      data: {
        sessionId,
        type: 'POLICY_BACKUP',
        status,
        accountId: 'a',
        policyId: 'p',
        policyName: 'Nightly',
        requestedBy: 'Operator',
        reason: null,
        startedAt: '2026-01-31T04:00:00.000Z',
        finishedAt: '2026-01-31T04:05:00.000Z',
        counts: { total: 3, succeeded: 2, warning: 0, failed: 1, canceled: 0, skipped: 0 },
        notes: [],
        problems: [],
        ...change,
      },
    });
  /** The policy wants silence, as of its version. */
  const silenced = (version: number) =>
    service.tell({
      type: 'dev.tablekeep.policy.changed.v1',
      source: 'policy',
      subject: 'p',
      data: {
        policyId: 'p',
        name: 'Nightly',
        enabled: true,
        deleted: false,
        version,
        notifications: { silent: true, recipients: null, notifyOn: null },
      },
    });
  const channel = async (input: object): Promise<{ id: string; version: number; secret: string | null }> => {
    const { createNotificationChannel: made } = await service.graphql<{
      createNotificationChannel: {
        channel: { id: string; version: number } | null;
        secret: string | null;
        userErrors: object[];
      };
    }>(
      `mutation ($input: NotificationChannelInput!) { createNotificationChannel(input: $input) {
        channel { id version } secret userErrors { code message path } } }`,
      { input },
    );
    if (!made.channel) throw new Error(JSON.stringify(made.userErrors));
    return { ...made.channel, secret: made.secret };
  };
  /** The payload of a mutation with one input. */
  const change = async <T = { userErrors: { code: string; path: string[] }[] }>(
    name: string,
    input: object,
    fields = '',
  ): Promise<T & { userErrors: { code: string; message: string; path: string[] }[] }> => {
    const type = INPUTS[name] ?? `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Input`;
    const answer = await service.graphql<Record<string, never>>(
      `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} userErrors { code message path } } }`,
      { input },
    );
    return answer[name]!;
  };
  const deliveries = async () => {
    const { deliveries: page } = await service.graphql<{
      deliveries: { nodes: { recipient: string; status: string; attempts: number; lastError: string | null }[] };
    }>('{ deliveries { nodes { recipient status attempts lastError } } }');
    return page.nodes;
  };
  /** The loop sleeps on the test's clock: let it pass until the outcome is there. */
  const passing = <T>(attempt: () => Promise<T> | T, stepMs = 1_000) =>
    eventually(
      async () => {
        clock.advance(stepMs);
        return attempt();
      },
      { timeoutMs: 20_000, everyMs: 20 },
    );
  /** Another process of the service on the same database. */
  const replica = async () => {
    if (!given) throw new Error('the service has not started');
    const another = await createNotificationService({ ...given, bus: createInProcessBus(given.log) }, options);
    await another.run();
    return another;
  };
  return { clock, service, sns, report, replica, settings, finished, silenced, channel, change, deliveries, passing };
}

/** Of a service that cannot tell throw. */
const GOOD_DAY = {
  sessions: async (): Promise<InternalOutput<'reportSessions'>> => valueOf(goodDay.sessions),
  protection: async (): Promise<InternalOutput<'reportProtection'>> => valueOf(goodDay.protection),
  points: async (): Promise<InternalOutput<'reportPoints'>> => valueOf(goodDay.points),
};

function valueOf<T>(told: Told<T>): T {
  if (told.state !== 'known') throw new Error(told.because);
  return told.value;
}

const INPUTS: Readonly<Record<string, string>> = {
  createNotificationChannel: 'NotificationChannelInput',
  updateNotificationSettings: 'NotificationSettingsInput',
};

const ACCOUNT = {
  name: 'Production',
  awsAccountId: '111122223333',
  roleArn: 'arn:aws:iam::111122223333:role/Operator',
  externalId: 'x',
  serviceRoleArn: 'arn:aws:iam::111122223333:role/BackupService',
  regions: ['us-east-1'],
};
