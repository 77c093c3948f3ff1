import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { composeMail, severityOf } from '../domain/compose-mail.ts';
import { queueMail } from '../store/deliveries.ts';
import { SettingsEntity } from '../store/entities.ts';

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
  if (!settings?.enabled || !settings.notifyOn.includes(severityOf(event.data.status))) return;
  await queueMail(
    db,
    tx,
    { about: event.data.sessionId, eventId: event.id },
    settings.recipients,
    composeMail(event.data, event.environment),
    clock.now(),
  );
}
