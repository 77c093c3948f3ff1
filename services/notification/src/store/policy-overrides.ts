import type { Database } from '@tablekeep/platform/database';
import { IsNull, Not } from 'typeorm';
import { PolicyOverrideEntity } from './entities.ts';

/** When policies run next by themselves, as they have announced it. */
export async function nextRunsOfPolicies(db: Database): Promise<ReadonlyMap<string, Date>> {
  const rows = await db.reader.find(PolicyOverrideEntity, {
    select: { policyId: true, nextRunAt: true },
    where: { nextRunAt: Not(IsNull()) },
  });
  return new Map(rows.flatMap(({ policyId, nextRunAt }) => (nextRunAt ? [[policyId, nextRunAt]] : [])));
}
