import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope, SessionType } from '@tablekeep/schema/events';
import { sessionMessage, severityOf } from '../domain/message.ts';
import { queueMessage } from '../queue-message.ts';
import { PolicyOverrideEntity } from '../store/entities.ts';
import { knownAccount } from '../store/known-accounts.ts';

const LOOKS: ReadonlySet<SessionType> = new Set(['INVENTORY_SCAN', 'IMPORT']);

/**
 * Queues the result of a session for everybody who wants to hear of it. A second delivery is harmless, and so is a second
 * event: a session ends once, after the last retry of its tasks, so its message is unique by session and recipient.
 */
export async function onSessionFinished(
  o: Readonly<{ db: Database; clock: Clock; publicUrl: string | null }>,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.finished.v1'>,
): Promise<void> {
  const { accountId, policyId, type, trigger, status } = event.data;
  // A scheduled look at tables or vaults that went well is nobody's news: they come every day.
  if (LOOKS.has(type) && trigger === 'SCHEDULE' && severityOf(status) === 'SUCCESS') return;
  const account = accountId === null ? null : await knownAccount(tx, accountId);
  const policy = policyId === null ? null : await tx.findOne(PolicyOverrideEntity, { where: { policyId } });
  const nextRunAt = policy?.nextRunAt && policy.nextRunAt > o.clock.now() ? policy.nextRunAt : null;
  const around = { environment: event.environment, account, nextRunAt, publicUrl: o.publicUrl };
  await queueMessage(o, tx, sessionMessage(event.data, event.id, around));
}
