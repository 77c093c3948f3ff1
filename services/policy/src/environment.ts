import { z } from 'zod';

/** Settings of the policy service alone. */
export const policyEnvironment = z.object({
  PRICES_FILE: z
    .string()
    .optional()
    .describe(
      'A JSON file of AWS’s prices instead of the one shipped, which knows us-east-1 only: see docs/policies.md',
    ),
});
