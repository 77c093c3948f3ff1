import { PublishCommand } from '@aws-sdk/client-sns';
import type { CallOptions, RegionAws } from './region-aws.ts';

/** SNS API Reference, Publish: a subject is ASCII, without line breaks, up to 100 characters, and begins with a letter, a digit or a sign. */
const MOST_SUBJECT = 100;

/**
 * Publishes once. SNS has no token that would make a second try the same one: an answer that is lost leaves the message
 * perhaps published.
 */
export async function publish(
  aws: RegionAws,
  { topicArn, subject, message }: Readonly<{ topicArn: string; subject: string; message: string }>,
  options: CallOptions,
): Promise<string> {
  const Subject = asciiSubject(subject);
  const command = new PublishCommand({ TopicArn: topicArn, Message: message, ...(Subject !== '' && { Subject }) });
  const send = (abortSignal: AbortSignal) => aws.sns.send(command, { abortSignal });
  const { MessageId } = await aws.call('sns:Publish', send, { ...options, attempts: 1 });
  return MessageId ?? '';
}

function asciiSubject(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[^\x20-\x7e]/gu, '')
    .trim();
  return plain.slice(0, MOST_SUBJECT).trim();
}
