import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { applyTaskEvent } from '../run/apply-task-event.ts';
import { withSession, type RunDeps } from '../run/session-run.ts';

/**
 * The attempt is at work. A second delivery is harmless: a running task stays as it is, a task that is over is final, and
 * an older attempt is ignored.
 */
export const onTaskStarted =
  (deps: RunDeps) =>
  async (tx: Tx, { data, time }: EventEnvelope<'dev.tablekeep.task.started.v1'>): Promise<void> => {
    const { sessionId, taskId, attempt } = data;
    await withSession(deps, tx, sessionId, (run) =>
      applyTaskEvent(run, taskId, { type: 'started', attempt, awsJobId: data.awsJobId }, new Date(time)),
    );
  };
