import { sayDuration } from '../domain/say.ts';
import type { RunDeps } from '../run/session-run.ts';
import { failPlan } from '../run/store-plan.ts';
import { claimOverduePlan, sessionsWithOverduePlan } from '../store/sessions.ts';
import { lockChunks } from '../store/tasks.ts';
import { inSession } from './in-session.ts';

const AT_ONCE = 50;

/** Ends sessions whose plan is not complete in time as FAILED: never green with tables missing. */
export async function expirePlans(deps: RunDeps): Promise<void> {
  for (const id of await sessionsWithOverduePlan(deps.db, deps.clock.now(), AT_ONCE)) {
    await inSession(deps, id, async (run) => {
      const { planDueAt, plannedRound } = run.session;
      if (planDueAt === null || planDueAt > run.now) return;
      if (!(await claimOverduePlan(run.tx, id, planDueAt))) return;
      const chunks = await lockChunks(deps.db, run.tx, id, plannedRound + 1);
      const arrived =
        chunks[0] === undefined
          ? 'nothing of it arrived'
          : `${chunks.length} of ${chunks[0].data.chunks} parts arrived`;
      failPlan(run, [`No complete plan within ${sayDuration(deps.planDeadlineMs)}: ${arrived}.`]);
    });
  }
}
