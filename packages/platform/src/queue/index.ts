import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { workItem, type WorkItem } from '@tablekeep/schema/work-items';
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../clock/index.ts';

export type QueueConfig = Readonly<{
  endpoint?: string;
  region: string;
  queueName: string;
  /** Where it exists already and may not be looked up. */
  queueUrl?: string;
  credentials?: Readonly<{ accessKeyId: string; secretAccessKey: string }>;
  /** The installation's: work items are signed with it, and only those of this installation are taken. At least 32 bytes. */
  secret: Uint8Array | string;
}>;

export type ReceivedWork = Readonly<{
  body: string;
  receiveCount: number;
  /** Signed by this installation. */
  genuine: boolean;
  /** W3C, of what has sent it; it is not signed. */
  traceparent: string | null;
  delete(): Promise<void>;
  retryIn(seconds: number): Promise<void>;
}>;

export interface WorkQueue {
  /** At most ten; gives the ids that the queue has accepted. */
  send(
    items: readonly Readonly<{ id: string; body: string; traceparent?: string | null }>[],
  ): Promise<readonly string[]>;
  /** Long poll; empty where nothing came. */
  receive(signal: AbortSignal): Promise<readonly ReceivedWork[]>;
  /** What the queue has given up, from its dead-letter queue; does not wait. */
  receiveDead(signal: AbortSignal): Promise<readonly ReceivedWork[]>;
  check(): Promise<void>;
  close(): void;
}

const MAX_RECEIVES = 10;
const VISIBILITY_SECONDS = 60;
const WAIT_SECONDS = 10;
const CALL_MS = 5_000;
/** A server that takes a request and stays silent must not hold a loop for ever. */
const within = (requestTimeout: number) => ({
  connectionTimeout: 2_000,
  requestTimeout,
  throwOnRequestTimeout: true,
});

/** Connects to SQS or a server that speaks its protocol; makes the queue and its dead-letter queue where they are missing. */
export async function connectQueue(config: QueueConfig, log: Logger): Promise<WorkQueue> {
  const options = {
    region: config.region,
    maxAttempts: 2,
    ...(config.endpoint !== undefined && { endpoint: config.endpoint }),
    ...(config.credentials && { credentials: config.credentials }),
  };
  const client = new SQSClient({ ...options, requestHandler: within(CALL_MS) });
  const listener = new SQSClient({ ...options, requestHandler: within(WAIT_SECONDS * 1_000 + CALL_MS) });
  const sign = signer(config.secret);
  const url =
    config.queueUrl ?? (await findQueue(client, config.queueName)) ?? (await createQueues(client, config.queueName));
  log.debug({ queue: config.queueName }, 'work queue connected');
  let deadUrl: string | undefined;

  async function receiveFrom(from: string, waitSeconds: number, signal: AbortSignal): Promise<ReceivedWork[]> {
    const { Messages } = await listener.send(
      new ReceiveMessageCommand({
        QueueUrl: from,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: waitSeconds,
        VisibilityTimeout: VISIBILITY_SECONDS,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
        MessageAttributeNames: [SIGNATURE, TRACEPARENT],
      }),
      { abortSignal: signal },
    );
    return (Messages ?? []).map(({ Body: body = '', ReceiptHandle, Attributes, MessageAttributes }) => ({
      body,
      receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
      genuine: same(MessageAttributes?.[SIGNATURE]?.StringValue ?? '', sign(body)),
      traceparent: MessageAttributes?.[TRACEPARENT]?.StringValue ?? null,
      delete: async () => {
        await client.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
      },
      retryIn: async (VisibilityTimeout) => {
        await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: from, ReceiptHandle, VisibilityTimeout }));
      },
    }));
  }

  return {
    send: async (items) => {
      const { Successful, Failed } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: url,
          Entries: items.map(({ id, body, traceparent }) => ({
            Id: id,
            MessageBody: body,
            MessageAttributes: {
              [SIGNATURE]: { DataType: 'String', StringValue: sign(body) },
              ...(traceparent != null && { [TRACEPARENT]: { DataType: 'String', StringValue: traceparent } }),
            },
          })),
        }),
      );
      // HTTP 200 may hold failures: those stay in the outbox.
      if (Failed && Failed.length > 0) log.warn({ failed: Failed }, 'the queue refused some work items');
      return (Successful ?? []).map((entry) => entry.Id ?? '');
    },
    receive: (signal) => receiveFrom(url, WAIT_SECONDS, signal),
    receiveDead: async (signal) => {
      deadUrl ??= await findDeadQueue(client, url);
      return receiveFrom(deadUrl, 0, signal);
    },
    check: async () => {
      await client.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
    },
    close: () => {
      client.destroy();
      listener.destroy();
    },
  };
}

