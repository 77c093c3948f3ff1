import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Refreshes } from '../src/senders/access-token.ts';

/** Of a sender that no refresh token is set for. */
export const noRefreshes: Refreshes = {
  take: () => Promise.reject(new Error('no refresh token is set')),
  end: () => Promise.resolve(),
};

type Answer = Readonly<{ status: number; body: object }>;

/** A token endpoint: keeps what it is asked, says what the test has it say. */
export async function startTokenServer() {
  const asked: Record<string, string>[] = [];
  let answer = (count: number, _form: Record<string, string>): Answer | Promise<Answer> => ({
    status: 200,
    body: { access_token: `token-${count}`, expires_in: 3600 },
  });
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const form = Object.fromEntries(new URLSearchParams(body));
      asked.push(form);
      void Promise.resolve(answer(asked.length, form)).then(({ status, body: says }) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(says)),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    tokenUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    asked: asked as readonly Record<string, string>[],
    answer: (next: typeof answer) => void (answer = next),
    stop: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
export type TokenServer = Awaited<ReturnType<typeof startTokenServer>>;

/** One that gives a new refresh token with each answer and takes none twice: a second use ends the consent (RFC 9700 §4.14.2). */
export async function startRotatingServer(first: string) {
  const server = await startTokenServer();
  let good: string | null = first;
  server.answer((count, { refresh_token: given }) => {
    if (given !== good) {
      good = null;
      return { status: 400, body: { error: 'invalid_grant', error_description: 'The token was used before' } };
    }
    good = `refresh-${count}`;
    return { status: 200, body: { access_token: `access-${count}`, expires_in: 3600, refresh_token: good } };
  });
  return { ...server, good: () => good };
}
