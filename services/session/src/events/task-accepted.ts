import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { applyTaskEvent } from '../run/apply-task-event.ts';
import { withSession, type RunDeps } from '../run/session-run.ts';

/**
 * The executor has stored the attempt: it is not sent again. A second delivery is harmless: acceptance is noted once, and
 * not at all once the task is over or has another attempt out.
 */
export const onTaskAccepted =
  (deps: RunDeps) =>
  async (tx: Tx, { data, time }: EventEnvelope<'dev.tablekeep.task.accepted.v1'>): Promise<void> => {
    const { sessionId, taskId, attempt } = data;
    await withSession(deps, tx, sessionId, (run) =>
      applyTaskEvent(run, taskId, { type: 'accepted', attempt }, new Date(time)),
    );
  };
