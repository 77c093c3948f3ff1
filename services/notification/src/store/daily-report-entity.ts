import { column } from '@tablekeep/platform/database';
import { EntitySchema } from 'typeorm';
import type { Figures } from '../domain/report-parts.ts';

/** A report that was made; its id is derived from day and zone. `figures` null: what is stored could not be told. */
export type DailyReportRow = {
  id: string;
  day: string;
  timeZone: string;
  dueAt: Date;
  /** Sessions that ended before then are in it, or in one before. */
  coversUntil: Date;
  madeAt: Date;
  figures: Figures | null;
};

export const DailyReportEntity = new EntitySchema<DailyReportRow>({
  name: 'daily_report',
  columns: {
    id: { ...column.id(), primary: true },
    day: column.text(10),
    timeZone: { ...column.text(64), name: 'time_zone' },
    dueAt: { ...column.time(), name: 'due_at' },
    coversUntil: { ...column.time(), name: 'covers_until' },
    madeAt: { ...column.time(), name: 'made_at' },
    figures: column.json({ nullable: true }),
  },
});
