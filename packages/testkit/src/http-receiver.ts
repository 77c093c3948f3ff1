import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = Readonly<{ path: string; headers: IncomingHttpHeaders; body: string }>;
type Answer = (response: ServerResponse, request: Received, count: number) => void;

const ok: Answer = (response) => void response.writeHead(200).end('thank you');

/** A real HTTP server that keeps what it is sent, and answers as the test has it answer. */
export async function startReceiver(answer: Answer = ok, host = '127.0.0.1', port = 0) {
  const received: Received[] = [];
  let now = answer;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(one);
      now(response, one, received.length);
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host}:${bound}/hook`,
    port: bound,
    received: received as readonly Received[],
    answer: (next: Answer) => void (now = next),
    stop: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

export const answering =
  (code: number, text = '', headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end(text);
