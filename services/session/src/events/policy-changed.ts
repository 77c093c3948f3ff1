import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import type { RunDeps } from '../run/session-run.ts';
import { notePolicy } from '../store/operation-counts.ts';

/**
 * A policy is there, is named otherwise, or is gone: metrics show its counts, from 0 on, under its name. A second delivery is
 * harmless, and one that comes late: they state what is so, and the version says which is newer.
 */
export const onPolicyChanged =
  (deps: RunDeps) =>
  async (tx: Tx, { data }: EventEnvelope<'dev.tablekeep.policy.changed.v1'>): Promise<void> => {
    const { policyId: id, name, version = 0, deleted } = data;
    await notePolicy(deps.db, tx, { id, name, version, deleted });
  };
