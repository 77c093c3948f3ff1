import { port } from '@tablekeep/platform/config';
import { z } from 'zod';

/** Settings of the gateway alone. */
export const gatewayEnvironment = z.object({
  PUBLIC_HOST: z.string().default('0.0.0.0').describe('Address of the GraphQL API, for clients'),
  PUBLIC_PORT: port.default(4000).describe('Its port'),
  ADMIN_TOKEN_FILE: z
    .string()
    .optional()
    .describe('A file that holds an ADMIN token (tk_ and 43 characters of base64url) to begin with; revoke it later'),
});
