import { column } from '@tablekeep/platform/database';
import type { LoggedEvent } from '@tablekeep/schema/event-stream';
import { EntitySchema } from 'typeorm';

/** `loggedAt` never falls with rising position, whatever the replicas' clocks. */
export type LoggedEventRow = {
  position: number;
  eventId: string;
  type: string;
  loggedAt: Date;
  bytes: number;
  body: LoggedEvent;
};

export const LoggedEventEntity = new EntitySchema<LoggedEventRow>({
  name: 'event_log',
  columns: {
    position: { ...column.bigint(), primary: true },
    eventId: { ...column.id(), name: 'event_id' },
    type: column.text(120),
    loggedAt: { ...column.time(), name: 'logged_at' },
    bytes: column.int(),
    body: column.json(),
  },
});

/** One row, id 1: the gate through which every append goes. `log` tells this log from any other. */
export type EventLogHeadRow = {
  id: number;
  log: string;
  position: number;
  loggedAt: Date | null;
  prunedTo: number;
  prunedUntil: Date | null;
};

export const EventLogHeadEntity = new EntitySchema<EventLogHeadRow>({
  name: 'event_log_head',
  columns: {
    id: { ...column.int(), primary: true },
    log: column.text(8),
    position: column.bigint(),
    loggedAt: { ...column.time({ nullable: true }), name: 'logged_at' },
    prunedTo: { ...column.bigint(), name: 'pruned_to' },
    prunedUntil: { ...column.time({ nullable: true }), name: 'pruned_until' },
  },
});
