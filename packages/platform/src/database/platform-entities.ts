import type { AlertFacts, AlertKind } from '@tablekeep/schema/alert-events';
import { EntitySchema } from 'typeorm';
import { column } from './column.ts';

/** An alert that this service has raised and not cleared. `subject` tells those of one kind apart. */
export type RaisedAlertRow = { kind: AlertKind; subject: string; alertId: string; facts: AlertFacts; raisedAt: Date };

/** How far one kind of alert has been looked at. `version` counts the looks that counted: it lets one replica through. */
export type AlertWatchRow = {
  kind: AlertKind;
  version: number;
  lookedAt: Date;
  /** Somebody has looked again and again since then: what came before that found nobody there. */
  watchedSince: Date;
};

/** A session that this service has announced and that nobody has taken up yet. */
export type AnnouncedSessionRow = { sessionId: string; what: string; accountId: string; announcedAt: Date };

export const RaisedAlertEntity = new EntitySchema<RaisedAlertRow>({
  name: 'raised_alert',
  columns: {
    kind: { ...column.text(32), primary: true },
    subject: { ...column.text(255), primary: true },
    alertId: { ...column.id(), name: 'alert_id' },
    facts: column.json(),
    raisedAt: { ...column.time(), name: 'raised_at' },
  },
});

export const AlertWatchEntity = new EntitySchema<AlertWatchRow>({
  name: 'alert_watch',
  columns: {
    kind: { ...column.text(32), primary: true },
    version: column.int(),
    lookedAt: { ...column.time(), name: 'looked_at' },
    watchedSince: { ...column.time(), name: 'watched_since' },
  },
});

export const AnnouncedSessionEntity = new EntitySchema<AnnouncedSessionRow>({
  name: 'announced_session',
  columns: {
    sessionId: { ...column.id(), name: 'session_id', primary: true },
    what: column.text(64),
    accountId: { ...column.id(), name: 'account_id' },
    announcedAt: { ...column.time(), name: 'announced_at' },
  },
});

export const platformEntities = [RaisedAlertEntity, AlertWatchEntity, AnnouncedSessionEntity];
