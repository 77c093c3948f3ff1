import { z } from 'zod';

/** Settings of the policy service alone. */
export const policyEnvironment = z.object({
  INVENTORY_SCAN_HOURS: z.coerce
    .number()
    .positive()
    .max(24 * 31)
    .default(6)
    .describe('A Region whose inventory is older is scanned; runs scan by themselves what they need fresh'),
  PRICES_FILE: z
    .string()
    .optional()
    .describe(
      'A JSON file of AWS’s prices instead of the one shipped, which knows us-east-1 only: see docs/policies.md',
    ),
});
