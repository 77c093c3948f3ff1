import { seconds } from '@tablekeep/platform/config';
import { z } from 'zod';

/** Settings of the session service alone. */
export const sessionEnvironment = z.object({
  SESSION_KEEP_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .default(92)
    .describe(
      'How long the records of ended sessions are kept, in days, until updateRetentionSettings says otherwise; 0: for ever',
    ),
  SESSION_RESEND_SECONDS: seconds.default(60).describe('After which a work item that nobody has taken is sent again'),
});
