import { z } from 'zod';

/** Settings of the notification service alone. */
export const notificationEnvironment = z.object({
  EVENT_LOG_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .default(14)
    .describe('For so many days a client of /events that was away can catch up without a gap'),
});
