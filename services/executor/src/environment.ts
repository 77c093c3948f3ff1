import { seconds } from '@tablekeep/platform/config';
import { z } from 'zod';

/** Settings of the executor alone. */
export const executorEnvironment = z.object({
  EXECUTOR_SHARE: z.coerce
    .number()
    .positive()
    .max(1)
    .default(0.5)
    .describe('Part of AWS’s API and job limits that Tablekeep may use; the rest is the account’s other tools’'),
  EXECUTOR_LEASE_SECONDS: seconds
    .default(20)
    .describe('How long the work of a silent replica stays its own before another takes it over'),
});
