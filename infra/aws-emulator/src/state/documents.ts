import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

interface Change {
  readonly kind: string;
  readonly scope: string;
  readonly id: string;
  /** null: deleted. The object itself, so that what is written is its state at the commit. */
  readonly document: object | null;
}

interface Row {
  readonly scope: string;
  readonly id: string;
  readonly json: string;
}

/**
 * Where every collection's documents are kept: one SQLite file, written through in one transaction per request before the
 * answer goes out, so whatever was acknowledged is still there after a SIGKILL. Without a folder the file is in memory.
 */
export class Documents {
  readonly #database: Database.Database;
  readonly #changes = new Map<string, Change>();
  readonly #contents = new Map<string, Buffer | null>();

  constructor(dataDir: string | null) {
    if (dataDir !== null) mkdirSync(dataDir, { recursive: true });
    this.#database = new Database(dataDir === null ? ':memory:' : join(dataDir, 'state.sqlite'), { timeout: 500 });
    try {
      // The exclusive lock is held until the process ends, however it ends: two processes cannot share a folder.
      this.#database.pragma('locking_mode = EXCLUSIVE');
      this.#database.pragma('journal_mode = WAL');
      this.#database.pragma('synchronous = FULL');
      this.#database.exec(`
        CREATE TABLE IF NOT EXISTS document (
          kind TEXT NOT NULL, scope TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (kind, scope, id)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS content (id TEXT PRIMARY KEY, gzip BLOB NOT NULL);
        BEGIN EXCLUSIVE; COMMIT;
      `);
    } catch (error) {
      this.#database.close();
      if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'SQLITE_BUSY') {
        throw new Error(`The data folder ${dataDir} is in use by another emulator process`, { cause: error });
      }
      throw error;
    }
  }

  *load(kind: string): Generator<{ scope: string; id: string; document: unknown }> {
    const rows = this.#database
      .prepare<[string], Row>('SELECT scope, id, json FROM document WHERE kind = ? ORDER BY scope, id')
      .all(kind);
    for (const row of rows) yield { scope: row.scope, id: row.id, document: JSON.parse(row.json) as unknown };
  }

  change(kind: string, scope: string, id: string, document: object | null): void {
    this.#changes.set(JSON.stringify([kind, scope, id]), { kind, scope, id, document });
  }

  /** The contents of a recovery point: gzip, never changed once written. */
  putContent(id: string, gzip: Buffer): void {
    this.#contents.set(id, gzip);
  }

  dropContent(id: string): void {
    this.#contents.set(id, null);
  }

  readContent(id: string): Buffer | null {
    const pending = this.#contents.get(id);
    if (pending !== undefined) return pending;
    const row = this.#database.prepare<[string], { gzip: Buffer }>('SELECT gzip FROM content WHERE id = ?').get(id);
    return row?.gzip ?? null;
  }

  get dirty(): boolean {
    return this.#changes.size > 0 || this.#contents.size > 0;
  }

  commit(): void {
    if (!this.dirty) return;
    const put = this.#database.prepare(
      'INSERT INTO document (kind, scope, id, json) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET json = excluded.json',
    );
    const remove = this.#database.prepare('DELETE FROM document WHERE kind = ? AND scope = ? AND id = ?');
    const putContent = this.#database.prepare('INSERT OR REPLACE INTO content (id, gzip) VALUES (?, ?)');
    const removeContent = this.#database.prepare('DELETE FROM content WHERE id = ?');
    this.#database.transaction(() => {
      for (const [id, gzip] of this.#contents) {
        if (gzip === null) removeContent.run(id);
        else putContent.run(id, gzip);
      }
      for (const { kind, scope, id, document } of this.#changes.values()) {
        if (document === null) remove.run(kind, scope, id);
        else put.run(kind, scope, id, JSON.stringify(document));
      }
    })();
    this.#changes.clear();
    this.#contents.clear();
  }

  close(): void {
    this.#database.close();
  }
}
