import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import type { RunDeps } from '../run/session-run.ts';
import { startScheduled } from '../run/start-scheduled.ts';

/**
 * A day's retention of an account has come: its session begins. A second delivery is harmless: the session's id is derived
 * from account and day, and a session that is there is left as it is.
 */
export const onRetentionDue =
  (deps: RunDeps) =>
  async (tx: Tx, { data }: EventEnvelope<'dev.tablekeep.retention.due.v1'>): Promise<void> => {
    const { accountId, sessionId, day, only } = data;
    await startScheduled(deps, tx, {
      id: sessionId,
      request: { type: 'RETENTION', accountId, dryRun: false, day, ...(only && { only }) },
      accountId,
    });
  };
