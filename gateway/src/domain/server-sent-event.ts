import { cloudEventOf, streamIdOf, type Gap, type LoggedEvent, type LogPosition } from '@tablekeep/schema/event-stream';

/** Named, so that no client takes it for an event. */
export const GAP = 'dev.tablekeep.stream.gap';

/**
 * An event of the log as one of the stream (WHATWG HTML §9.2): CloudEvents 1.0, JSON format, as data. It has no name of its
 * own, so that one listener hears all types.
 */
export function frameOf(at: LogPosition, event: LoggedEvent): string {
  return `id: ${streamIdOf(at)}\ndata: ${JSON.stringify(cloudEventOf(event))}\n\n`;
}

export function gapFrame(at: LogPosition, gap: Gap): string {
  return `event: ${GAP}\nid: ${streamIdOf(at)}\ndata: ${JSON.stringify(gap)}\n\n`;
}

/** Shows that the connection lives, and moves the client's last event id past what its filter has left out. */
export function heartbeatFrame(at: LogPosition): string {
  return `: still here\nid: ${streamIdOf(at)}\n\n`;
}

/** The first thing on a connection: when to connect again, and from where. */
export function welcomeFrame(at: LogPosition, retryMs: number): string {
  return `retry: ${retryMs}\n${heartbeatFrame(at).replace('still here', 'connected')}`;
}

/** The last one. */
export function farewellFrame(because: string, retryMs: number): string {
  return `: ${because}\nretry: ${retryMs}\n\n`;
}
