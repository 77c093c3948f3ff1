import { z } from 'zod';

/** Settings of the retention service alone. */
export const retentionEnvironment = z.object({
  RECONCILE_HOURS: z.coerce
    .number()
    .nonnegative()
    .max(24 * 31)
    .default(24)
    .describe('How often an account’s catalog is compared with its vaults, each account at its own time; 0: never'),
});
