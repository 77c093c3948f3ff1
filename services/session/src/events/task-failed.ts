import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { applyTaskEvent } from '../run/apply-task-event.ts';
import { withSession, type RunDeps } from '../run/session-run.ts';

/**
 * The attempt is over without what was asked. A second delivery is harmless: the task is over, or waits with its next
 * attempt and ignores the word of the older one, so a failure is never retried twice.
 */
export const onTaskFailed =
  (deps: RunDeps) =>
  async (tx: Tx, { data, time }: EventEnvelope<'dev.tablekeep.task.failed.v1'>): Promise<void> => {
    const { sessionId, taskId, attempt } = data;
    await withSession(deps, tx, sessionId, (run) =>
      applyTaskEvent(
        run,
        taskId,
        {
          type: 'failed',
          attempt,
          code: data.code,
          reason: data.reason,
          retryable: data.retryable,
          awsJobId: data.awsJobId,
        },
        new Date(time),
        { awsRequestId: data.awsRequestId },
      ),
    );
  };
