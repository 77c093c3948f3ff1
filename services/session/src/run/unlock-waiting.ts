import { restorePointIdOf } from '@tablekeep/platform/ids';
import { sayTask } from '../domain/say.ts';
import { endUnsent } from '../domain/settle-task.ts';
import { unlock } from '../domain/unlock-task.ts';
import type { TaskRow } from '../store/entities.ts';
import { lockWaiting } from '../store/tasks.ts';
import { dispatchTask, stopText } from './dispatch-task.ts';
import { changeTask, columnsOf, say, type SessionRun } from './session-run.ts';

/** Sends or skips what waited for a task that is now over, and what waited for that. */
export async function unlockWaiting(run: SessionRun, finished: TaskRow, at: Date): Promise<void> {
  const over = [finished];
  for (let before = over.shift(); before !== undefined; before = over.shift()) {
    for (const task of await lockWaiting(run.deps.db, run.tx, before)) {
      const next = unlock(before, task.parameters, restorePointIdOf);
      if (next.kind === 'dispatch' && run.session.stopRequestedBy !== null && next.parameters.kind === 'RESTORE') {
        const reason = stopText(run.session.stopRequestedBy, run.session.stopReason);
        const canceled = endUnsent(task, { status: 'CANCELED', reason, code: 'CANCELED' }, at);
        const { parameters } = next;
        over.push(await changeTask(run, task, { ...columnsOf(canceled), parameters }));
        continue;
      }
      if (next.kind === 'dispatch') {
        await dispatchTask(run, task, next.parameters);
        continue;
      }
      const skipped = endUnsent(task, { status: 'SKIPPED', reason: next.reason, code: 'SKIPPED' }, at);
      over.push(await changeTask(run, task, columnsOf(skipped)));
      say(run, 'WARNING', `${sayTask(task)} skipped. ${next.reason}`, task);
    }
  }
}
