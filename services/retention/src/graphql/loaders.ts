import type { Database } from '@tablekeep/platform/database';
import { badInput, type Key } from '@tablekeep/platform/subgraph';
import DataLoader from 'dataloader';
import pMap from 'p-map';
import { In, IsNull } from 'typeorm';
import { pagesProblem } from '../domain/page-limits.ts';
import { RestoreTimeEntity, type RestorePointRow, type RestoreTimeRow } from '../store/entities.ts';
import { findByArn, findCopies, findPoints, newestOfTables, pageOfPoints } from '../store/restore-points.ts';

/** A page of a table's points: `limit` rows, newest first, `after` null from the first. */
export type TablePage = Readonly<{ tableArn: string; after: Key | null; limit: number }>;

/** Later pages are read one by one, so many at a time. */
const MOST_PAGES_AT_ONCE = 5;

/** Made for each request: references come in batches, and a row is read once. */
export type Loaders = Readonly<{
  point: DataLoader<string, RestorePointRow | null>;
  byArn: DataLoader<string, RestorePointRow | null>;
  copies: DataLoader<string, RestorePointRow[]>;
  restoreTime: DataLoader<string, RestoreTimeRow | null>;
  /** Refuses, for each of them, pages that are too much together. */
  ofTable: DataLoader<TablePage, readonly RestorePointRow[], string>;
}>;

export function createLoaders(db: Database): Loaders {
  return {
    point: new DataLoader(async (ids) => {
      const found = new Map((await findPoints(db.reader, ids)).map((row) => [row.id, row]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    byArn: new DataLoader(async (arns) => {
      const found = new Map((await findByArn(db.reader, arns)).map((row) => [row.recoveryPointArn, row]));
      return arns.map((arn) => found.get(arn) ?? null);
    }),
    copies: new DataLoader(async (arns) => {
      const found = Map.groupBy(await findCopies(db.reader, arns), (copy) => copy.sourceRecoveryPointArn);
      return arns.map((arn) => found.get(arn) ?? []);
    }),
    restoreTime: new DataLoader(async (tableArns) => {
      const rows = await db.reader.find(RestoreTimeEntity, { where: { tableArn: In([...tableArns]) } });
      const found = new Map(rows.map((row) => [row.tableArn, row]));
      return tableArns.map((arn) => found.get(arn) ?? null);
    }),
    ofTable: new DataLoader((pages: readonly TablePage[]) => loadPages(db, pages), {
      cacheKeyFn: (page) => JSON.stringify(page),
    }),
  };
}

async function loadPages(db: Database, pages: readonly TablePage[]): Promise<(readonly RestorePointRow[])[]> {
  const limit = Math.max(...pages.map((page) => page.limit));
  // The limit is one row more than was asked for: whether there is another page.
  const problem = pagesProblem(pages.length, limit - 1);
  if (problem !== null) throw badInput(problem);
  const firstPages = pages.filter((page) => page.after === null).map((page) => page.tableArn);
  const newest = await newestOfTables(db, [...new Set(firstPages)], limit);
  return pMap(
    pages,
    async ({ tableArn, after, limit: own }) =>
      after === null
        ? (newest.get(tableArn) ?? []).slice(0, own)
        : pageOfPoints(db, { tableArn, deletedAt: IsNull() }, after, own),
    { concurrency: MOST_PAGES_AT_ONCE },
  );
}
