import { port } from '@tablekeep/platform/config';
import { z } from 'zod';
import { STREAM_DEFAULTS, type EventStreamOptions } from './stream/serve-events.ts';
import { webOrigins } from './web-origins.ts';

/** Of the live stream. */
const eventStreamEnvironment = z.object({
  EVENT_STREAM_CLIENTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(50_000)
    .default(STREAM_DEFAULTS.clients)
    .describe('Clients of /events that one gateway serves at a time; more are answered 503'),
  EVENT_STREAM_CLIENTS_PER_TOKEN: z.coerce
    .number()
    .int()
    .min(1)
    .max(50_000)
    .default(STREAM_DEFAULTS.clientsPerToken)
    .describe('Of these with one token; more are answered 429'),
});

/** Of the public door, in both profiles. */
export const publicEnvironment = z.object({
  WEB_ORIGINS: webOrigins
    .optional()
    .describe(
      'Origins whose web pages may use the API and read /events, separated by commas (https://board.example.com); absent: none',
    ),
  ...eventStreamEnvironment.shape,
});

export function eventStreamOptions(e: z.output<typeof eventStreamEnvironment>): EventStreamOptions {
  return {
    clients: e.EVENT_STREAM_CLIENTS,
    clientsPerToken: e.EVENT_STREAM_CLIENTS_PER_TOKEN,
  };
}

/** Settings of the gateway alone. */
export const gatewayEnvironment = z.object({
  PUBLIC_HOST: z.string().default('0.0.0.0').describe('Address of the GraphQL API, for clients'),
  PUBLIC_PORT: port.default(4000).describe('Its port'),
  ADMIN_TOKEN_FILE: z
    .string()
    .optional()
    .describe('A file that holds an ADMIN token (tk_ and 43 characters of base64url) to begin with; revoke it later'),
  READ_ONLY_TOKEN_FILE: z
    .string()
    .optional()
    .describe('The same with a READ_ONLY token, for dashboards; absent: none is let in'),
  ...publicEnvironment.shape,
});
