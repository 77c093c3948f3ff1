import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { withSession, type RunDeps } from '../run/session-run.ts';
import { storePlan } from '../run/store-plan.ts';

/**
 * A part of a plan arrived. A second delivery is harmless: a chunk has one place by (session, round, chunk), a round that is
 * planned takes no more chunks, and task ids are derived from (session, round, key).
 */
export const onTasksPlanned =
  (deps: RunDeps) =>
  async (tx: Tx, { data }: EventEnvelope<'dev.tablekeep.session.tasks.planned.v1'>): Promise<void> => {
    await withSession(deps, tx, data.sessionId, (run) => storePlan(run, data));
  };
