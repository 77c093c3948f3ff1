import type { Tx } from '@tablekeep/platform/database';
import { pendingSession } from './pending-session.ts';
import type { RunDeps } from './session-run.ts';
import { storeSession } from './start-session.ts';

const SCHEDULE = 'schedule';

type Pending = Parameters<typeof pendingSession>[0];
type Due = Pick<Pending, 'id' | 'request' | 'accountId'> & Partial<Pick<Pending, 'reason' | 'policy'>>;

/**
 * Begins a session that nobody asked for but a schedule. A second delivery is harmless where `id` is derived from what is due:
 * a session that is there is left as it is.
 */
export async function startScheduled(deps: RunDeps, tx: Tx, due: Due): Promise<void> {
  const row = pendingSession({
    reason: null,
    policy: null,
    ...due,
    trigger: 'SCHEDULE',
    requestedBy: SCHEDULE,
    requestedById: SCHEDULE,
    idempotencyKey: null,
    inputHash: '',
    createdAt: deps.clock.now(),
    planDeadlineMs: deps.planDeadlineMs,
  });
  await storeSession(deps.db, tx, row);
}
