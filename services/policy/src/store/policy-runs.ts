import { inPieces, type Database, type Tx } from '@tablekeep/platform/database';
import { In, IsNull, LessThan } from 'typeorm';
import { PolicyRunEntity, type PolicyRunRow } from './entities.ts';

/** The run that ended last counts, in whatever order ends are told. */
export async function noteRun(
  db: Database,
  tx: Tx,
  {
    policyId,
    status,
    at,
    copiesBehind,
  }: Readonly<{ policyId: string; status: string; at: Date; copiesBehind: number | null }>,
): Promise<void> {
  const success = status === 'SUCCEEDED' || status === 'WARNING';
  const last = { lastRunAt: at, lastRunStatus: status, copiesBehind };
  const row = { policyId, ...last, lastSuccessAt: success ? at : null };
  if (await db.insertOnce(tx, PolicyRunEntity, row)) return;
  await tx.update(PolicyRunEntity, { policyId, lastRunAt: LessThan(at) }, last);
  if (!success) return;
  const older = [
    { policyId, lastSuccessAt: LessThan(at) },
    { policyId, lastSuccessAt: IsNull() },
  ];
  await tx.update(PolicyRunEntity, older, { lastSuccessAt: at });
}

export async function findRuns(reader: Tx, policyIds: readonly string[]): Promise<PolicyRunRow[]> {
  return inPieces(policyIds, (piece) => reader.find(PolicyRunEntity, { where: { policyId: In([...piece]) } }));
}
