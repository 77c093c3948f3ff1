import { column, type Database, type Tx } from '@tablekeep/platform/database';
import { EntitySchema, LessThan } from 'typeorm';

/** What was said of how long records of ended sessions are kept; no row: nobody has. `keepDays` null: for ever. */
export type RecordRetentionRow = { id: string; version: number; keepDays: number | null };

export const RecordRetentionEntity = new EntitySchema<RecordRetentionRow>({
  name: 'record_retention',
  columns: {
    id: { ...column.id(), primary: true },
    version: column.int(),
    keepDays: { ...column.int({ nullable: true }), name: 'keep_days' },
  },
});

/** The one row there is. */
const ID = 'sessions';

export async function keepRecordsFor(
  db: Database,
  tx: Tx,
  said: Readonly<{ version: number; keepDays: number | null }>,
): Promise<void> {
  if (await db.insertOnce(tx, RecordRetentionEntity, { id: ID, ...said })) return;
  await tx.update(RecordRetentionEntity, { id: ID, version: LessThan(said.version) }, said);
}

/** @param otherwise what counts while nobody has said anything */
export async function recordsKeptDays(db: Database, otherwise: number | null): Promise<number | null> {
  const said = await db.reader.findOneBy(RecordRetentionEntity, { id: ID });
  return said === null ? otherwise : said.keepDays;
}
