import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { alertFacts } from '@tablekeep/schema/alert-events';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { alertMessage } from '../domain/alert-message.ts';
import type { Message } from '../domain/message.ts';
import { queueEnd, queueMessage } from '../queue-message.ts';
import { closeAlert, keepAlert, type AlertRow } from '../store/alerts.ts';
import { KnownAccountEntity } from '../store/entities.ts';

type Deps = Readonly<{ db: Database; clock: Clock; publicUrl: string | null }>;
type Raised = EventEnvelope<'dev.tablekeep.alert.raised.v1'>;
type Cleared = EventEnvelope<'dev.tablekeep.alert.cleared.v1'>;

/** Keeps the alert and tells people. A second delivery, or one that comes after the alert is over, finds it and tells nobody. */
export async function onAlertRaised(deps: Deps, tx: Tx, event: Raised): Promise<void> {
  const alert = rowOf(event, null);
  if (await keepAlert(deps.db, tx, alert)) await queueMessage(deps, tx, await messageOf(deps, tx, event, alert));
}

/** Those who were told that it began are told that it is over, once, and nobody else, whatever was set since. */
export async function onAlertCleared(deps: Deps, tx: Tx, event: Cleared): Promise<void> {
  const alert = rowOf(event, new Date(event.data.clearedAt));
  if (await closeAlert(deps.db, tx, alert)) await queueEnd(deps, tx, await messageOf(deps, tx, event, alert), alert.id);
}

async function messageOf(deps: Deps, tx: Tx, event: Raised | Cleared, alert: AlertRow): Promise<Message> {
  const { accountId } = alert;
  const account = accountId === null ? null : await tx.findOne(KnownAccountEntity, { where: { accountId } });
  const { environment, id } = event;
  return alertMessage(alert, id, { environment, account, publicUrl: deps.publicUrl });
}

function rowOf({ data, source }: Raised | Cleared, clearedAt: Date | null): AlertRow {
  const { alertId, kind, subject = null, severity, policyId, accountId, raisedAt } = data;
  const facts = alertFacts.parse(data);
  return {
    id: alertId,
    kind,
    severity,
    service: source,
    subject,
    supersededBy: null,
    policyId,
    accountId,
    facts,
    raisedAt: new Date(raisedAt),
    clearedAt,
  };
}
