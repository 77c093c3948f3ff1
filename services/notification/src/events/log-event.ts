import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { Handlers } from '@tablekeep/platform/inbox';
import { audienceOf, topicsOf } from '@tablekeep/schema/event-docs';
import { eventSchemas, topics, type EventEnvelope, type EventType, type Topic } from '@tablekeep/schema/events';
import type { News } from '../news.ts';
import { appendToLog } from '../store/event-log.ts';

const shown = (Object.keys(eventSchemas) as EventType[]).filter((type) => audienceOf(type) !== 'INTERNAL');

/** Where events come that somebody outside may see. */
export const loggedTopics: readonly Topic[] = topics.filter((topic) =>
  shown.some((type) => topicsOf(type).includes(topic)),
);

/**
 * The handlers, with every event that somebody outside may see appended to the event log in the same transaction. A second
 * delivery is harmless: the log has each event once.
 */
export function alsoLogged(db: Database, clock: Clock, news: News, own: Handlers): Handlers {
  const log = async (tx: Tx, event: EventEnvelope) => {
    const handler = own[event.type] as ((tx: Tx, event: EventEnvelope) => Promise<void>) | undefined;
    await handler?.(tx, event);
    // Last: the log's gate is held from here to the commit.
    await appendToLog(db, tx, event, clock.now());
    db.afterCommit(tx, () => news.tell());
  };
  return { ...own, ...Object.fromEntries(shown.map((type) => [type, log])) };
}
