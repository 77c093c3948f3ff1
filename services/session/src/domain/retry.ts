/** What the policy says of failed tables; a session without a policy has `retryCount` 0. */
export type RetryRule = Readonly<{
  /** Attempts after the first one. */
  retryCount: number;
  retryDelaySeconds: number;
  /** No attempt is started any more. */
  stopRequested: boolean;
  /** Whether the last round asks for it. Before, there are only scans, and the other Regions' backups wait for each of them. */
  finalRound: boolean;
}>;

/** So a Region that cannot be scanned holds up the others for minutes, whatever the policy says of failed tables. */
const SCAN_RETRIES = 2;
const SCAN_DELAY_SECONDS = 60;

/** How many attempts follow the first one at most. */
export function retriesOf({ retryCount, finalRound }: Pick<RetryRule, 'retryCount' | 'finalRound'>): number {
  return finalRound ? retryCount : Math.min(retryCount, SCAN_RETRIES);
}

/** The attempt that follows a failed one, or null where none does. Called only once the failed attempt is known to be over. */
export function retryOf(attempt: number, rule: RetryRule, now: Date): { attempt: number; retryAt: Date } | null {
  if (rule.stopRequested || attempt > retriesOf(rule)) return null;
  const seconds = rule.finalRound ? rule.retryDelaySeconds : Math.min(rule.retryDelaySeconds, SCAN_DELAY_SECONDS);
  return { attempt: attempt + 1, retryAt: new Date(now.getTime() + seconds * 1000) };
}
