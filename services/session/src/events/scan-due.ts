import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { pendingSession } from '../run/pending-session.ts';
import type { RunDeps } from '../run/session-run.ts';
import { storeSession } from '../run/start-session.ts';

const SCHEDULE = 'schedule';

/** An inventory has grown old: its scan begins. A second delivery finds the session of this id and leaves it as it is. */
export const onScanDue =
  (deps: RunDeps) =>
  async (tx: Tx, { data }: EventEnvelope<'dev.tablekeep.account.scan.due.v1'>): Promise<void> => {
    const { accountId, sessionId, regions } = data;
    const row = pendingSession({
      id: sessionId,
      request: { type: 'INVENTORY_SCAN', accountId, regions },
      trigger: 'SCHEDULE',
      requestedBy: SCHEDULE,
      requestedById: SCHEDULE,
      reason: null,
      idempotencyKey: null,
      inputHash: '',
      accountId,
      policy: null,
      createdAt: deps.clock.now(),
      planDeadlineMs: deps.planDeadlineMs,
    });
    await storeSession(deps.db, tx, row);
  };
