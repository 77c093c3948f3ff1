/**
 * A thousand clients of /events on one gateway, in a process of its own: the memory that each takes there (with it the
 * kernel's part is not counted), and how long after an event is given to the log all of them have it. CLIENTS may be given
 * in the environment.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Order, Report } from './event-stream-server.ts';
import { median, quantile, rounded } from './statistics.ts';

const CLIENTS = Number(process.env['CLIENTS'] ?? 1_000);
const EVENTS = 20;
const AT_ONCE = 50;

type Outcome = { heapBytes: number; rssBytes: number; allMs: number[]; loggedMs: number[] };

export async function run(runs: number): Promise<Record<string, unknown>> {
  const all: Outcome[] = [];
  for (let i = 0; i < runs; i++) all.push(await once1000());
  const allMs = all.flatMap((one) => one.allMs);
  return {
    runs,
    clients: CLIENTS,
    eventsPerRun: EVENTS,
    heapBytesPerClient: Math.round(median(all.map((one) => one.heapBytes))),
    rssBytesPerClient: Math.round(median(all.map((one) => one.rssBytes))),
    eventToAllMsP50: rounded(median(allMs)),
    eventToAllMsP99: rounded(quantile(allMs, 0.99)),
    ofThatLoggedMsP50: rounded(median(all.flatMap((one) => one.loggedMs))),
  };
}

async function once1000(): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'tablekeep-bench-'));
  const server = fork(join(import.meta.dirname, 'event-stream-server.ts'), [folder], { execArgv: ['--expose-gc'] });
  const clients: Socket[] = [];
  const heard = new Map<string, number>();
  try {
    const { ready, tokenFile } = await next<{ ready: string; tokenFile: string }>(server);
    const token = (await readFile(tokenFile, 'utf8')).trim();
    const add = async (count: number) => {
      for (let i = 0; i < count; i += AT_ONCE) {
        const some = Array.from({ length: Math.min(AT_ONCE, count - i) }, () => subscribe(ready, token, heard));
        clients.push(...(await Promise.all(some)));
      }
    };
    const say = async (name: string, to: number) => {
      const { at, tookMs } = await ask<{ at: number; tookMs: number }>(server, { say: name });
      while ((heard.get(name) ?? 0) < to) await new Promise((resolve) => setImmediate(resolve));
      return { allMs: performance.timeOrigin + performance.now() - at, tookMs };
    };
    // What the first ones cost is the process's: code that is compiled, connections to the log.
    await add(AT_ONCE);
    await say('warm', AT_ONCE);
    const before = await settled(server);
    await add(CLIENTS);
    const after = await settled(server);
    const allMs: number[] = [];
    const loggedMs: number[] = [];
    for (let i = 0; i < EVENTS; i++) {
      const { allMs: one, tookMs } = await say(`event-${i}`, CLIENTS + AT_ONCE);
      allMs.push(one);
      loggedMs.push(tookMs);
    }
    return {
      heapBytes: (after.heap - before.heap) / CLIENTS,
      rssBytes: (after.rss - before.rss) / CLIENTS,
      allMs,
      loggedMs,
    };
  } finally {
    for (const client of clients) client.destroy();
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
    await rm(folder, { recursive: true, force: true });
  }
}

/** The second of two: a collection lets go of what the first has only marked. */
async function settled(server: ChildProcess): Promise<{ rss: number; heap: number }> {
  await ask(server, { measure: true });
  return ask(server, { measure: true });
}

/** A client as plain as can be; resolves once it is in the stream, and counts what it hears. */
async function subscribe(url: string, token: string, heard: Map<string, number>): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.setEncoding('utf8');
  socket.write(`GET /events HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  let rest = '';
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (chunk: string) => {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        if (block.includes(': connected')) resolve();
        const subject = /"subject":"([^"]+)"/u.exec(block)?.[1];
        if (subject !== undefined) heard.set(subject, (heard.get(subject) ?? 0) + 1);
      }
    });
  });
  return socket;
}

async function next<T extends Report>(server: ChildProcess): Promise<T> {
  const [answer] = (await once(server, 'message')) as [T];
  return answer;
}

function ask<T extends object>(server: ChildProcess, order: Order): Promise<T> {
  const answer = next(server) as Promise<unknown> as Promise<T>;
  server.send(order);
  return answer;
}
