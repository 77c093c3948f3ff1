import type { Clock } from '@tablekeep/platform/clock';
import type { InternalIdentity } from '@tablekeep/platform/identity';
import type { Keyring } from '@tablekeep/platform/keyring';
import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { Content, PingContent, SlackContent, SnsContent, WebhookContent } from '../domain/content.ts';
import { pingUrl } from '../domain/ping.ts';
import { failed, ofHttp, taken, type Tried } from '../domain/tried.ts';
import { signedHeaders, standing } from '../domain/webhook.ts';
import type { ChannelRow } from '../store/channel-entities.ts';
import { post, type PostOptions } from './post.ts';

export const URL_CONTEXT = 'notification channel url';
export const SECRET_CONTEXT = 'notification webhook secret';

export type ChannelPorts = Readonly<{
  keyring: Keyring;
  clock: Clock;
  identity: InternalIdentity;
  peers: ServiceDeps['peers'];
  http: Pick<PostOptions, 'networks' | 'resolve'>;
}>;

/** `cut` aborted: stopping. `deadlineMs`: for the whole of it, where that is less than it would have by itself. */
type Until = Readonly<{ cut?: AbortSignal; deadlineMs?: number }>;

/** The executor waits for AWS, and its answer has to travel. */
const SNS_MS = 15_000;

/** One try at a channel. Never throws for what the receiver, or the way to it, does. */
export async function sendToChannel(
  ports: ChannelPorts,
  channel: ChannelRow,
  message: Readonly<{ id: string; content: Content }>,
  until: Until = {},
): Promise<Tried> {
  switch (channel.kind) {
    case 'WEBHOOK':
      return sendWebhook(ports, channel, { id: message.id, content: message.content as WebhookContent }, until);
    case 'SLACK': {
      const { body } = message.content as SlackContent;
      return overHttp(ports, urlOf(ports, channel), { type: 'application/json', body }, until);
    }
    case 'PING': {
      const { phase, runId, text } = message.content as PingContent;
      const url = pingUrl(urlOf(ports, channel), phase, runId);
      return overHttp(ports, url, { type: 'text/plain; charset=utf-8', body: text }, until);
    }
    case 'SNS':
      return publish(ports, channel, message.content as SnsContent, until);
  }
}

function urlOf({ keyring }: ChannelPorts, { id, url }: ChannelRow): string {
  return url === null ? '' : keyring.decrypt(url, `${URL_CONTEXT} ${id}`).toString();
}

async function sendWebhook(
  ports: ChannelPorts,
  channel: ChannelRow,
  { id, content }: Readonly<{ id: string; content: WebhookContent }>,
  until: Until,
): Promise<Tried> {
  const at = ports.clock.now();
  const secrets = standing(channel.secrets, at).map(({ secret }) =>
    ports.keyring.decrypt(secret, `${SECRET_CONTEXT} ${channel.id}`).toString(),
  );
  const headers = signedHeaders({ id, at, body: content.body }, secrets);
  const type = 'application/cloudevents+json; charset=utf-8';
  return overHttp(ports, urlOf(ports, channel), { type, headers, body: content.body }, until);
}

async function overHttp(
  { http }: ChannelPorts,
  url: string,
  message: Readonly<{ type: string; body: string; headers?: Readonly<Record<string, string>> }>,
  until: Until,
): Promise<Tried> {
  const headers = { ...message.headers, 'content-type': message.type };
  try {
    return ofHttp(await post(url, { headers, body: message.body }, { ...http, ...until }));
  } catch (error) {
    return failed(error instanceof Error ? error.message || error.name : String(error));
  }
}

/** Only the executor holds AWS credentials. An answer that is lost on the way may leave a message published twice. */
async function publish(
  ports: ChannelPorts,
  channel: ChannelRow,
  content: SnsContent,
  { deadlineMs = SNS_MS }: Until,
): Promise<Tried> {
  const { accountId, topicArn } = channel;
  if (accountId === null || topicArn === null) return failed('the channel names no topic', { final: true });
  const asked = await callInternal({
    peer: ports.peers.executor,
    identity: ports.identity,
    service: 'notification',
    call: 'publishSns',
    input: { accountId, account: null, topicArn, subject: content.subject, message: content.message },
    timeoutMs: Math.min(deadlineMs, SNS_MS),
    tries: 1,
  });
  if (asked.state === 'unknown') return failed(`could not tell whether it was published: ${asked.because}`);
  const answer = asked.value;
  if (answer.state === 'published') return taken(200, `MessageId ${answer.messageId}`);
  if (answer.state === 'unknown') return failed(`could not tell whether it was published: ${answer.because}`);
  return failed(answer.because, { final: !answer.retryable });
}
