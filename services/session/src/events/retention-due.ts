import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { pendingSession } from '../run/pending-session.ts';
import type { RunDeps } from '../run/session-run.ts';
import { storeSession } from '../run/start-session.ts';

const SCHEDULE = 'schedule';

/**
 * A day's retention of an account has come: its session begins. A second delivery is harmless: the session's id is derived
 * from account and day, and a session that is there is left as it is.
 */
export const onRetentionDue =
  (deps: RunDeps) =>
  async (tx: Tx, { data }: EventEnvelope<'dev.tablekeep.retention.due.v1'>): Promise<void> => {
    const { accountId, sessionId, day, only } = data;
    const row = pendingSession({
      id: sessionId,
      request: { type: 'RETENTION', accountId, dryRun: false, day, ...(only && { only }) },
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
