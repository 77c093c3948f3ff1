import db from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';
import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import getItem from 'dynalite/actions/getItem.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import updateItem from 'dynalite/actions/updateItem.js';
import batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import batchWriteItemRules from 'dynalite/validations/batchWriteItem.js';
import deleteItemRules from 'dynalite/validations/deleteItem.js';
import getItemRules from 'dynalite/validations/getItem.js';
import putItemRules from 'dynalite/validations/putItem.js';
import queryRules from 'dynalite/validations/query.js';
import scanRules from 'dynalite/validations/scan.js';
import updateItemRules from 'dynalite/validations/updateItem.js';
import { isRecord } from '../wire/read.ts';
import type { LevelDb, Store, SubDb } from 'dynalite/db/index.js';
import type { Table } from './model.ts';

const operations = {
  BatchGetItem: { run: batchGetItem, rules: batchGetItemRules },
  BatchWriteItem: { run: batchWriteItem, rules: batchWriteItemRules },
  DeleteItem: { run: deleteItem, rules: deleteItemRules },
  GetItem: { run: getItem, rules: getItemRules },
  PutItem: { run: putItem, rules: putItemRules },
  Query: { run: query, rules: queryRules },
  Scan: { run: scan, rules: scanRules },
  UpdateItem: { run: updateItem, rules: updateItemRules },
} as const;

export type ItemOperation = keyof typeof operations;
export const itemOperations = Object.keys(operations) as ItemOperation[];

export interface ItemAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** How many puts go to the store in one batch: bounds memory, not correctness. */
const BATCH = 2_000;

const rangeOf = (prefix: string): { gte: string; lt: string } => ({ gte: `${prefix}~`, lt: `${prefix}~\u{10FFFF}` });

/** What dynalite needs to know of a table: keys and indexes. Its own throughput and states are never consulted. */
const dynaliteTable = (table: Table): Record<string, unknown> => ({
  TableName: table.physical,
  TableStatus: 'ACTIVE',
  KeySchema: table.keys,
  AttributeDefinitions: table.attributes,
  ...(table.localIndexes.length > 0 && {
    LocalSecondaryIndexes: table.localIndexes.map(({ name, keys, projection }) => ({
      IndexName: name,
      KeySchema: keys,
      Projection: projection,
    })),
  }),
  ...(table.globalIndexes.length > 0 && {
    GlobalSecondaryIndexes: table.globalIndexes.map(({ name, keys, projection }) => ({
      IndexName: name,
      KeySchema: keys,
      Projection: projection,
      IndexStatus: 'ACTIVE',
    })),
  }),
});

const settled = (start: (done: (error: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    start((error) => (error === null || error === undefined ? resolve() : reject(error)));
  });

/** Every table's items, in one dynalite store (LevelDB in a folder, or memory), under the tables' physical names. */
export class ItemStore {
  readonly #store: Store;
  readonly #level: LevelDb;

  constructor(folder: string | null) {
    this.#store = db.create(folder === null ? {} : { path: folder });
    this.#level = this.#store.db;
  }

  /** Makes the table known, or its changed indexes. */
  async define(table: Table): Promise<void> {
    await settled((done) => this.#store.tableDb.put(table.physical, dynaliteTable(table), done));
  }

  async drop(table: Table): Promise<void> {
    await settled((done) => this.#store.tableDb.del(table.physical, done));
    await this.#level.clear(rangeOf(`item-${table.physical}`));
    for (const { name } of table.localIndexes)
      await this.#level.clear(rangeOf(`index-local~${table.physical}~${name}`));
    for (const { name } of table.globalIndexes) await this.dropIndex(table, name);
  }

  async dropIndex(table: Table, index: string): Promise<void> {
    await this.#level.clear(rangeOf(`index-global~${table.physical}~${index}`));
  }

  /** An item operation on physical names. Errors are dynalite's own, worded as DynamoDB's. */
  run(operation: ItemOperation, input: Readonly<Record<string, unknown>>): Promise<ItemAnswer> {
    const { run, rules } = operations[operation];
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        if (isRecord(error) && typeof error['statusCode'] === 'number') {
          resolve({ status: error['statusCode'], body: error['body'] });
        } else reject(error instanceof Error ? error : new Error(String(error)));
      };
      try {
        const data = validations.checkTypes({ ...input }, rules.types);
        validations.checkValidations(data, rules.types, rules.custom, this.#store);
        run(this.#store, data, (error, result) => {
          if (error !== null && error !== undefined) fail(error);
          else resolve({ status: 200, body: result });
        });
      } catch (error) {
        fail(error);
      }
    });
  }

  /** All items as of the moment of the call: LevelDB's iterators read from a snapshot. */
  async snapshot(table: Table): Promise<{ items: Record<string, unknown>[]; bytes: number }> {
    const items: Record<string, unknown>[] = [];
    let bytes = 0;
    for await (const item of this.#level.values(rangeOf(`item-${table.physical}`))) {
      items.push(item);
      bytes += db.itemSize(item);
    }
    return { items, bytes };
  }

  async count(table: Table): Promise<{ items: number; bytes: number }> {
    let items = 0;
    let bytes = 0;
    for await (const item of this.#level.values(rangeOf(`item-${table.physical}`))) {
      items += 1;
      bytes += db.itemSize(item);
    }
    return { items, bytes };
  }

  /** Writes items straight into the store with their index entries. Doing it twice changes nothing. */
  async load(table: Table, items: readonly Record<string, unknown>[]): Promise<void> {
    const description = dynaliteTable(table);
    const itemDb = this.#store.getItemDb(table.physical);
    for (let from = 0; from < items.length; from += BATCH) {
      const some = items.slice(from, from + BATCH);
      const puts = some.map((item) => ({ type: 'put' as const, key: db.createKey(item, description), value: item }));
      await settled((done) => itemDb.batch(puts, done));
      await this.#index(table, description, some);
    }
  }

  /** Fills a global index that was added to a table with items. */
  async backfill(table: Table): Promise<void> {
    const { items } = await this.snapshot(table);
    await this.#index(table, dynaliteTable(table), items);
  }

  async #index(table: Table, description: Record<string, unknown>, items: readonly object[]): Promise<void> {
    for (const [type, member] of [
      ['local', 'LocalSecondaryIndexes'],
      ['global', 'GlobalSecondaryIndexes'],
    ] as const) {
      const indexes = (description[member] ?? []) as readonly object[];
      if (indexes.length === 0) continue;
      const puts = new Map<string, { type: 'put'; key: string; value: object }[]>();
      for (const item of items) {
        for (const put of db.getIndexActions(indexes, null, item, description).puts) {
          const list = puts.get(put.index) ?? [];
          list.push({ type: 'put', key: put.key, value: put.item });
          puts.set(put.index, list);
        }
      }
      for (const [index, entries] of puts) {
        const indexDb: SubDb = this.#store.getIndexDb(type, table.physical, index);
        await settled((done) => indexDb.batch(entries, done));
      }
    }
  }

  async close(): Promise<void> {
    await this.#level.close();
  }
}
