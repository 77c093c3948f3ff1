import type { Database, Tx } from '@tablekeep/platform/database';
import { In, IsNull, LessThan } from 'typeorm';
import { PolicyRunEntity, type PolicyRunRow } from './entities.ts';

/** The run that ended last counts, in whatever order ends are told. */
export async function noteRun(
  db: Database,
  tx: Tx,
  { policyId, status, at }: Readonly<{ policyId: string; status: string; at: Date }>,
): Promise<void> {
  const success = status === 'SUCCEEDED' || status === 'WARNING';
  const row = { policyId, lastRunAt: at, lastRunStatus: status, lastSuccessAt: success ? at : null };
  if (await db.insertOnce(tx, PolicyRunEntity, row)) return;
  await tx.update(PolicyRunEntity, { policyId, lastRunAt: LessThan(at) }, { lastRunAt: at, lastRunStatus: status });
  if (!success) return;
  const older = [
    { policyId, lastSuccessAt: LessThan(at) },
    { policyId, lastSuccessAt: IsNull() },
  ];
  await tx.update(PolicyRunEntity, older, { lastSuccessAt: at });
}

export async function findRuns(reader: Tx, policyIds: readonly string[]): Promise<ReadonlyMap<string, PolicyRunRow>> {
  const rows = await reader.find(PolicyRunEntity, { where: { policyId: In([...policyIds]) } });
  return new Map(rows.map((row) => [row.policyId, row]));
}