const SIGNATURE = 'tablekeep-signature';
const TRACEPARENT = 'traceparent';

/** HMAC-SHA-256 (RFC 2104) under a key of its own, so that a signature of a work item is good for nothing else. */
function signer(secret: Uint8Array | string): (body: string) => string {
  const key = createHmac('sha256', secret).update('tablekeep work items').digest();
  return (body) => createHmac('sha256', key).update(body).digest('base64url');
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function findQueue(client: SQSClient, name: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  } catch (error) {
    if ((error as Error).name === 'QueueDoesNotExist') return undefined;
    throw error;
  }
}

/** The queue to which messages go that were received too often, by the queue's own redrive policy. */
async function findDeadQueue(client: SQSClient, url: string): Promise<string> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['RedrivePolicy'] }),
  );
  const policy = JSON.parse(Attributes?.RedrivePolicy ?? '{}') as { deadLetterTargetArn?: string };
  const dead = await findQueue(client, policy.deadLetterTargetArn?.split(':').at(-1) ?? '');
  if (dead === undefined) throw new Error('the work queue has no dead-letter queue');
  return dead;
}

/** Created with the same attributes twice they are the same queues. */
async function createQueues(client: SQSClient, name: string): Promise<string> {
  const dead = await client.send(
    new CreateQueueCommand({ QueueName: `${name}-dead`, Attributes: { MessageRetentionPeriod: '1209600' } }),
  );
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: dead.QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const { QueueUrl } = await client.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: {
        VisibilityTimeout: String(VISIBILITY_SECONDS),
        MessageRetentionPeriod: '345600',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Attributes?.['QueueArn'], maxReceiveCount: MAX_RECEIVES }),
      },
    }),
  );
  if (QueueUrl === undefined) throw new Error(`queue ${name} could not be made`);
  return QueueUrl;
}

/** A message that is not, or cannot be, handled. */
export type SetAside = Readonly<{ body: string; reason: string; genuine: boolean }>;

const DEAD_EVERY_MS = 60_000;
const GIVEN_UP = `It was received ${MAX_RECEIVES} times and never stored.`;

/**
 * Takes work items for as long as it is not stopped. A message is deleted only after `handle` has resolved, which is after
 * the commit; what fails comes back after a jittered pause, and after ten receives goes to the dead-letter queue. From there
 * it is set aside like what cannot be read, so that all of it is found in one place.
 */
export function consumeWork(o: {
  queue: WorkQueue;
  /** `traceparent`: W3C, of what has sent the item. */
  handle(item: WorkItem, traceparent: string | null): Promise<void>;
  setAside(message: SetAside): Promise<void>;
  deadEveryMs?: number;
  clock: Clock;
  log: Logger;
}): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const take = async (message: ReceivedWork): Promise<void> => {
    try {
      const { body, genuine, traceparent } = message;
      const parsed = genuine ? readWorkItem(body) : { problem: 'it is not signed by this installation' };
      if ('item' in parsed) await o.handle(parsed.item, traceparent);
      else await o.setAside({ body, genuine, reason: parsed.problem });
      await message.delete();
    } catch (error) {
      o.log.warn({ err: error, receiveCount: message.receiveCount }, 'work item not taken, it will come again');
      const seconds = Math.ceil(Math.min(300, 2 ** message.receiveCount) * (0.5 + Math.random() / 2));
      await message.retryIn(seconds).catch((late: unknown) => o.log.debug({ err: late }, 'visibility not changed'));
    }
  };
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        const messages = await o.queue.receive(stopping.signal);
        await Promise.all(messages.map(take));
      } catch (error) {
        if (stopping.signal.aborted) return;
        o.log.warn({ err: error }, 'the work queue does not answer');
        await o.clock.sleep(1_000, stopping.signal);
      }
    }
  })();
  const deadLoop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        let messages: readonly ReceivedWork[];
        do {
          messages = await o.queue.receiveDead(stopping.signal);
          for (const { body, genuine, ...message } of messages) {
            await o.setAside({ body, genuine, reason: GIVEN_UP });
            await message.delete();
          }
        } while (messages.length > 0);
      } catch (error) {
        if (stopping.signal.aborted) return;
        o.log.warn({ err: error }, 'the dead-letter queue does not answer');
      }
      await o.clock.sleep(o.deadEveryMs ?? DEAD_EVERY_MS, stopping.signal);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all([loop, deadLoop]);
    },
  };
}

/** A message's text as a work item, or why it is none. */
export function readWorkItem(body: string): { item: WorkItem } | { problem: string } {
  try {
    const parsed = workItem.safeParse(JSON.parse(body));
    return parsed.success
      ? { item: parsed.data }
      : { problem: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ') };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'not JSON' };
  }
}
