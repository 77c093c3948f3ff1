import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { PolicyOverrideEntity } from '../store/entities.ts';

const NOTHING_SAID = { silent: false, recipients: null, notifyOn: null };

/** Keeps what the policy says of its notifications. An announcement that comes late or twice changes nothing. */
export async function onPolicyChanged(
  db: Database,
  tx: Tx,
  { data }: EventEnvelope<'dev.tablekeep.policy.changed.v1'>,
): Promise<void> {
  const { policyId, deleted, version, notifications, nextRunAt } = data;
  // The mail of a run that ends after its policy's deletion goes where the settings say.
  if (deleted) return void (await tx.delete(PolicyOverrideEntity, { policyId }));
  if (version === undefined) return;
  const next = nextRunAt == null ? null : new Date(nextRunAt);
  const row = { policyId, version, override: notifications ?? NOTHING_SAID, nextRunAt: next };
  if (await db.insertOnce(tx, PolicyOverrideEntity, row)) return;
  const known = await tx.findOne(PolicyOverrideEntity, { where: { policyId }, ...db.forUpdate() });
  if (known && known.version < version) await tx.update(PolicyOverrideEntity, { policyId }, row);
}

/**
 * Keeps when the policy runs next. Harmless where it comes late: the time is then past, and nothing is said of it until the
 * next slot.
 */
export async function onPolicyDue(tx: Tx, { data }: EventEnvelope<'dev.tablekeep.policy.due.v1'>): Promise<void> {
  if (data.nextRunAt === undefined) return;
  const nextRunAt = data.nextRunAt === null ? null : new Date(data.nextRunAt);
  await tx.update(PolicyOverrideEntity, { policyId: data.policyId }, { nextRunAt });
}
