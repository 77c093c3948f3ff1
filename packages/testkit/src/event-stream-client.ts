import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

export type StreamFrame = Readonly<{
  id: string | null;
  name: string | null;
  data: string | null;
  retry: string | null;
}>;

export type StreamedEvent = Readonly<{ id: string; type: string; subject: string; data: unknown }>;

export type StreamUnderTest = Readonly<{
  status: number;
  headers: IncomingHttpHeaders;
  /** Whole blocks so far, comments among them as frames of nothing. */
  frames(): readonly StreamFrame[];
  /** The parsed data of unnamed frames: the events. */
  events(): readonly StreamedEvent[];
  /** The text so far, which is all there is of an answer that is no stream. */
  text(): string;
  lastId(): string | null;
  pause(): void;
  resume(): void;
  isOver(): boolean;
  close(): void;
}>;

/** Opens a stream of server-sent events as a program would, and keeps what comes. */
export async function openStream(url: string, headers: Record<string, string> = {}): Promise<StreamUnderTest> {
  const asked = request(url, { headers, agent: false });
  let socket: Socket | undefined;
  asked.on('socket', (one) => void (socket = one));
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let rest = '';
  const blocks: string[] = [];
  const frames: StreamFrame[] = [];
  const events: StreamedEvent[] = [];
  let isOver = false;
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n\n');
    rest = parts.pop() ?? '';
    for (const block of parts) {
      const frame = frameOf(block);
      blocks.push(block);
      frames.push(frame);
      if (frame.name === null && frame.data !== null) events.push(JSON.parse(frame.data) as StreamedEvent);
    }
  });
  response.on('close', () => void (isOver = true));
  response.on('error', () => void (isOver = true));
  const stream: StreamUnderTest = {
    status: response.statusCode ?? 0,
    headers: response.headers,
    frames: () => frames,
    events: () => events,
    text: () => [...blocks, rest].join('\n\n'),
    lastId: () => frames.findLast(({ id }) => id !== null)?.id ?? null,
    pause: () => {
      response.pause();
      socket?.pause();
    },
    resume: () => {
      socket?.resume();
      response.resume();
    },
    isOver: () => isOver,
    close: () => void response.destroy(),
  };
  return stream;
}

function frameOf(block: string): StreamFrame {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? null;
  return { id: field('id'), name: field('event'), data: field('data'), retry: field('retry') };
}
