import type { JobState } from './job-state.ts';

/** Two services of AWS tell the dates; a restore lasts so long that its end needs no such margin. */
const SKEW_MS = 60_000;

/** What AWS says of the table that bears a restore's target name. */
export type TableSeen = Readonly<{ tableId: string; createdAt: Date | null }>;

/**
 * Why the table is not the one that the job's restore has made, in words; null where nothing speaks against it. Its id is
 * known once it was seen in the making. Otherwise AWS's own dates tell: a table cannot be deleted while it is restored, so one
 * that took the name since was made after the restore had ended.
 */
export function strangerBecause(
  { tableId, createdAt }: TableSeen,
  known: Pick<JobState, 'restored' | 'sighted' | 'awsCreatedAt' | 'awsCompletedAt'>,
): string | null {
  const ours = known.restored ?? known.sighted;
  if (ours !== undefined) {
    return ours.tableId === tableId ? null : `its TableId is ${tableId}, that of the restored one ${ours.tableId}`;
  }
  if (createdAt === null) return null;
  const made = `it was made at ${createdAt.toISOString()}`;
  const { awsCreatedAt, awsCompletedAt } = known;
  if (awsCreatedAt !== undefined && createdAt.getTime() < Date.parse(awsCreatedAt) - SKEW_MS) {
    return `${made}, before the restore began (${awsCreatedAt})`;
  }
  if (awsCompletedAt !== undefined && createdAt.getTime() > Date.parse(awsCompletedAt)) {
    return `${made}, after the restore had ended (${awsCompletedAt})`;
  }
  return null;
}
