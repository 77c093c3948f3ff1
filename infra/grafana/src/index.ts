import { eventFlow } from './event-flow.ts';
import { executor } from './executor.ts';
import { overview } from './overview.ts';
import { policyHealth } from './policy-health.ts';

/** Each becomes a file that Grafana reads: see generate.ts. */
export const dashboards = [overview, policyHealth, executor, eventFlow] as const;
