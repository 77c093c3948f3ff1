import { LessThanOrEqual } from 'typeorm';
import type { Database, Tx } from '../database/index.ts';
import { AnnouncedSessionEntity, type AnnouncedSessionRow } from '../database/platform-entities.ts';

/** In the transaction that announces it. */
export async function noteAnnounced(db: Database, tx: Tx, session: AnnouncedSessionRow): Promise<void> {
  await db.insertOnce(tx, AnnouncedSessionEntity, session);
}

/** It has been heard of. A second time there is nothing to forget. */
export async function noteTaken(tx: Tx, sessionId: string): Promise<void> {
  await tx.delete(AnnouncedSessionEntity, { sessionId });
}

/** The longest waiting first. */
export async function announcedBefore(db: Database, before: Date): Promise<AnnouncedSessionRow[]> {
  return db.reader.find(AnnouncedSessionEntity, {
    where: { announcedAt: LessThanOrEqual(before) },
    order: { announcedAt: 'ASC', sessionId: 'ASC' },
  });
}

/** One that is not there after a day never comes; what it was for has been announced anew by then. */
export async function forgetAnnounced(db: Database, before: Date): Promise<void> {
  await db.transaction((tx) => tx.delete(AnnouncedSessionEntity, { announcedAt: LessThanOrEqual(before) }));
}
