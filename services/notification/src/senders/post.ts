import { lookup } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { Networks } from './networks.ts';
import { unlessAborted } from './unless-aborted.ts';

export type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>;

export const systemResolve: Resolve = (host) => lookup(host, { all: true });

export type PostOptions = Readonly<{
  networks: Networks;
  resolve: Resolve;
  /** Cuts it off from outside. */
  cut?: AbortSignal | undefined;
  deadlineMs?: number | undefined;
}>;

export type HttpAnswer = Readonly<{ code: number; text: string; retryAfterMs: number | null }>;

/** Standard Webhooks: 15 to 30 seconds. For everything together: name, connection, answer. */
const DEADLINE_MS = 20_000;
/** An answer is for people to read; nobody may make us hold more. */
const MOST_ANSWER_BYTES = 4_096;

/**
 * One POST. The host's name is looked up once, every address is judged, and the connection goes to those addresses and no
 * others: a name that points elsewhere a moment later changes nothing. Redirects are answers like others. Each request has a
 * connection of its own. Throws where there is no answer.
 */
export async function post(
  address: string,
  message: Readonly<{ headers: Readonly<Record<string, string>>; body: string }>,
  options: PostOptions,
): Promise<HttpAnswer> {
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = options.cut ? AbortSignal.any([options.cut, deadline]) : deadline;
  try {
    const url = new URL(address);
    const addresses = await unlessAborted(signal, judgedAddresses(url, options));
    return await send(url, addresses, message, signal);
  } catch (error) {
    if (deadline.aborted) throw new Error(`no answer within ${deadlineMs / 1000} s`, { cause: error });
    if (signal.aborted) throw new Error('cut off: Tablekeep is stopping', { cause: error });
    throw error;
  }
}

type Address = Readonly<{ address: string; family: number }>;

async function judgedAddresses(url: URL, { networks, resolve }: PostOptions): Promise<readonly Address[]> {
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  const family = isIP(host);
  const found = family === 0 ? await resolve(host) : [{ address: host, family }];
  if (found.length === 0) throw new Error(`${host} has no address`);
  // One bad address among good ones is no reason to take a good one: nobody's real service looks like that.
  for (const { address } of found) {
    const refusal = networks.refusal(address);
    if (refusal !== null) throw new Error(refusal);
  }
  if (url.protocol !== 'https:' && !found.every(({ address }) => networks.isAllowedPrivate(address)))
    throw new Error('only https may cross a public network');
  return found;
}

function send(
  url: URL,
  addresses: readonly Address[],
  { headers, body }: Readonly<{ headers: Readonly<Record<string, string>>; body: string }>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const pinned: LookupFunction = (_host, options, done) => {
    const [first] = addresses;
    if (options.all === true)
      return done(
        null,
        addresses.map((one) => ({ ...one })),
      );
    done(null, first?.address ?? '', first?.family);
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(
      url,
      {
        method: 'POST',
        agent: false,
        lookup: pinned,
        signal,
        headers: { ...headers, 'user-agent': 'Tablekeep', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        read(response).then((text) => {
          const code = response.statusCode ?? 0;
          resolve({ code, text, retryAfterMs: retryAfter(response.headers['retry-after']) });
          // A receiver that goes on and on is not listened to.
          request.destroy();
        }, reject);
      },
    );
    request.on('error', reject);
    // A server that would speak another protocol: nobody else would hear of that answer, and the try would never end.
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ code: response.statusCode ?? 0, text: '', retryAfterMs: null });
    });
    request.end(body);
  });
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MOST_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_ANSWER_BYTES).toString('utf8').trim();
}

/** RFC 9110 §10.2.3, in seconds; a date is not honoured: the sender's clock is not ours. */
function retryAfter(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/u.test(header.trim()) ? Number(header) * 1_000 : null;
}
