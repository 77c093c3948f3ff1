import { fakeClock } from '@tablekeep/platform/clock';
import type { EventData } from '@tablekeep/schema/events';
import type { Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { startServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { createNotificationService, notificationModel } from '../src/service.ts';

export type World = Awaited<ReturnType<typeof startWorld>>;

/** The service on a clock of the test, and what tests of it say and see. */
export async function startWorld(engine: Engine) {
  const clock = fakeClock(new Date('2026-01-31T05:00:00.000Z'));
  const service = await startServiceUnderTest(engine, notificationModel, createNotificationService, { clock });
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
        requestedBy: 'Ada',
        reason: null,
        startedAt: '2026-01-31T04:00:00.000Z',
        finishedAt: '2026-01-31T04:05:00.000Z',
        counts: { total: 3, succeeded: 2, warning: 0, failed: 1, canceled: 0, skipped: 0 },
        notes: [],
        problems: [],
      },
    });
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
  return { clock, service, settings, finished, deliveries, passing };
}
