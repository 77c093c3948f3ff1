import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { DataSource, type EntityManager, type EntitySchema, type ObjectLiteral } from 'typeorm';
import { InvariantError, TransientError } from '../errors/index.ts';
import { mysql, sqlite } from './dialect.ts';
import { missingMigrations, runMigrations } from './migrate.ts';
import { errorCode, isDuplicateKey, type Database, type DatabaseConfig, type Model, type Tx } from './model.ts';
import { platformEntities } from './platform-entities.ts';
import { platformMigrations } from './platform-tables.ts';
import { sslOf } from './ssl.ts';

/** Below SQLite's 32,766 and MySQL's 65,535 bound parameters. */
const MAX_PARAMETERS = 30_000;
const BUSY_TIMEOUT_MS = 5_000;
/** No statement of a service takes as long. Below `wait_timeout`, so that a silent connection is ours to give up. */
const SILENCE_MS = 20_000;
/** Deadlock, lock wait, snapshot conflict: the same work can succeed on a second try. */
const CONFLICT = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD']);
const CONFLICT_TRIES = 10;
/** The server is away or has closed the connection. Whether a commit that was under way took place is not known. */
const CONNECTION_LOST = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ER_CONNECTION_KILLED',
  'ER_CLIENT_INTERACTION_TIMEOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** mysql2 marks errors after which a connection is of no use as fatal, and gives no code to a command on a closed one. */
function isConnectionLost(error: unknown): boolean {
  if (CONNECTION_LOST.has(errorCode(error))) return true;
  if (typeof error !== 'object' || error === null) return false;
  const { fatal, driverError, message } = error as { fatal?: unknown; driverError?: unknown; message?: unknown };
  if (fatal === true || isConnectionLost(driverError)) return true;
  return typeof message === 'string' && message.includes('connection is in closed state');
}

/**
 * Opens a service's database. SQLite is migrated at once (one process owns the file); on MySQL a job migrates, and a
 * service refuses to start when the schema is behind.
 */
export async function openDatabase(
  config: DatabaseConfig,
  model: Model,
  options: Readonly<{ migrate?: boolean; log?: Logger }> = {},
): Promise<Database> {
  const migrations = [...platformMigrations, ...model.migrations];
  const writer = await connect(config, model, false);
  try {
    const dialect = config.kind === 'sqlite' ? sqlite : mysql;
    if (options.migrate ?? config.kind === 'sqlite') {
      const applied = await runMigrations(writer, dialect, migrations);
      if (applied.length > 0) options.log?.debug({ applied }, 'schema migrated');
    }
    const missing = await missingMigrations(writer, migrations);
    if (missing.length > 0) {
      throw new InvariantError(
        `the ${model.name} database is behind: run the migrations first (missing ${missing.join(', ')})`,
      );
    }
    return config.kind === 'sqlite'
      ? new SqliteDatabase(writer, await connect(config, model, true))
      : new MysqlDatabase(writer);
  } catch (error) {
    await writer.destroy();
    throw error;
  }
}

/** Runs the migrations alone; gives the ids applied. */
export async function migrate(config: DatabaseConfig, model: Model): Promise<string[]> {
  // A migration takes as long as the table is large, and waits for another migrator.
  const patient = config.kind === 'mysql' ? { ...config, silenceMs: 0 } : config;
  const source = await connect(patient, model, false);
  try {
    return await runMigrations(source, config.kind === 'sqlite' ? sqlite : mysql, [
      ...platformMigrations,
      ...model.migrations,
    ]);
  } finally {
    await source.destroy();
  }
}

async function connect(config: DatabaseConfig, model: Model, readOnly: boolean): Promise<DataSource> {
  const shared = { entities: [...platformEntities, ...model.entities], synchronize: false, logging: false };
  if (config.kind === 'sqlite') {
    const source = new DataSource({
      ...shared,
      type: 'better-sqlite3',
      database: config.file,
      readonly: readOnly,
      timeout: BUSY_TIMEOUT_MS,
      prepareDatabase: (db: unknown) => {
        const connection = db as { pragma(text: string): unknown };
        const set = (text: string) => connection.pragma(text);
        if (!readOnly) set('journal_mode = WAL');
        set('synchronous = FULL');
        set('foreign_keys = ON');
      },
    });
    return source.initialize();
  }
  const options = {
    ...shared,
    url: config.url,
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: false,
    charset: 'utf8mb4_bin',
    poolSize: config.poolSize ?? 10,
    extra: { maxIdle: 2, idleTimeout: 20_000, connectTimeout: 5_000 },
    ...sslOf(config),
  };
  // The driver must match the server: with `mysql` on MariaDB the schema comparison never comes clean.
  const probe = await new DataSource({ ...options, entities: [], type: 'mysql' }).initialize();
  const [row] = await probe.query<{ version: string }[]>('SELECT VERSION() AS version');
  await probe.destroy();
  const source = await new DataSource({
    ...options,
    type: row?.version.includes('MariaDB') === true ? 'mariadb' : 'mysql',
  }).initialize();
  await prepareConnections(source, config.silenceMs ?? SILENCE_MS);
  return source;
}

/**
 * Times are UTC whatever the server's zone. A process that is frozen inside of a transaction loses its connection, and
 * with it its locks, after half a minute: the server's own default is eight hours.
 */
const PREPARE = "SET SESSION time_zone = '+00:00', wait_timeout = 30, innodb_lock_wait_timeout = 10";

type Connection = Readonly<{
  stream: Socket;
  query(sql: string, done: (error: Error | null) => void): void;
  release(): void;
}>;
type ConnectionPool = Readonly<{
  on(event: 'connection', listener: (connection: Connection) => void): void;
  getConnection(done: (error: Error | null, connection: Connection) => void): void;
}>;

