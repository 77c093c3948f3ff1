import type { BackupClient } from '@aws-sdk/client-backup';
import type { Clock } from '@tablekeep/platform/clock';

/** The header has whole seconds: half of one is right on average. */
const HALF_A_SECOND_MS = 500;

/**
 * Reads AWS's clock off the answers that come anyway (RFC 9110 §6.6.1, Date). What it gives is by how many milliseconds that
 * clock was ahead of ours at the last answer, the way of the answer included; null: none has come, or it had no date.
 */
export function watchAwsClock(client: BackupClient, clock: Clock): () => number | null {
  let aheadMs: number | null = null;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Readonly<Record<string, string>> };
      const at = Date.parse(headers?.['date'] ?? '');
      if (!Number.isNaN(at)) aheadMs = Math.round(at + HALF_A_SECOND_MS - clock.now().getTime());
      return result;
    },
    { step: 'deserialize', name: 'readAwsClock' },
  );
  return () => aheadMs;
}
