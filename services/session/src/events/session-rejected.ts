import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { withSession, type RunDeps } from '../run/session-run.ts';
import { failPlan } from '../run/store-plan.ts';

/**
 * The planner refuses: the session ends FAILED with the reasons. A second delivery is harmless: the session is over by then,
 * or follows open tasks with the same reasons already noted.
 */
export const onSessionRejected =
  (deps: RunDeps) =>
  async (tx: Tx, { data }: EventEnvelope<'dev.tablekeep.session.rejected.v1'>): Promise<void> => {
    await withSession(deps, tx, data.sessionId, async (run) => {
      if (!run.session.planFailed) failPlan(run, data.reasons);
    });
  };
