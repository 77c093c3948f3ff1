const LONGEST_MS = 3_600_000;

/** After which the executor is asked about a task it has accepted and says nothing more of. Milliseconds. */
export const ASK_AGAIN_MS = 3_600_000;

/**
 * After which an unanswered work item is sent again, by how long it has been unanswered: each time about twice as long, an
 * hour at most. Milliseconds.
 */
export function resendDelayMs(silentMs: number, firstMs: number): number {
  return Math.max(firstMs, Math.min(silentMs, LONGEST_MS));
}
