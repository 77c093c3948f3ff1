import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { composeMail } from '../domain/compose-mail.ts';
import { whoHears } from '../domain/who-hears.ts';
import { queueMail } from '../store/deliveries.ts';
import { PolicyOverrideEntity, SettingsEntity } from '../store/entities.ts';

/**
 * Queues the result of a session for everybody who wants to hear of it. A second delivery is harmless, and so is a second
 * event: a session ends once, so its mail is unique by session and recipient.
 */
export async function onSessionFinished(
  db: Database,
  clock: Clock,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.finished.v1'>,
): Promise<void> {
  const settings = await tx.findOne(SettingsEntity, { where: { id: 1 } });
  const { policyId } = event.data;
  const said = policyId === null ? null : await tx.findOne(PolicyOverrideEntity, { where: { policyId } });
  const recipients = whoHears(event.data, settings, said?.override ?? null);
  await queueMail(
    db,
    tx,
    { about: event.data.sessionId, eventId: event.id },
    recipients,
    composeMail(event.data, event.environment),
    clock.now(),
  );
}
