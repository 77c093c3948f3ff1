import { isOpen } from './model.ts';
import type { World } from '../world.ts';

/** AWS Backup runs one backup or copy job per resource at a time, and the number cannot be raised. */
export function isBusy(
  world: World,
  scope: string,
  resourceArn: string,
  job: { readonly id: string; readonly created: number },
): boolean {
  return [...world.backupJobs.list(scope), ...world.copyJobs.list(scope)].some(
    (other) =>
      other.id !== job.id &&
      other.resourceArn === resourceArn &&
      isOpen(other.state) &&
      // Of two jobs that have not begun, the older goes first.
      (other.state !== 'CREATED' || other.created < job.created),
  );
}

/** How often AWS Backup tries again to begin a job that waits within its start window. */
export const RETRY_MS = 10 * 60_000;

/** How much of a job's duration goes by before it is RUNNING. */
export const beginAfter = (duration: number): number => Math.ceil(duration / 50);
