import type { EventData } from '@tablekeep/schema/events';
import type { World } from './world.ts';

export type Raised = EventData<'dev.tablekeep.alert.raised.v1'>;

export const raisedAt = '2026-01-31T04:59:00.000Z';
export const alertOf = (alertId: string, change: Partial<Raised> = {}): Raised => ({
  alertId,
  kind: 'COPIES_BEHIND',
  severity: 'WARNING',
  accountId: 'a',
  region: 'us-east-1',
  policyId: 'p',
  policyName: 'Nightly',
  sessionId: 's-1',
  summary: '22 copies of policy “Nightly” are missing behind good backups',
  cause: 'The backups were made and their copies were not.',
  nextTry: 'with the policy’s next run, 2026-02-01 04:00:00 UTC',
  remedy: 'Mend what the copies failed of.',
  count: 22,
  about: [{ name: 'Orders', arn: 'arn:orders', region: 'us-east-1', cause: 'Access denied by the vault.' }],
  since: '2026-01-31T04:30:00.000Z',
  raisedAt,
  ...change,
});

/** What the policy service tells of alerts. */
export function alertEvents(world: () => World) {
  const raise = (data: Raised, id = `raised ${data.alertId}`) =>
    world().service.tell({ type: 'dev.tablekeep.alert.raised.v1', source: 'policy', subject: data.alertId, id, data });
  const clear = (data: Raised, id = `cleared ${data.alertId}`) =>
    world().service.tell({
      type: 'dev.tablekeep.alert.cleared.v1',
      source: 'policy',
      subject: data.alertId,
      id,
      data: { ...data, clearedAt: '2026-01-31T05:29:00.000Z' },
    });
  return { raise, clear };
}
