import type { Database } from '@tablekeep/platform/database';
import DataLoader from 'dataloader';
import type { SessionRow, TaskAttemptRow, TaskRow } from '../store/entities.ts';
import {
  findAttempts,
  findTasks,
  listSessionsOfPolicies,
  listTasksOfSessions,
  type PolicySessions,
  type SessionTasks,
} from '../store/lists.ts';
import { findSessions } from '../store/sessions.ts';

export type Loaders = Readonly<{
  session: DataLoader<string, SessionRow | null>;
  task: DataLoader<string, TaskRow | null>;
  attempts: DataLoader<string, readonly TaskAttemptRow[]>;
  sessionsOfPolicy: DataLoader<PolicySessions, readonly SessionRow[], string>;
  tasksOfSession: DataLoader<SessionTasks, readonly TaskRow[], string>;
}>;

const MOST_IDS = 1000;

/** One set per request: the gateway asks for entities by the batch, so every look-up is one statement for all of them. */
export function createLoaders(db: Database): Loaders {
  return {
    session: new DataLoader(async (ids) => inOrder(ids, await findSessions(db, ids)), { maxBatchSize: MOST_IDS }),
    task: new DataLoader(async (ids) => inOrder(ids, await findTasks(db, ids)), { maxBatchSize: MOST_IDS }),
    attempts: new DataLoader(async (ids) => grouped(ids, await findAttempts(db, ids)), { maxBatchSize: MOST_IDS }),
    sessionsOfPolicy: pages((wanted: readonly PolicySessions[]) => listSessionsOfPolicies(db, wanted)),
    tasksOfSession: pages((wanted: readonly SessionTasks[]) => listTasksOfSessions(db, wanted)),
  };
}

/** Pages are known by everything that was asked of them. */
function pages<K extends object, T>(
  load: (wanted: readonly K[]) => Promise<T[][]>,
): DataLoader<K, readonly T[], string> {
  return new DataLoader<K, readonly T[], string>(load, { cacheKeyFn: (key) => JSON.stringify(key) });
}

function inOrder<T extends { id: string }>(ids: readonly string[], rows: readonly T[]): (T | null)[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

function grouped(ids: readonly string[], rows: readonly TaskAttemptRow[]): TaskAttemptRow[][] {
  return ids.map((id) => rows.filter((row) => row.taskId === id));
}
