import type { Database, Tx } from '@tablekeep/platform/database';
import { SessionLogEntity, type SessionLogRow } from './entities.ts';

const MESSAGE_MAX = 2200;

export async function appendLog(db: Database, tx: Tx, rows: readonly SessionLogRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db.insertMany(
    tx,
    SessionLogEntity,
    rows.map((row) => ({ ...row, message: cut(row.message, MESSAGE_MAX) })),
  );
}

/** What AWS says may be longer than the column: keeps the beginning, which names the error. */
export function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
