import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { observed, plain, shared, type MetricDefinitions, type ObservedMetric } from '@tablekeep/platform/metrics';
import type { DeliveryKind } from './domain/content.ts';
import { countedDeliveries, waitingDeliveries } from './store/delivery-counts.ts';

/** Whether people and programs are told. */
export const notificationMetrics = {
  tablekeep_deliveries_total: {
    type: 'counter',
    help: 'Messages to recipients and channels that ended, by kind and outcome: DELIVERED, or FAILED after the last try.',
    labels: ['kind', 'outcome'],
  },
  tablekeep_deliveries_pending: {
    type: 'gauge',
    help: 'Messages that wait to be sent, or for their next try, by kind.',
    labels: ['kind'],
  },
  tablekeep_delivery_oldest_seconds: {
    type: 'gauge',
    help: 'Age of the oldest message that waits; 0 where none does.',
  },
} as const satisfies MetricDefinitions;

const KINDS = ['EMAIL', 'WEBHOOK', 'SLACK', 'SNS', 'PING'] as const satisfies readonly DeliveryKind[];
const OUTCOMES = ['DELIVERED', 'FAILED'] as const;

export function readNotificationMetrics(db: Database, clock: Clock): ObservedMetric[] {
  const waiting = shared(() => waitingDeliveries(db.reader), clock);
  return observed(notificationMetrics, {
    tablekeep_deliveries_total: async () => {
      const counted = await countedDeliveries(db.reader);
      return KINDS.flatMap((kind) =>
        OUTCOMES.map((outcome) => ({
          labels: { kind, outcome },
          value: counted.find((row) => row.kind === kind && row.outcome === outcome)?.deliveries ?? 0,
        })),
      );
    },
    tablekeep_deliveries_pending: async () => {
      const { byKind } = await waiting();
      return KINDS.map((kind) => ({ labels: { kind }, value: byKind.get(kind) ?? 0 }));
    },
    tablekeep_delivery_oldest_seconds: () =>
      plain(
        waiting().then(({ oldest }) =>
          oldest === null ? 0 : Math.max(0, clock.now().getTime() - oldest.getTime()) / 1_000,
        ),
      ),
  });
}
