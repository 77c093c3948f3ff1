import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { changeTask, withSession, type RunDeps } from '../run/session-run.ts';
import { lockTask } from '../store/tasks.ts';

type Confirmation =
  | 'dev.tablekeep.restore-point.catalogued.v1'
  | 'dev.tablekeep.restore-point.deleted.v1'
  | 'dev.tablekeep.restore-point.verified.v1';

/**
 * A point is in the catalog, or no longer in it, or its verification is noted there: the session that made, removed or verified it may end. It may overtake the success of its task (they come on
 * different topics), hence it is kept on the task and compared when both are there. A second delivery is harmless: it
 * writes the same ARN to the same task, and counts are derived from the task before and after.
 */
export const onCatalogConfirmed =
  (deps: RunDeps) =>
  async (tx: Tx, { data }: EventEnvelope<Confirmation>): Promise<void> => {
    const { sessionId, taskId, recoveryPointArn } = data;
    if (sessionId === null || taskId === null) return;
    await withSession(deps, tx, sessionId, async (run) => {
      const task = await lockTask(deps.db, tx, sessionId, taskId);
      if (task !== null) await changeTask(run, task, { cataloguedArn: recoveryPointArn });
    });
  };
