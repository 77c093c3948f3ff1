import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { docOf, topicsOf } from '../src/event-docs/index.ts';
import { topics, type EventType, type Topic } from '../src/events.ts';
import { gapSchema, headersSchema, streamSchema } from './envelope.ts';
import { eventTypes } from './json-schema.ts';

const TOPICS: Readonly<Record<Topic, string>> = {
  'tablekeep.policy': 'Accounts, policies, schedules and plans of backups; key: id of the account, policy or session.',
  'tablekeep.session': 'Sessions; key: the session’s id.',
  'tablekeep.task': 'Tasks; key: the session’s id, so that the events of one session keep their order.',
  'tablekeep.restore-point': 'The catalog and plans of what it decides; key: id of the restore point or session.',
  'tablekeep.inventory': 'What scans found; key: the scan’s id.',
  'tablekeep.notification': 'Messages to people; key: the delivery’s id.',
  'tablekeep.audit': 'Who asked for which change; key: the audit entry’s id.',
  'tablekeep.alert': 'What should have happened and has not, and that it has after all; key: the alert’s id.',
};

/** https://www.asyncapi.com/docs/reference/specification/v3.0.0: actions are from our side, hence "send". */
export function asyncApiDocument(): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tablekeep events',
      version: '1.0.0',
      description:
        'CloudEvents 1.0. On Kafka in binary mode: attributes are ce_ headers, the value is JSON data, the key is the subject. ' +
        'At the gateway as server-sent events in structured mode. Every event may come twice: ce_id tells. ' +
        'Readers let pass fields, values of enumerations and types that they do not know.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: { host: 'kafka.example.com:9092', protocol: 'kafka', description: 'The brokers of a cluster profile.' },
      gateway: {
        host: 'localhost:4000',
        protocol: 'http',
        description: 'The gateway, on both profiles.',
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: { ...Object.fromEntries(topics.map((topic) => [topic, kafkaChannel(topic)])), events: streamChannel() },
    operations: Object.fromEntries(
      [...topics, 'events'].map((channel) => [
        `send-${channel}`,
        {
          action: 'send',
          channel: { $ref: `#/channels/${channel}` },
          summary: channel === 'events' ? 'Tablekeep streams events to a client' : 'Tablekeep tells what has happened',
        },
      ]),
    ),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'An API token.' } },
      messages: Object.fromEntries(eventTypes.map((type) => [type, message(type)])),
      schemas: { headers: headersSchema() },
    },
  };
}

function kafkaChannel(topic: Topic): object {
  const types = eventTypes.filter((type) => topicsOf(type).includes(topic));
  return {
    address: topic,
    title: topic,
    description: TOPICS[topic],
    servers: [{ $ref: '#/servers/kafka' }],
    messages: Object.fromEntries(types.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
    bindings: { kafka: { topic, bindingVersion: '0.5.0' } },
  };
}

function streamChannel(): object {
  return {
    address: '/events',
    title: 'Live stream',
    description: 'GET, text/event-stream: see docs/events.md for filters and resumption.',
    servers: [{ $ref: '#/servers/gateway' }],
    messages: {
      event: {
        name: 'message',
        title: 'An event',
        summary: 'A CloudEvent in JSON, as the data of a server-sent event whose id resumes the stream.',
        contentType: 'application/cloudevents+json',
        payload: streamSchema(),
      },
      gap: {
        name: 'dev.tablekeep.stream.gap',
        title: 'Events are missing here',
        summary: 'What was asked for is no longer kept, or was never known; the stream goes on after the gap.',
        contentType: 'application/json',
        payload: gapSchema(),
      },
    },
    bindings: { http: { bindingVersion: '0.3.0' } },
  };
}

function message(type: EventType): object {
  const doc = docOf(type);
  return {
    name: type,
    title: type,
    summary: doc?.summary,
    ...(doc?.more !== undefined && { description: doc.more }),
    contentType: 'application/json',
    tags: [{ name: (doc?.audience ?? 'INTERNAL').toLowerCase() }],
    headers: { $ref: '#/components/schemas/headers' },
    payload: { $ref: `./${type}.schema.json` },
    correlationId: {
      description: 'Ties together what one request or schedule slot has caused.',
      location: '$message.header#/ce_correlationid',
    },
    bindings: {
      kafka: { key: { type: 'string', description: `The event's subject: ${doc?.subject}.` }, bindingVersion: '0.5.0' },
    },
    examples: doc?.examples.map((example) => ({
      name: example.name,
      headers: headersOf(type, example.subject),
      payload: example.data,
    })),
  };
}

function headersOf(type: EventType, subject: string): object {
  return {
    ce_specversion: '1.0',
    ce_id: '0198c0de-0a0a-7000-8000-00000000000a',
    ce_type: type,
    ce_source: docOf(type)?.sentBy[0],
    ce_subject: subject,
    ce_time: '2026-11-27T02:51:12.917Z',
    ce_correlationid: '0198c0de-0a0d-7000-8000-00000000000e',
    ce_environment: 'AWS',
    'content-type': 'application/json',
  };
}

/** What the specification's own schema finds wrong with the document. */
export function asyncApiProblems(document: object): string[] {
  const file = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json');
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const specification = JSON.parse(readFileSync(file, 'utf8')) as object;
  if (ajv.validate(specification, document)) return [];
  return (ajv.errors ?? []).map(({ instancePath, message }) => `AsyncAPI ${instancePath}: ${message}`);
}
