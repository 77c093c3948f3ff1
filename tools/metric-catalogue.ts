import type { MetricDefinitions } from '@tablekeep/platform/metrics';
import { platformMetrics } from '@tablekeep/platform/service';
import { gatewayMetrics } from '../gateway/src/metrics.ts';
import { executorMetrics } from '../services/executor/src/metrics.ts';
import { notificationMetrics } from '../services/notification/src/metrics.ts';
import { policyMetrics } from '../services/policy/src/metrics.ts';
import { retentionMetrics } from '../services/retention/src/metrics.ts';
import { sessionMetrics } from '../services/session/src/metrics.ts';

/** Every metric of Tablekeep's own, by who tells it. */
export const metricCatalogue: Readonly<Record<string, MetricDefinitions>> = {
  policy: policyMetrics,
  session: sessionMetrics,
  executor: executorMetrics,
  retention: retentionMetrics,
  notification: notificationMetrics,
  gateway: gatewayMetrics,
  every: platformMetrics,
};
