import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import type { InternalIdentity } from '@tablekeep/platform/identity';
import type { Logger } from '@tablekeep/platform/logging';
import { observed, plain, type ObservedMetric } from '@tablekeep/platform/metrics';
import type { InternalOutput } from '@tablekeep/schema/internal';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseStreamRequest, type Problem, type StreamRequest } from '../domain/stream-request.ts';
import { gatewayMetrics } from '../metrics.ts';
import { liveTokenIds } from '../store/api-tokens.ts';
import type { ApiTokenRow } from '../store/entities.ts';
import { StreamClient } from './client.ts';
import { LogReads } from './log-reads.ts';
import { Places } from './places.ts';
import { askLog, Tail, type LogAccess } from './tail.ts';
import type { WebOrigins } from '../web-origins.ts';

export type EventStreamOptions = Readonly<{
  /** Clients at once, of this process. */
  clients?: number;
  clientsPerToken?: number;
  heartbeatMs?: number;
  /** After which a client that does not read is cut off. */
  slowMs?: number;
}>;

export const STREAM_DEFAULTS = { clients: 2_000, clientsPerToken: 100, heartbeatMs: 15_000, slowMs: 30_000 } as const;

export type EventStreamParts = Readonly<{
  db: Database;
  identity: InternalIdentity;
  notification: () => string;
  clock: Clock;
  log: Logger;
  options: EventStreamOptions;
  origins: WebOrigins;
  authenticate(request: FastifyRequest): Promise<ApiTokenRow | null>;
  unauthenticated: object;
}>;

export type EventStream = Readonly<{
  /** Of `GET /events`. */
  handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  metrics: readonly ObservedMetric[];
  stop(): Promise<void>;
}>;

/** How long a new client waits for the log to be found. */
const KNOWN_MS = 3_000;
/** Spread, so that the clients of a gateway that stops do not come to the next one all at once. */
const RETRY_MS = { least: 1_000, spread: 3_000 };
const AWAY = 'The event log cannot be reached now; connect again.';
const STOPPING = 'This gateway stops; connect again.';
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-store, no-transform',
  // For proxies that gather answers: nginx and those that took it over.
  'x-accel-buffering': 'no',
};

/** The event log as server-sent events, for whoever has a token. */
export function serveEvents(o: EventStreamParts): EventStream {
  const options = { ...STREAM_DEFAULTS, ...o.options };
  const access: LogAccess = { peer: o.notification, identity: o.identity, clock: o.clock, log: o.log };
  const places = new Places(options);
  const clients = new Set<StreamClient>();
  let isStopping = false;
  const retryMs = () => Math.round(RETRY_MS.least + Math.random() * RETRY_MS.spread);
  const endAll = (because: string) => {
    for (const client of clients) client.end(because, retryMs());
  };
  const tail = new Tail(access, {
    news: () => {
      for (const client of clients) client.pump();
    },
    reset: () => endAll('the event log is another'),
  });
  const reads = new LogReads(access);
  const beat = setInterval(() => {
    const nowMs = performance.now();
    for (const client of clients) client.beat(nowMs, options.slowMs);
    void endRevoked();
  }, options.heartbeatMs).unref();

  async function endRevoked(): Promise<void> {
    try {
      const live = await liveTokenIds(o.db, [...new Set([...clients].map(({ tokenId }) => tokenId))]);
      for (const client of clients) if (!live.has(client.tokenId)) client.end('the token is revoked', retryMs());
    } catch (error) {
      o.log.warn({ err: error }, 'could not tell whether tokens of the event stream were revoked');
    }
  }

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    o.origins.allow(request, reply);
    const token = await o.authenticate(request);
    if (token === null) return reply.code(401).header('www-authenticate', 'Bearer').send(o.unauthenticated);
    const asked = parseStreamRequest(request.query as Record<string, string>, headerOf(request), token.role);
    if (isProblems(asked)) return refuse(reply, asked);
    if (isStopping) return unavailable(reply, 503, STOPPING);
    const place = places.take(token.id);
    if (typeof place === 'object') return unavailable(reply, place.status, place.message);
    const start = await begin(asked);
    // Whoever has gone meanwhile would never close.
    if (start === null || isStopping || request.raw.socket.destroyed) {
      place();
      return unavailable(reply, 503, isStopping ? STOPPING : AWAY);
    }
    reply.hijack();
    const response = reply.raw;
    const client = new StreamClient({ response, ...start, reader: asked.reader, tokenId: token.id, tail, reads });
    clients.add(client);
    response.on('close', () => {
      clients.delete(client);
      client.cut();
      place();
    });
    response.on('error', (error) => o.log.debug({ err: error }, 'a client of the stream is gone'));
    response.writeHead(200, { ...HEADERS, ...(reply.getHeaders() as Record<string, string>) });
    client.begin(retryMs());
    return reply;
  }

  /** Where the client begins; null where the log cannot tell now. */
  async function begin({ lastEventId, since }: StreamRequest): Promise<InternalOutput<'openEventLog'> | null> {
    if (!(await tail.untilKnown(KNOWN_MS)) || tail.log === null) return null;
    if (lastEventId === null && since === null) return { log: tail.log, position: tail.recent.to, gap: null };
    const from = since === null ? null : new Date(since).toISOString();
    const answer = await askLog(access, 'openEventLog', { lastEventId, since: from });
    return answer.state === 'known' ? answer.value : null;
  }

  return {
    handle,
    metrics: observed(gatewayMetrics, {
      tablekeep_event_stream_clients: () => plain(clients.size),
      tablekeep_event_stream_buffered_bytes: () =>
        plain([...clients].reduce((sum, client) => sum + client.bufferedBytes, 0)),
      tablekeep_event_stream_connected: () => plain(tail.isConnected ? 1 : 0),
    }),
    stop: async () => {
      isStopping = true;
      clearInterval(beat);
      endAll(STOPPING);
      await tail.stop();
    },
  };
}

function refuse(reply: FastifyReply, problems: readonly Problem[]): FastifyReply {
  const errors = problems.map(({ message, code, parameter }) => ({ message, extensions: { code, parameter } }));
  return reply.code(problems.some(({ code }) => code === 'FORBIDDEN') ? 403 : 400).send({ errors });
}

function unavailable(reply: FastifyReply, status: 429 | 503, message: string): FastifyReply {
  const code = status === 429 ? 'TOO_MANY_CLIENTS' : 'SERVICE_UNAVAILABLE';
  const errors = [{ message, extensions: { code } }];
  return reply.code(status).header('retry-after', '5').send({ errors });
}

function headerOf(request: FastifyRequest): string | undefined {
  const header = request.headers['last-event-id'];
  return Array.isArray(header) ? header[0] : header;
}

function isProblems(asked: StreamRequest | readonly Problem[]): asked is readonly Problem[] {
  return Array.isArray(asked);
}
