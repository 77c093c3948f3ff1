import { inPieces, type Database, type Tx } from '@tablekeep/platform/database';
import { In } from 'typeorm';
import { UnprotectedTableEntity, type UnprotectedTableRow } from './alert-entities.ts';

/** In the transaction of the scan that tells of them. A table that is told of once more belongs to the newer scan. */
export async function noteUnprotected(db: Database, tx: Tx, rows: readonly UnprotectedTableRow[]): Promise<void> {
  await inPieces(
    rows.map(({ tableArn }) => tableArn),
    async (piece) => {
      await tx.delete(UnprotectedTableEntity, { tableArn: In([...piece]) });
      return [];
    },
  );
  await db.insertMany(tx, UnprotectedTableEntity, rows);
}

export async function unprotectedTables(reader: Tx): Promise<UnprotectedTableRow[]> {
  return reader.find(UnprotectedTableEntity, { order: { scanId: 'ASC', tableArn: 'ASC' } });
}

/** Those that a scan has told of once more since stay. */
export async function forgetUnprotected(db: Database, rows: readonly UnprotectedTableRow[]): Promise<void> {
  for (const [scanId, some] of Map.groupBy(rows, (row) => row.scanId)) {
    const arns = some.map(({ tableArn }) => tableArn);
    await inPieces(arns, async (piece) => {
      await db.transaction((tx) => tx.delete(UnprotectedTableEntity, { scanId, tableArn: In([...piece]) }));
      return [];
    });
  }
}
