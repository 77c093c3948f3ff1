import type { Tx } from '@tablekeep/platform/database';
import type { EventData, EventEnvelope, SessionType } from '@tablekeep/schema/events';
import { applyTaskEvent } from '../run/apply-task-event.ts';
import { withSession, type RunDeps } from '../run/session-run.ts';

/**
 * The attempt did what was asked. A second delivery is harmless: the task is over by then, so nothing is counted, logged or
 * unlocked twice.
 */
export const onTaskSucceeded =
  (deps: RunDeps) =>
  async (tx: Tx, { data, time }: EventEnvelope<'dev.tablekeep.task.succeeded.v1'>): Promise<void> => {
    const { sessionId, taskId, attempt } = data;
    await withSession(deps, tx, sessionId, (run) =>
      applyTaskEvent(
        run,
        taskId,
        {
          type: 'succeeded',
          attempt,
          warnings: [...data.warnings, ...unreadTables(run.session.type, data)],
          pointArn: data.point?.recoveryPointArn ?? data.verification?.recoveryPointArn ?? pointGone(data),
          awsJobId: data.awsJobId,
        },
        new Date(time),
        { success: data },
      ),
    );
  };

/** A scan for its own sake says which tables it lacks; a policy's run names those that are its business. */
function unreadTables(type: SessionType, { scan }: EventData<'dev.tablekeep.task.succeeded.v1'>): readonly string[] {
  return type === 'INVENTORY_SCAN' ? (scan?.unreadable ?? []) : [];
}

/** A deletion is done when the catalog says so too: who reads SUCCEEDED does not find the point any more. */
function pointGone({ deleted }: EventData<'dev.tablekeep.task.succeeded.v1'>): string | null {
  return deleted?.outcome === 'GONE' ? deleted.recoveryPointArn : null;
}
