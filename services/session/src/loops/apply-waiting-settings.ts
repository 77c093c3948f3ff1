import { TaskEntity } from '../store/entities.ts';
import { applyWaiting } from '../run/apply-held-settings.ts';
import type { RunDeps } from '../run/session-run.ts';
import { claimWaiting, dueWaiting } from '../store/held-settings.ts';

const AT_ONCE = 50;

/** Settings whose time has come are set by a session of their own. One that cannot be begun stays due, and is logged. */
export async function applyWaitingSettings(deps: RunDeps): Promise<void> {
  for (const due of await dueWaiting(deps.db, deps.clock.now(), AT_ONCE)) {
    try {
      await deps.db.transaction(async (tx) => {
        if (!(await claimWaiting(tx, due))) return;
        const task = await tx.findOneBy(TaskEntity, { id: due.taskId });
        if (task !== null) return applyWaiting(deps, tx, task, due.dueAt);
        // Only a release that forgot sessions with waiting settings can have left this.
        deps.log.error({ ...due }, 'the records of a restore whose settings waited are gone: set them by hand');
      });
    } catch (error) {
      deps.log.error({ err: error, taskId: due.taskId }, 'waiting settings could not be set; they stay due');
    }
  }
}
