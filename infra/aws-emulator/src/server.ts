import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { handleAdmin } from './admin.ts';
import { handleRequest } from './handle-request.ts';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Answer, Request } from './wire/protocol.ts';
import type { World } from './world.ts';

/** DynamoDB's own limit on a request. */
const MAX_BODY = 16 * 1024 * 1024;

async function readRequest(incoming: IncomingMessage): Promise<Request | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return null;
    chunks.push(chunk);
  }
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: incoming.method ?? 'GET',
    path: mark === -1 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1)),
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  };
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, {
    ...answer.headers,
    'x-amzn-requestid': randomUUID(),
    'content-length': Buffer.byteLength(answer.body),
  });
  response.end(answer.body);
}

async function respond(world: World, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await readRequest(incoming);
  if (request === null) {
    send(response, { status: 413, headers: {}, body: '' });
    return;
  }
  if (request.path === '/_emulator' || request.path.startsWith('/_emulator/')) {
    send(response, await handleAdmin(world, request));
    return;
  }
  const outcome = await handleRequest(world, request);
  if (outcome.kind === 'lost') incoming.socket.destroy();
  else send(response, outcome.answer);
}

/** The one HTTP server all services share. `settled` resolves when no request is being worked on. */
export function makeServer(world: World): { server: Server; settled: () => Promise<void> } {
  const working = new Set<Promise<void>>();
  const server = createServer((incoming, response) => {
    const work = respond(world, incoming, response)
      .catch((error: unknown) => {
        // A client that went away in the middle of its request is no failure of ours.
        if (!incoming.destroyed)
          process.stderr.write(
            `Request failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
          );
        response.destroy();
      })
      .finally(() => working.delete(work));
    working.add(work);
  });
  server.keepAliveTimeout = 60_000;
  return {
    server,
    settled: async () => {
      await Promise.all(working);
    },
  };
}
