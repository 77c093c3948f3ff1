import { setTimeout as pause } from 'node:timers/promises';

/**
 * Tries until `attempt` no longer throws, and gives its value; after the time-out throws with what was last seen.
 * `timeoutMs` default 10,000, `everyMs` default 50.
 */
export async function eventually<T>(
  attempt: () => Promise<T> | T,
  options: Readonly<{ timeoutMs?: number; everyMs?: number; what?: string }> = {},
): Promise<T> {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const end = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) {
        throw new Error(
          `${options.what ?? 'it'} did not come about within ${timeoutMs} ms; last seen: ${error instanceof Error ? error.message : String(error)}`,
          { cause: error },
        );
      }
    }
    await pause(options.everyMs ?? 50);
  }
}
