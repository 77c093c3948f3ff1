import type { EntityManager, EntitySchema, ObjectLiteral } from 'typeorm';
import type { Dialect } from './dialect.ts';

/** Where a service's own database is. A MySQL url names the schema. */
export type DatabaseConfig = Readonly<{ kind: 'sqlite'; file: string } | MysqlConfig>;

export type MysqlConfig = Readonly<{
  kind: 'mysql';
  url: string;
  poolSize?: number;
  /** Absent: connections are not encrypted. */
  tls?: DatabaseTls | undefined;
  /** After which a connection from which nothing comes is given up, in milliseconds; 20 s unless told. */
  silenceMs?: number;
}>;

/** `ca`: certificates (PEM) of the authority; absent: the public ones. The server's certificate must name its host. */
export type DatabaseTls = Readonly<{ ca: string | undefined }>;

/** One forward step, one DDL statement (several only where an engine needs a helper such as a trigger), safe to run twice. */
export type Migration = Readonly<{ id: string; up: (dialect: Dialect) => string | readonly string[] }>;

export type Model = Readonly<{ name: string; entities: readonly EntitySchema[]; migrations: readonly Migration[] }>;

/** A write transaction, as TypeORM's manager bound to it. */
export type Tx = EntityManager;

export interface Database {
  readonly dialect: Dialect;
  /**
   * One write transaction. SQLite: queued behind every other write, nesting throws. MySQL: tried again on deadlock,
   * lock wait and snapshot conflict, so `work` must have no effect but on the database; a lost connection is a
   * TransientError, and whether the commit took place is then not known.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Committed rows only. Never for read-modify-write. */
  readonly reader: EntityManager;
  /** Options that lock the rows found, where the engine has row locks: `tx.findOne(E, { where, ...db.forUpdate() })`. */
  forUpdate(): { lock?: { mode: 'pessimistic_write' } };
  /** Runs a statement and says how many rows it changed. */
  execute(tx: Tx, sql: string, parameters?: readonly unknown[]): Promise<number>;
  /** True where the row is new, false where its key exists; every other error is thrown. */
  insertOnce<E extends ObjectLiteral>(tx: Tx, entity: EntitySchema<E>, row: Partial<E>): Promise<boolean>;
  /** Inserts in chunks below the engines' parameter limits. */
  insertMany<E extends ObjectLiteral>(tx: Tx, entity: EntitySchema<E>, rows: readonly Partial<E>[]): Promise<void>;
  /** Runs once the transaction has committed; not at all where it has not. */
  afterCommit(tx: Tx, hook: () => void): void;
  check(): Promise<void>;
  close(): Promise<void>;
}

const DUPLICATE = new Set(['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);

/** By code, not by class: a driver's classes differ across module boundaries. */
export function isDuplicateKey(error: unknown): boolean {
  return DUPLICATE.has(errorCode(error));
}

export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  return typeof code === 'string' ? code : errorCode(driverError);
}
