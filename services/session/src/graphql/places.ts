import { badInput, type Key } from '@tablekeep/platform/subgraph';
import type { SessionLogRow, SessionRow, TaskRow } from '../store/entities.ts';
import type { SessionPlace, TaskPlace } from '../store/lists.ts';

/** What a cursor of each list holds, and back. A cursor of another list is the caller's mistake, not ours. */

export const sessionKey = (row: SessionRow): Key => [row.createdAt.toISOString(), row.id];
export const taskKey = (row: TaskRow): Key => [row.round, row.position];
export const logKey = (row: SessionLogRow): Key => [row.seq];

export function sessionPlace(key: Key | null): SessionPlace | null {
  if (key === null) return null;
  const [at, id] = key;
  const createdAt = new Date(typeof at === 'string' ? at : Number.NaN);
  if (Number.isNaN(createdAt.getTime()) || typeof id !== 'string') throw badCursor();
  return { createdAt, id };
}

export function taskPlace(key: Key | null): TaskPlace | null {
  if (key === null) return null;
  const [round, position] = key;
  if (typeof round !== 'number' || typeof position !== 'number') throw badCursor();
  return { round, position };
}

export function logPlace(key: Key | null): number {
  if (key === null) return 0;
  const [seq] = key;
  if (typeof seq !== 'number' || key.length !== 1) throw badCursor();
  return seq;
}

const badCursor = () => badInput('The cursor is not one of this list');
