import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { applyTaskEvent } from '../run/apply-task-event.ts';
import { withSession, type RunDeps } from '../run/session-run.ts';

/** The attempt was stopped. A second delivery is harmless: the task is over by then. */
export const onTaskCanceled =
  (deps: RunDeps) =>
  async (tx: Tx, { data, time }: EventEnvelope<'dev.tablekeep.task.canceled.v1'>): Promise<void> => {
    const { sessionId, taskId, attempt } = data;
    await withSession(deps, tx, sessionId, (run) =>
      applyTaskEvent(run, taskId, { type: 'canceled', attempt, reason: data.reason }, new Date(time)),
    );
  };
