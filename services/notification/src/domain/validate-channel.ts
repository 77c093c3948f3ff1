import type { UserError } from '@tablekeep/platform/errors';
import type { ChannelKind } from './content.ts';
import type { NotifyOn } from './message.ts';
import { webhookEvents } from './webhook.ts';

export type ChannelFacts = Readonly<{
  kind: ChannelKind;
  name: string;
  url: string | null;
  topicArn: string | null;
  accountId: string | null;
  severities: readonly NotifyOn[] | null;
  policyIds: readonly string[] | null;
  eventTypes: readonly string[] | null;
}>;

const TOPIC = /^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(?:\.fifo)?$/u;
const MOST = 200;

/** Everything that is wrong with a channel, at once. */
export function channelProblems(channel: ChannelFacts): UserError[] {
  const problems: UserError[] = [];
  const wrong = (code: string, message: string, ...path: string[]) => problems.push({ code, message, path });
  const { kind, name } = channel;
  if (name.trim() === '' || name.length > 100) wrong('BAD_NAME', 'A name has 1 to 100 characters.', 'name');
  problems.push(...(kind === 'SNS' ? topicProblems(channel) : urlProblems(channel)));
  problems.push(...filterProblems(channel));
  return problems;
}

function topicProblems({ topicArn, accountId, url }: ChannelFacts): UserError[] {
  const problems: UserError[] = [];
  const wrong = (code: string, message: string, path: string) => problems.push({ code, message, path: [path] });
  if (topicArn === null) wrong('REQUIRED', 'Name the topic.', 'topicArn');
  else if (!TOPIC.test(topicArn))
    wrong('BAD_ARN', 'A topic reads arn:aws:sns:us-east-1:111122223333:name.', 'topicArn');
  else if (topicArn.endsWith('.fifo'))
    wrong('FIFO_TOPIC', 'A FIFO topic cannot reach people; name a standard one.', 'topicArn');
  if (accountId === null) wrong('REQUIRED', 'Name the account whose role publishes to the topic.', 'accountId');
  if (url !== null) wrong('NOT_OF_KIND', 'An SNS channel has a topic, and no URL.', 'url');
  return problems;
}

function urlProblems({ kind, url, topicArn, accountId }: ChannelFacts): UserError[] {
  const problems: UserError[] = [];
  const wrong = (code: string, message: string, path = 'url') => problems.push({ code, message, path: [path] });
  if (url === null) wrong('REQUIRED', 'Say where to send: an https address.');
  else {
    const parsed = URL.parse(url);
    if (!parsed || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:'))
      wrong('BAD_URL', 'An address reads https://example.com/path.');
    else {
      if (parsed.username !== '' || parsed.password !== '')
        wrong('BAD_URL', 'An address carries no user and password; messages are signed instead.');
      if (parsed.hash !== '') wrong('BAD_URL', 'What stands after # is never sent; leave it out.');
    }
    if (url.length > 1_500) wrong('TOO_LONG', 'An address has 1,500 characters at most.');
  }
  for (const [field, value] of Object.entries({ topicArn, accountId }))
    if (value !== null) wrong('NOT_OF_KIND', `Only SNS channels have it; this one is ${kind}.`, field);
  return problems;
}

function filterProblems({ kind, severities, policyIds, eventTypes }: ChannelFacts): UserError[] {
  const problems: UserError[] = [];
  const wrong = (code: string, message: string, ...path: string[]) => problems.push({ code, message, path });
  const lists: Record<string, readonly string[] | null> = { severities, policyIds, eventTypes };
  for (const [field, values] of Object.entries(lists)) {
    if (values?.length === 0) wrong('EMPTY', 'An empty list would let nothing through; leave it out for all.', field);
    if ((values?.length ?? 0) > MOST) wrong('TOO_MANY', `${MOST} at most.`, field);
    values?.forEach((value, i) => {
      if (values.indexOf(value) !== i) wrong('DUPLICATE', `${value} is named twice.`, field, String(i));
    });
  }
  if (kind === 'PING' && severities !== null)
    wrong('NOT_OF_KIND', 'A dead-man’s switch hears of every run; it has no severities.', 'severities');
  if (kind === 'PING' && policyIds?.length !== 1)
    wrong('REQUIRED', 'A dead-man’s switch watches one policy: name exactly one.', 'policyIds');
  if (kind !== 'WEBHOOK' && eventTypes !== null)
    wrong('NOT_OF_KIND', 'Only webhooks choose event types.', 'eventTypes');
  eventTypes?.forEach((type, i) => {
    if (!(webhookEvents as readonly string[]).includes(type))
      wrong(
        'UNKNOWN_EVENT',
        `There is no event ${type} for webhooks; there are ${webhookEvents.join(', ')}.`,
        'eventTypes',
        String(i),
      );
  });
  return problems;
}

/** What people may see of an address: of SLACK and PING whoever knows it may use it, and a query often holds a receiver's key. */
export function shownUrl(kind: ChannelKind, url: string): string {
  if (kind !== 'WEBHOOK') return `${new URL(url).origin}/…`;
  return url.replace(/\?.*$/su, '?…');
}