async function prepareConnections(source: DataSource, silenceMs: number): Promise<void> {
  const { pool } = source.driver as unknown as { pool: ConnectionPool };
  pool.on('connection', (connection) => {
    giveUpWhenSilent(connection, silenceMs);
    // A connection does what it is told in order: this comes before the query it was made for. Where it fails, so will that.
    connection.query(PREPARE, () => undefined);
  });
  // The one that TypeORM has made already.
  await new Promise<void>((resolve, reject) => {
    pool.getConnection((error, connection) => {
      if (error) return reject(error);
      giveUpWhenSilent(connection, silenceMs);
      connection.query(PREPARE, (failed) => {
        connection.release();
        if (failed) reject(failed);
        else resolve();
      });
    });
  });
}

/**
 * A host that vanishes says nothing, and neither TCP nor the driver gives up on it within a quarter of an hour: a replica
 * would wait as long for an answer, and hold its lanes idle. A time-out of the driver's queries would leave the connection
 * in the pool for the next one to wait on; this ends it, and every query on it with an error.
 */
function giveUpWhenSilent({ stream }: Connection, silenceMs: number): void {
  stream.setTimeout(silenceMs, () => {
    const silent = new Error(`the database has said nothing for ${silenceMs} ms`);
    stream.destroy(Object.assign(silent, { code: 'ETIMEDOUT' }));
  });
}

abstract class BaseDatabase {
  readonly #hooks = new WeakMap<Tx, (() => void)[]>();

  async execute(tx: Tx, sql: string, parameters: readonly unknown[] = []): Promise<number> {
    if (!tx.queryRunner) throw new InvariantError('execute() needs a transaction');
    const result = (await tx.queryRunner.query(sql, [...parameters], true)) as { affected?: number };
    return result.affected ?? 0;
  }

  async insertOnce<E extends ObjectLiteral>(tx: Tx, entity: EntitySchema<E>, row: Partial<E>): Promise<boolean> {
    try {
      await tx.insert(entity, row);
      return true;
    } catch (error) {
      // A failed statement alone is undone on both engines; the transaction goes on.
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async insertMany<E extends ObjectLiteral>(
    tx: Tx,
    entity: EntitySchema<E>,
    rows: readonly Partial<E>[],
  ): Promise<void> {
    const columns = tx.connection.getMetadata(entity).columns.length;
    const size = Math.max(1, Math.floor(MAX_PARAMETERS / columns));
    for (let i = 0; i < rows.length; i += size) await tx.insert(entity, rows.slice(i, i + size));
  }

  afterCommit(tx: Tx, hook: () => void): void {
    const hooks = this.#hooks.get(tx);
    if (!hooks) throw new InvariantError('afterCommit() needs a transaction of this database');
    hooks.push(hook);
  }

  protected begin(tx: Tx): void {
    this.#hooks.set(tx, []);
  }

  protected committed(tx: Tx): void {
    const hooks = this.#hooks.get(tx) ?? [];
    this.#hooks.delete(tx);
    for (const hook of hooks) hook();
  }
}

/**
 * TypeORM keeps one SQLite connection: transactions that overlap would run inside each other, and a reader would see
 * rows that are rolled back later. So writes queue here, nesting throws instead of waiting for itself, and reads go
 * through a second, read-only connection.
 */
class SqliteDatabase extends BaseDatabase implements Database {
  readonly dialect = sqlite;
  readonly #writer: DataSource;
  readonly #reader: DataSource;
  readonly #inside = new AsyncLocalStorage<true>();
  #tail: Promise<unknown> = Promise.resolve();

  constructor(writer: DataSource, reader: DataSource) {
    super();
    this.#writer = writer;
    this.#reader = reader;
  }

  get reader(): EntityManager {
    return this.#reader.manager;
  }

  forUpdate(): { lock?: { mode: 'pessimistic_write' } } {
    return {};
  }

  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#inside.getStore() === true) {
      return Promise.reject(new InvariantError('a transaction inside a transaction: hand the outer one down'));
    }
    const turn = this.#tail.then(() => this.#inside.run(true, () => this.#run(work)));
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  async #run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    let used: Tx | undefined;
    const result = await this.#writer.transaction(async (tx) => {
      used = tx;
      this.begin(tx);
      return work(tx);
    });
    // Outside of the transaction's own context: a hook may start the next one.
    if (used) this.#inside.exit(() => this.committed(used as Tx));
    return result;
  }

  async check(): Promise<void> {
    await this.#reader.query('SELECT 1');
  }

  async close(): Promise<void> {
    await this.#tail;
    await this.#reader.destroy();
    await this.#writer.destroy();
  }
}

class MysqlDatabase extends BaseDatabase implements Database {
  readonly dialect = mysql;
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  get reader(): EntityManager {
    return this.#source.manager;
  }

  forUpdate(): { lock?: { mode: 'pessimistic_write' } } {
    return { lock: { mode: 'pessimistic_write' } };
  }

  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        let used: Tx | undefined;
        const result = await this.#source.transaction('READ COMMITTED', async (tx) => {
          used = tx;
          this.begin(tx);
          return work(tx);
        });
        if (used) this.committed(used);
        return result;
      } catch (error) {
        const code = errorCode(error);
        if (isConnectionLost(error)) {
          throw new TransientError(`the database connection was lost (${code || 'closed'})`, undefined, {
            cause: error,
          });
        }
        if (!CONFLICT.has(code) || attempt === CONFLICT_TRIES) throw error;
        await wait(attempt * 10 * (1 + Math.random()));
      }
    }
  }

  async check(): Promise<void> {
    await this.#source.query('SELECT 1');
  }

  async close(): Promise<void> {
    await this.#source.destroy();
  }
}
