import { z } from 'zod';

/** Longest life of one-time keys, in milliseconds: architecture §3. */
export const ONE_TIME_KEYS_MS = 12 * 3_600_000;

/** What is sealed. The end of its life is inside, so that nobody on the way can make it longer. */
export const oneTimeKeys = z.object({
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  sessionToken: z.string().min(1).nullable(),
  expiresAt: z.iso.datetime(),
});
export type OneTimeKeys = z.infer<typeof oneTimeKeys>;

/** The one use the sealed text is good for. */
export const oneTimeKeysContext = (of: Readonly<{ sessionId: string; accountId: string }>): string =>
  `one-time keys of session ${of.sessionId} for account ${of.accountId}`;
