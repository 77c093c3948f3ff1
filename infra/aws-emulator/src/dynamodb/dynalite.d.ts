/** The parts of dynalite 4 the emulator calls in process: its store, its request validation and its item operations. */
declare module 'dynalite/db/index.js' {
  export interface SubDb {
    put(key: string, value: object, done: (error: Error | null) => void): void;
    del(key: string, done: (error: Error | null) => void): void;
    batch(
      operations: readonly { type: 'put' | 'del'; key: string; value?: object }[],
      done: (error: Error | null) => void,
    ): void;
  }
  export interface LevelDb {
    open(): Promise<void>;
    close(): Promise<void>;
    clear(range: { gte: string; lt: string }): Promise<void>;
    values(range: { gte: string; lt: string }): AsyncIterable<Record<string, unknown>>;
  }
  export interface Store {
    readonly db: LevelDb;
    readonly tableDb: SubDb;
    getItemDb(table: string): SubDb;
    getIndexDb(type: 'local' | 'global', table: string, index: string): SubDb;
  }
  export interface IndexAction {
    readonly index: string;
    readonly key: string;
    readonly item: Record<string, unknown>;
  }
  interface Db {
    create(options: { path?: string }): Store;
    createKey(item: object, table: object): string;
    itemSize(item: object): number;
    getIndexActions(
      indexes: readonly object[],
      existing: object | null,
      item: object,
      table: object,
    ): { puts: IndexAction[] };
  }
  const db: Db;
  export default db;
}

declare module 'dynalite/validations/index.js' {
  const validations: {
    checkTypes(data: object, types: object): Record<string, unknown>;
    checkValidations(data: object, types: object, custom: unknown, store: object): void;
  };
  export default validations;
}

declare module 'dynalite/validations/*' {
  const validation: { readonly types: object; readonly custom?: unknown };
  export default validation;
}

declare module 'dynalite/actions/*' {
  const action: (store: object, data: object, done: (error: unknown, result?: Record<string, unknown>) => void) => void;
  export default action;
}
