import { z } from 'zod';

/** Settings of the policy service alone. */
export const policyEnvironment = z.object({
  INVENTORY_SCAN_HOURS: z.coerce
    .number()
    .positive()
    .max(24 * 31)
    .default(6)
    .describe('A Region whose inventory is older is scanned; runs scan by themselves what they need fresh'),
  ALERT_GRACE_MINUTES: z.coerce
    .number()
    .positive()
    .max(7 * 24 * 60)
    .default(60)
    .describe(
      'How long after its slot a policy may take to succeed before an alert is raised; while its run is under way it has until the next slot',
    ),
  PRICES_FILE: z
    .string()
    .optional()
    .describe(
      'A JSON file of AWS’s prices instead of the one shipped, which knows us-east-1 only: see docs/policies.md',
    ),
});

/** The same as the service's options have it. */
export function policyOptions(env: z.output<typeof policyEnvironment>) {
  return {
    pricesFile: env.PRICES_FILE,
    scanHours: env.INVENTORY_SCAN_HOURS,
    graceMs: env.ALERT_GRACE_MINUTES * 60_000,
  };
}
