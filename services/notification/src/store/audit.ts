import type { Database } from '@tablekeep/platform/database';
import { LessThan } from 'typeorm';
import { AuditEntity, type AuditRow } from './entities.ts';

/** Newest first, from before an entry's id on; null: from the newest. */
export function pageOfAudit(db: Database, before: string | null, limit: number): Promise<AuditRow[]> {
  return db.reader.find(AuditEntity, {
    where: before === null ? {} : { id: LessThan(before) },
    order: { id: 'DESC' },
    take: limit,
  });
}
