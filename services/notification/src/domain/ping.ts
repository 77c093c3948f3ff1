import type { PingPhase } from './content.ts';
import type { SessionResult } from './message.ts';

/** What a dead-man's switch hears of a run's end. One with warnings has every table; one that was stopped has not. */
export function pingOf(status: SessionResult['status']): PingPhase {
  return status === 'SUCCEEDED' || status === 'WARNING' ? 'success' : 'fail';
}

/** The address of a phase, as healthchecks.io has them; `rid` tells runs apart that overlap. */
export function pingUrl(base: string, phase: PingPhase, runId: string): string {
  const url = new URL(base);
  if (phase !== 'success') url.pathname = `${url.pathname.replace(/\/$/u, '')}/${phase}`;
  url.searchParams.set('rid', runId);
  return url.href;
}
