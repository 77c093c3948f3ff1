import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import type { RunDeps } from '../run/session-run.ts';
import { keepRecordsFor } from '../store/record-retention.ts';

/**
 * Somebody said how long records of sessions are kept: from now on that counts, and no longer what the process was started
 * with. A second delivery, and one that comes late, is harmless: the highest version stands.
 */
export const onRetentionSettingsChanged =
  ({ db }: RunDeps) =>
  async (tx: Tx, { data }: EventEnvelope<'dev.tablekeep.retention.settings.changed.v1'>): Promise<void> => {
    const { version, sessionKeepDays } = data;
    if (sessionKeepDays !== undefined) await keepRecordsFor(db, tx, { version, keepDays: sessionKeepDays });
  };
