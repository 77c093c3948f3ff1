import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import type { RunDeps } from '../run/session-run.ts';
import { startScheduled } from '../run/start-scheduled.ts';

/** An inventory has grown old: its scan begins. A second delivery finds the session of this id and leaves it as it is. */
export const onScanDue =
  (deps: RunDeps) =>
  async (tx: Tx, { data }: EventEnvelope<'dev.tablekeep.account.scan.due.v1'>): Promise<void> => {
    const { accountId, sessionId, regions } = data;
    await startScheduled(deps, tx, {
      id: sessionId,
      request: { type: 'INVENTORY_SCAN', accountId, regions },
      accountId,
    });
  };
