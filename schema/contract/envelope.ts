import { environment, serviceNames } from '../src/events.ts';
import { gap } from '../src/event-stream.ts';
import { plainSchema, type JsonSchema } from './json-schema.ts';

/** An event as the live stream carries it: CloudEvents 1.0, JSON format. */
export function streamSchema(): JsonSchema {
  const text = (description: string, more: object = {}): JsonSchema => ({ type: 'string', description, ...more });
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
