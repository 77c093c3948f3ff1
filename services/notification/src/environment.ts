import { z } from 'zod';
import { parseNetwork } from './senders/networks.ts';

/** Settings of the notification service alone. */
export const notificationEnvironment = z.object({
  PUBLIC_URL: z
    .url({ protocol: /^https?$/u })
    .optional()
    .describe('Where people reach Tablekeep, like https://tablekeep.example.com: messages link there'),
  NOTIFICATION_ALLOWED_NETWORKS: z
    .string()
    .default('')
    .transform((text, context) => {
      const parts = text.split(',').filter((part) => part.trim() !== '');
      return parts.flatMap((part) => {
        const network = parseNetwork(part);
        if (network !== null) return [network];
        context.addIssue('wants networks like 10.1.0.0/16,fd00::/8');
        return [];
      });
    })
    .describe(
      'Networks that are not public to which webhooks, Slack and ping addresses may lead nevertheless, like 10.1.0.0/16; plain http is in order there',
    ),
  DELIVERIES_KEEP_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(90)
    .describe('Deliveries that are over are forgotten after so many days'),
  EVENT_LOG_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .default(14)
    .describe('For so many days a client of /events that was away can catch up without a gap'),
});

/** The same as the service's options have it. */
export function notificationOptions(env: z.output<typeof notificationEnvironment>) {
  return {
    publicUrl: env.PUBLIC_URL ?? null,
    allowedNetworks: env.NOTIFICATION_ALLOWED_NETWORKS,
    keepDays: env.DELIVERIES_KEEP_DAYS,
    eventLogDays: env.EVENT_LOG_DAYS,
  };
}
