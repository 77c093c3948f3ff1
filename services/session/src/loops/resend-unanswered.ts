import { ASK_AGAIN_MS, resendDelayMs } from '../domain/resend.ts';
import { sayDuration, sayTask } from '../domain/say.ts';
import { belongsToCleaningUp } from '../domain/unlock-task.ts';
import { isTaskOver } from '../domain/settle-task.ts';
import { nextResend, recordCancel, recordPerform } from '../run/dispatch-task.ts';
import { say, type RunDeps } from '../run/session-run.ts';
import { claimTimer, dueTasks, lockTask } from '../store/tasks.ts';
import { eachDue } from './each-due.ts';

const AT_ONCE = 200;

/**
 * Sends a work item again that nobody answered within the bound: the queue may have lost it. It keeps its task and attempt,
 * so an executor that has it after all sees the same item. The longer the silence, the rarer: an executor that is down for
 * a night must not find a flood. An accepted task that nothing is heard of is asked about in the same way: the executor
 * answers an item it has with where that stands, its outcome said again if it has ended; one it has lost it takes up anew,
 * and, told when the item was first sent, looks in AWS before it starts anything. While stopping, the CANCEL is repeated
 * until the task is over: the executor answers for an attempt that has ended or that it does not have.
 */
export async function resendUnanswered(deps: RunDeps): Promise<void> {
  const tasks = await dueTasks(deps.db, 'resendAt', deps.clock.now(), AT_ONCE);
  await eachDue(deps, tasks, async (run, due) => {
    const task = await lockTask(deps.db, run.tx, due.sessionId, due.id);
    if (task === null || isTaskOver(task.status)) return;
    if (run.session.stopRequestedBy !== null && !belongsToCleaningUp(task.parameters)) {
      if (!(await claimTimer(run.tx, 'resendAt', due, nextResend(run)))) return;
      await recordCancel(run, task);
      return;
    }
    const silentMs = run.now.getTime() - (task.dispatchedAt ?? run.now).getTime();
    const wasAccepted = task.acceptedAt !== null;
    const delayMs = wasAccepted ? ASK_AGAIN_MS : resendDelayMs(silentMs, deps.resendAfterMs);
    if (!(await claimTimer(run.tx, 'resendAt', due, new Date(run.now.getTime() + delayMs)))) return;
    if (!wasAccepted && silentMs < 2 * deps.resendAfterMs) {
      const silent = sayDuration(deps.resendAfterMs);
      say(run, 'WARNING', `${sayTask(task)} was not taken up for ${silent}; its work item is sent again`, task);
    }
    await recordPerform(run, task, task.dispatchedAt);
  });
}
