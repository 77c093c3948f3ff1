import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import type { RunDeps } from '../run/session-run.ts';
import { startScheduled } from '../run/start-scheduled.ts';

/**
 * An account's catalog is to be compared with its vaults: the session begins. A second delivery is harmless: the session's id
 * is derived from account and slot, and a session that is there is left as it is.
 */
export const onReconcileDue =
  (deps: RunDeps) =>
  async (tx: Tx, { data }: EventEnvelope<'dev.tablekeep.catalog.reconcile.due.v1'>): Promise<void> => {
    const { accountId, sessionId, request } = data;
    await startScheduled(deps, tx, {
      id: sessionId,
      request,
      accountId,
    });
  };
