import { UserErrors } from '@tablekeep/platform/errors';
import type { Viewer } from '@tablekeep/platform/identity';
import { LIMITS } from '../domain/check-input.ts';
import { isOver } from '../domain/session-status.ts';
import { belongsToCleaningUp } from '../domain/unlock-task.ts';
import { endUnsent } from '../domain/settle-task.ts';
import type { SessionRow } from '../store/entities.ts';
import { lockOpenTasks } from '../store/tasks.ts';
import { nextResend, recordCancel, stopText } from './dispatch-task.ts';
import { changeTask, columnsOf, say, withSession, type RunDeps, type SessionRun } from './session-run.ts';

/**
 * Asks a session to stop: what was never sent is canceled at once, what is out gets a CANCEL work item and is followed to
 * its end. Stopping twice asks the executor once more. Throws UserErrors where there is nothing to stop.
 */
export async function stopSession(
  deps: RunDeps,
  viewer: Viewer,
  input: Readonly<{ id: string; reason?: string | null | undefined }>,
): Promise<SessionRow> {
  const reason = input.reason ?? null;
  if (reason !== null && reason.length > LIMITS.reason) {
    throw refusal('TOO_LONG', `A reason has at most ${LIMITS.reason} characters.`, 'reason');
  }
  return deps.db.transaction(async (tx) => {
    let stopped = false;
    const session = await withSession(deps, tx, input.id, async (run) => {
      await stop(run, viewer, reason);
      stopped = true;
    });
    if (session === null) throw refusal('NOT_FOUND', 'There is no session with this id.', 'id');
    if (!stopped && isOver(session.status)) {
      throw refusal('SESSION_FINISHED', `The session is over: it ended ${session.status}.`, 'id');
    }
    return session;
  });
}

async function stop(run: SessionRun, viewer: Viewer, reason: string | null): Promise<void> {
  const { session, deps, tx, now } = run;
  if (session.stopRequestedBy === null) {
    session.stopRequestedBy = viewer.name;
    session.stopReason = reason;
    session.planDueAt = null;
    say(run, 'WARNING', stopText(viewer.name, reason));
  }
  const why = stopText(session.stopRequestedBy, session.stopReason);
  let unstoppable = 0;
  for (const task of await lockOpenTasks(deps.db, tx, session.id)) {
    if (belongsToCleaningUp(task.parameters)) continue;
    if (task.dispatchedAt === null) {
      const canceled = endUnsent(task, { status: 'CANCELED', reason: why, code: 'CANCELED' }, now);
      await changeTask(run, task, columnsOf(canceled));
    } else {
      if (task.kind === 'COPY' || task.kind === 'RESTORE' || task.kind === 'VERIFY') unstoppable += 1;
      await changeTask(run, task, { resendAt: nextResend(run) });
      await recordCancel(run, task);
    }
  }
  if (unstoppable > 0) {
    say(run, 'WARNING', `AWS cannot stop copies and restores that have begun: ${unstoppable} followed to the end.`);
  }
}

const refusal = (code: string, message: string, field: string) => new UserErrors([{ code, message, path: [field] }]);
