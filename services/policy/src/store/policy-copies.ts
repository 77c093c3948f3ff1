import type { Database, Tx } from '@tablekeep/platform/database';
import { LessThan, MoreThan } from 'typeorm';
import { PolicyCopiesEntity, type PolicyCopiesRow } from './alert-entities.ts';

/** The run that ended last counts, in whatever order ends are told; a second delivery writes the same. */
export async function noteCopies(db: Database, tx: Tx, run: Omit<PolicyCopiesRow, 'since'>): Promise<void> {
  const since = run.behind === 0 ? null : run.asOf;
  if (await db.insertOnce(tx, PolicyCopiesEntity, { ...run, since })) return;
  const { policyId, asOf } = run;
  const before = await tx.findOne(PolicyCopiesEntity, { where: { policyId }, ...db.forUpdate() });
  const stillSince = run.behind === 0 ? null : (before?.since ?? asOf);
  await tx.update(PolicyCopiesEntity, { policyId, asOf: LessThan(asOf) }, { ...run, since: stillSince });
}

export async function copiesBehind(reader: Tx): Promise<PolicyCopiesRow[]> {
  return reader.find(PolicyCopiesEntity, { where: { behind: MoreThan(0) } });
}
