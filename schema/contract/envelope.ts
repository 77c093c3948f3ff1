import { environment, serviceNames } from '../src/events.ts';
import { gap } from '../src/event-stream.ts';
import { plainSchema, type JsonSchema } from './json-schema.ts';

const text = (description: string, more: object = {}): JsonSchema => ({ type: 'string', description, ...more });

/** An event as the live stream carries it: CloudEvents 1.0, JSON format. Webhooks send the same. */
export function streamSchema(): JsonSchema {
  return {
    type: 'object',
    properties: {
      specversion: text('Of CloudEvents.', { const: '1.0' }),
      id: text('Of the event, on every transport the same.'),
      type: text('The type with its version.'),
      source: text('The service that has sent it.', { enum: [...serviceNames] }),
      subject: text('What it is about.'),
      time: text('When it was recorded, RFC 3339, UTC.', { format: 'date-time' }),
      datacontenttype: text('Of the data.', { const: 'application/json' }),
      correlationid: text('Ties together what one request or schedule slot has caused.'),
      environment: text('EMULATED: no AWS account was touched.', { enum: [...environment.options] }),
      data: { type: 'object', description: 'By the schema of the type.' },
    },
    required: [
      'specversion',
      'id',
      'type',
      'source',
      'subject',
      'time',
      'datacontenttype',
      'correlationid',
      'environment',
      'data',
    ],
  };
}

/** The stream's word that events are missing. */
export function gapSchema(): JsonSchema {
  const { $schema: _, ...schema } = plainSchema(gap);
  return schema;
}

/** What an event comes in on Kafka: CloudEvents 1.0, binary mode. */
export function headersSchema(): JsonSchema {
  const properties = {
    ce_specversion: text('Of CloudEvents.', { const: '1.0' }),
    ce_id: text('Of the event. The same event may come twice: remember the ids you have handled.'),
    ce_type: text('The type with its version.'),
    ce_source: text('The service that has sent it.', { enum: [...serviceNames] }),
    ce_subject: text('What it is about; the message’s key.'),
    ce_time: text('When it was recorded, RFC 3339, UTC.', { format: 'date-time' }),
    ce_correlationid: text('Ties together what one request or schedule slot has caused.'),
    ce_environment: text('EMULATED: no AWS account was touched.', { enum: [...environment.options] }),
    'content-type': text('Of the value.', { const: 'application/json' }),
  };
  const traceparent = text('W3C Trace Context of what has caused it, where traces are recorded.');
  return {
    type: 'object',
    properties: { ...properties, ce_traceparent: traceparent, traceparent },
    required: Object.keys(properties),
  };
}

/** What the data of every type comes in, and what the stream says of itself, by the names they are published under. */
export function envelopeSchemas(): Record<string, JsonSchema> {
  return { 'stream-event': streamSchema(), 'stream-gap': gapSchema(), 'kafka-headers': headersSchema() };
}
