import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { AuditEntity } from '../store/entities.ts';

/** Appends to the audit log. A second delivery is harmless: an entry is unique by its audit id and phase. */
export async function onAuditRecorded(
  db: Database,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.audit.recorded.v1'>,
): Promise<void> {
  const { auditId, phase, at, actor, service, action, input, outcome, requestId } = event.data;
  await db.insertOnce(tx, AuditEntity, {
    id: event.id,
    auditId,
    at: new Date(at),
    phase,
    actorName: actor.name.slice(0, 255),
    actorRole: actor.role,
    service,
    action,
    input: input ?? null,
    outcome: outcome?.slice(0, 1000) ?? null,
    requestId,
  });
}
