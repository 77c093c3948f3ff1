import type { Attributes } from '@opentelemetry/api';
import { topicOf, type EventEnvelope } from '@tablekeep/schema/events';
import type { WorkItem } from '@tablekeep/schema/work-items';
import type { Database } from '../database/index.ts';
import type { NewSpan } from './spans.ts';

type Operation = 'create' | 'send' | 'process';
type Span = Pick<NewSpan, 'name' | 'kind' | 'attributes'>;

/** Where work items go, whatever the queue is called. */
const WORK = 'work';

const KINDS = { create: 'producer', send: 'client', process: 'consumer' } as const;

/** By OpenTelemetry's conventions for messaging and for CloudEvents. `db`: of who tells or hears it. */
export function eventSpan(
  operation: Operation,
  { dialect }: Pick<Database, 'dialect'>,
  event: EventEnvelope,
  consumer?: string,
): Span {
  // As the relays have it: on SQLite the consumers are in this process.
  const system = dialect.kind === 'sqlite' ? 'in_process' : 'kafka';
  return messageSpan(operation, system, topicOf(event.type, event.source), {
    'messaging.message.id': event.id,
    'messaging.message.conversation_id': event.correlationid,
    'cloudevents.event_id': event.id,
    'cloudevents.event_type': event.type,
    'cloudevents.event_source': event.source,
    'cloudevents.event_subject': event.subject,
    ...(consumer !== undefined && { 'messaging.consumer.group.name': consumer }),
  });
}

export function workSpan(operation: Operation, item: WorkItem): Span {
  return messageSpan(operation, 'aws_sqs', WORK, {
    'messaging.message.conversation_id': item.correlationId,
    'tablekeep.session.id': item.sessionId,
    'tablekeep.task.id': item.taskId,
    'tablekeep.task.attempt': item.attempt,
  });
}

function messageSpan(operation: Operation, system: string, destination: string, attributes: Attributes): Span {
  return {
    name: `${operation} ${destination}`,
    kind: KINDS[operation],
    attributes: {
      'messaging.system': system,
      'messaging.operation.type': operation,
      'messaging.operation.name': operation,
      'messaging.destination.name': destination,
      ...attributes,
    },
  };
}
