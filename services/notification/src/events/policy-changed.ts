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
  const { policyId, deleted, version, notifications } = data;
  // The mail of a run that ends after its policy's deletion goes where the settings say.
  if (deleted) return void (await tx.delete(PolicyOverrideEntity, { policyId }));
  if (version === undefined) return;
  const row = { policyId, version, override: notifications ?? NOTHING_SAID };
  if (await db.insertOnce(tx, PolicyOverrideEntity, row)) return;
  const known = await tx.findOne(PolicyOverrideEntity, { where: { policyId }, ...db.forUpdate() });
  if (known && known.version < version) await tx.update(PolicyOverrideEntity, { policyId }, row);
}
