import { seconds } from '@tablekeep/platform/config';
import { z } from 'zod';

/** Settings of the session service alone. */
export const sessionEnvironment = z.object({
  SESSION_RESEND_SECONDS: seconds.default(60).describe('After which a work item that nobody has taken is sent again'),
});
