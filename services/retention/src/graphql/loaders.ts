import type { Database } from '@tablekeep/platform/database';
import DataLoader from 'dataloader';
import type { RestorePointRow } from '../store/entities.ts';
import { findByArn, findCopies, findPoints, newestOfTables } from '../store/restore-points.ts';

/** Made for each request: references come in batches, and a row is read once. */
export type Loaders = Readonly<{
  point: DataLoader<string, RestorePointRow | null>;
  byArn: DataLoader<string, RestorePointRow | null>;
  copies: DataLoader<string, RestorePointRow[]>;
  /** The first `limit` points of a table, newest first. */
  newest: DataLoader<{ tableArn: string; limit: number }, RestorePointRow[], string>;
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
      const found = await findCopies(db.reader, arns);
      return arns.map((arn) => found.filter((copy) => copy.sourceRecoveryPointArn === arn));
    }),
    newest: new DataLoader(
      async (asked) => {
        const limit = Math.max(...asked.map((one) => one.limit));
        const found = await newestOfTables(db, [...new Set(asked.map((one) => one.tableArn))], limit);
        return asked.map((one) => (found.get(one.tableArn) ?? []).slice(0, one.limit));
      },
      { cacheKeyFn: (one) => `${one.limit} ${one.tableArn}` },
    ),
  };
}
