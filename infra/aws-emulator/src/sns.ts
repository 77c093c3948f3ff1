import { AwsError } from './errors.ts';
import { text } from './wire/read.ts';
import type { Call, Operations } from './call.ts';

/** A standard topic. It has no subscribers: what is published stays here to be looked at. */
export interface Topic {
  readonly name: string;
  readonly arn: string;
  published: PublishedMessage[];
}

export interface PublishedMessage {
  readonly messageId: string;
  readonly subject: string | null;
  readonly message: string;
  readonly publishedAt: number;
}

/** SNS API Reference, "Publish" and "CreateTopic". */
const NAME = /^[\w-]{1,256}$/;
const MOST_BYTES = 262_144;
const MOST_SUBJECT = 100;
/** Enough for whoever looks; the rest is forgotten. */
const MOST_KEPT = 1_000;

const invalid = (message: string): AwsError => new AwsError('InvalidParameter', `Invalid parameter: ${message}`);

function createTopic(call: Call): unknown {
  const name = text(call.input, 'Name') ?? '';
  if (!NAME.test(name)) throw invalid('Topic Name');
  const existing = call.world.topics.get(call.scope, name);
  if (existing !== null) return { TopicArn: existing.arn };
  const arn = `arn:aws:sns:${call.region}:${call.account}:${name}`;
  call.world.topics.put(call.scope, name, { name, arn, published: [] });
  return { TopicArn: arn };
}

/** Topics of other accounts would need a topic policy: there are none here. */
function publish(call: Call): unknown {
  const { input, world, scope, now } = call;
  const arn = text(input, 'TopicArn') ?? '';
  const parts = /^arn:aws:sns:([^:]+):(\d{12}):([\w-]+)$/.exec(arn);
  if (parts === null) throw invalid('TopicArn');
  if (parts[1] !== call.region) throw invalid('TopicArn');
  const topic = parts[2] === call.account ? world.topics.get(scope, parts[3] ?? '') : null;
  if (topic === null) throw new AwsError('NotFound', 'Topic does not exist', 404);
  const message = text(input, 'Message') ?? '';
  const subject = text(input, 'Subject');
  if (message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) > MOST_BYTES) throw invalid('Message too long');
  if (subject !== null && !/^[\x21-\x7e][\x20-\x7e]*$/.test(subject)) throw invalid('Subject');
  if (subject !== null && subject.length > MOST_SUBJECT) throw invalid('Subject');
  const messageId = world.random.uuid();
  const published = [...topic.published, { messageId, subject, message, publishedAt: now }].slice(-MOST_KEPT);
  world.topics.put(scope, topic.name, { ...topic, published });
  return { MessageId: messageId };
}

export const snsOperations: Operations = {
  CreateTopic: { resources: (call) => [topicArn(call, text(call.input, 'Name') ?? '')], run: createTopic },
  Publish: { resources: (call) => [text(call.input, 'TopicArn') ?? '*'], run: publish },
};

const topicArn = ({ region, account }: Call, name: string): string => `arn:aws:sns:${region}:${account}:${name}`;
