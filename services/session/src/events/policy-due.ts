import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import type { RunDeps } from '../run/session-run.ts';
import { startScheduled } from '../run/start-scheduled.ts';

/**
 * A slot of a policy has come: its session begins. A second delivery is harmless: the session's id is derived from policy
 * and slot, and a session that is there is left as it is.
 */
export const onPolicyDue =
  (deps: RunDeps) =>
  async (tx: Tx, { data }: EventEnvelope<'dev.tablekeep.policy.due.v1'>): Promise<void> => {
    const { policyId, policyName, accountId, sessionId, slot, lateBecause, retryCount, retryDelaySeconds } = data;
    await startScheduled(deps, tx, {
      id: sessionId,
      request: { type: 'POLICY_BACKUP', policyId, slot },
      reason: lateBecause,
      accountId,
      policy: { id: policyId, name: policyName, retryCount, retryDelaySeconds },
    });
  };
