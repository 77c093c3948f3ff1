import { sayTask } from '../domain/say.ts';
import { dispatchTask } from '../run/dispatch-task.ts';
import { say, type RunDeps } from '../run/session-run.ts';
import { claimTimer, dueTasks, lockTask } from '../store/tasks.ts';
import { eachDue } from './each-due.ts';

const AT_ONCE = 200;

/** Sends the next attempt of failed tasks whose delay is over. The attempt before it is known to be over: it failed. */
export async function startDueRetries(deps: RunDeps): Promise<void> {
  const tasks = await dueTasks(deps.db, 'retryAt', deps.clock.now(), AT_ONCE);
  await eachDue(deps, tasks, async (run, due) => {
    const task = await lockTask(deps.db, run.tx, due.sessionId, due.id);
    if (task === null || !(await claimTimer(run.tx, 'retryAt', due, null))) return;
    await dispatchTask(run, task);
    say(run, 'INFO', `${sayTask(task)}: attempt ${task.attempt} begins`, task);
  });
}
