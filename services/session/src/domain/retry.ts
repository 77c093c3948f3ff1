/** What the policy says of failed tables; a session without a policy has `retryCount` 0. */
export type RetryRule = Readonly<{
  /** Attempts after the first one. */
  retryCount: number;
  retryDelaySeconds: number;
  /** No attempt is started any more. */
  stopRequested: boolean;
  /** Only what the last round asks for is retried: a scan repeated after the backups were planned would plan nothing. */
  finalRound: boolean;
}>;

/** The attempt that follows a failed one, or null where none does. Called only once the failed attempt is known to be over. */
export function retryOf(attempt: number, rule: RetryRule, now: Date): { attempt: number; retryAt: Date } | null {
  if (rule.stopRequested || !rule.finalRound || attempt > rule.retryCount) return null;
  return { attempt: attempt + 1, retryAt: new Date(now.getTime() + rule.retryDelaySeconds * 1000) };
}
