import type { Database, Tx } from '@tablekeep/platform/database';
import { derivedId } from '@tablekeep/platform/ids';
import { In } from 'typeorm';
import { DailyReportEntity, type DailyReportRow } from './daily-report-entity.ts';

/** So many are looked at for the trend, and as many days one may make up for. */
const MOST_BEFORE = 31;

/** One for each day of a zone, whoever makes it. */
export const dailyReportId = (timeZone: string, day: string): string => derivedId('daily report', timeZone, day);

/** The newest first. */
export function lastReports(db: Database): Promise<DailyReportRow[]> {
  return db.reader.find(DailyReportEntity, { order: { dueAt: 'DESC', id: 'DESC' }, take: MOST_BEFORE });
}

/** Those of the ids that are made already. */
export async function madeReports(db: Database, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.reader.find(DailyReportEntity, { select: { id: true }, where: { id: In([...ids]) } });
  return new Set(rows.map(({ id }) => id));
}

/** False where somebody has made it already. */
export function noteReport(db: Database, tx: Tx, row: DailyReportRow): Promise<boolean> {
  return db.insertOnce(tx, DailyReportEntity, row);
}
