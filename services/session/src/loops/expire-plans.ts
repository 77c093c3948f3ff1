import { sayDuration } from '../domain/say.ts';
import type { RunDeps, SessionRun } from '../run/session-run.ts';
import { waitsFor } from '../run/settle.ts';
import { failPlan } from '../run/store-plan.ts';
import { claimOverduePlan, sessionsWithOverduePlan } from '../store/sessions.ts';
import { lockChunks } from '../store/tasks.ts';
import { eachDue } from './each-due.ts';

const AT_ONCE = 50;

/**
 * Ends sessions whose plan is not complete in time as FAILED: never green with tables missing. Sessions whose last points
 * the catalog does not confirm in time end with a note: the backups are there, but a person should look.
 */
export async function expirePlans(deps: RunDeps): Promise<void> {
  const overdue = await sessionsWithOverduePlan(deps.db, deps.clock.now(), AT_ONCE);
  await eachDue(
    deps,
    overdue.map((sessionId) => ({ sessionId })),
    async (run) => {
      const { id, planDueAt } = run.session;
      if (planDueAt === null || planDueAt > run.now) return;
      if (!(await claimOverduePlan(run.tx, id, planDueAt))) return;
      run.session.planDueAt = null;
      const awaited = waitsFor(run.session);
      if (awaited === 'plan') await expirePlan(run);
      if (awaited === 'catalog') giveUpOnCatalog(run);
    },
  );
}

async function expirePlan(run: SessionRun): Promise<void> {
  const { deps, session } = run;
  const chunks = await lockChunks(deps.db, run.tx, session.id, session.plannedRound + 1);
  const arrived =
    chunks[0] === undefined ? 'nothing of it arrived' : `${chunks.length} of ${chunks[0].data.chunks} parts arrived`;
  failPlan(run, [`No complete plan within ${sayDuration(deps.planDeadlineMs)}: ${arrived}.`]);
}

function giveUpOnCatalog(run: SessionRun): void {
  const { session, deps } = run;
  const { unconfirmed } = session.tally;
  const where =
    session.type === 'DELETION' || session.type === 'RETENTION'
      ? 'AWS has answered; the catalog may still show them.'
      : 'They are in AWS Backup.';
  session.notes = [
    ...session.notes,
    `The catalog did not confirm ${unconfirmed} recovery point(s) within ${sayDuration(deps.catalogDeadlineMs)}. ${where} Look for dead events of the retention service.`,
  ];
  session.tally = { ...session.tally, unconfirmed: 0 };
}
