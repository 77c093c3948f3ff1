import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { applyTaskEvent } from '../run/apply-task-event.ts';
import { withSession, type RunDeps } from '../run/session-run.ts';

/**
 * How far the attempt is. A second delivery is harmless: it writes the same number, and nothing once the task is over or
 * another attempt is out.
 */
export const onTaskProgressed =
  (deps: RunDeps) =>
  async (tx: Tx, { data, time }: EventEnvelope<'dev.tablekeep.task.progressed.v1'>): Promise<void> => {
    const { sessionId, taskId, attempt } = data;
    await withSession(deps, tx, sessionId, (run) =>
      applyTaskEvent(run, taskId, { type: 'progressed', attempt, percent: data.percent }, new Date(time)),
    );
  };
