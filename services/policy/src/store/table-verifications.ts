import type { Database, Tx } from '@tablekeep/platform/database';
import { IsNull, LessThan, Not } from 'typeorm';
import { TableVerificationEntity, type TableVerificationRow } from './entities.ts';

/** The latest counts, in whatever order they are told; what a restore took stays known when a later one gets nowhere. */
export async function noteVerification(db: Database, tx: Tx, told: TableVerificationRow): Promise<void> {
  if (await db.insertOnce(tx, TableVerificationEntity, told)) return;
  const { tableArn, outcome, verifiedAt, restoreSeconds } = told;
  const measured = restoreSeconds === null ? {} : { restoreSeconds };
  const older = { tableArn, verifiedAt: LessThan(verifiedAt) };
  await tx.update(TableVerificationEntity, older, { outcome, verifiedAt, ...measured });
  if (restoreSeconds === null) return;
  await tx.update(TableVerificationEntity, { tableArn, restoreSeconds: IsNull() }, { restoreSeconds });
}

/** By table. */
export async function allVerifications(reader: Tx): Promise<ReadonlyMap<string, TableVerificationRow>> {
  const rows = await reader.find(TableVerificationEntity, { where: { tableArn: Not('') } });
  return new Map(rows.map((row) => [row.tableArn, row]));
}
