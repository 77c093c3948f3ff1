import type { AccountRef, EventData, PlannedTask } from '@tablekeep/schema/events';
import type { TableRef } from '@tablekeep/schema/work-items';
import type { PolicyDocument } from './policy-document.ts';

/** Chunks stay well under the 256 KB that an event may have. */
const MAX_CHUNK_BYTES = 200_000;

/** AWS's own default would fail a busy account's jobs; both windows are always said (StartBackupJob, AWS Backup API). */
const START_WINDOW_MINUTES = 480;
const COMPLETE_WINDOW_MINUTES = 7 * 24 * 60;

/** "For ever", as AWS takes it for a copy: −1 would not outlive a source that expires. */
const COPY_FOR_EVER_DAYS = 36_500;

type Chunk = EventData<'dev.tablekeep.session.tasks.planned.v1'>;
type Round = Readonly<{ sessionId: string; round: number; final: boolean; notes: readonly string[] }>;

/** One scan for each Region. */
export function planScans(account: AccountRef, regions: readonly string[]): PlannedTask[] {
  return regions.map((region) => ({
    key: `scan:${region}`,
    accountId: account.id,
    awsAccountId: account.awsAccountId,
    region,
    after: null,
    table: null,
    parameters: { kind: 'SCAN' },
  }));
}

/**
 * One backup for each table and, unlocked by it, one copy for each copy target of its Region. Points without a lock are
 * deleted by Tablekeep, so AWS's lifecycle carries no expiry.
 */
export function planBackups(
  account: AccountRef,
  policy: Readonly<{ id: string; name: string; document: PolicyDocument }>,
  tables: readonly TableRef[],
): PlannedTask[] {
  const { document } = policy;
  const vaultOf = new Map(document.vaults.map((vault) => [vault.region, vault.vaultName]));
  return tables.flatMap((table) => {
    const vaultName = vaultOf.get(table.region);
    if (vaultName === undefined) return [];
    const common = { accountId: account.id, awsAccountId: account.awsAccountId, region: table.region, table };
    const key = `backup:${table.arn}`;
    const originOf = (kind: 'BACKUP' | 'COPY', copyDays: number | null) => ({
      kind,
      policyId: policy.id,
      policyName: policy.name,
      retention: { backupDays: document.backupRetentionDays, copyDays },
    });
    const backup: PlannedTask = {
      ...common,
      key,
      after: null,
      parameters: {
        kind: 'BACKUP',
        table,
        vaultName,
        lifecycle: { moveToColdStorageAfterDays: null, deleteAfterDays: null },
        startWindowMinutes: START_WINDOW_MINUTES,
        completeWindowMinutes: COMPLETE_WINDOW_MINUTES,
        customTags: [...document.customTags],
        origin: originOf('BACKUP', null),
      },
    };
    const copies = document.copies
      .filter((copy) => copy.fromRegion === table.region)
      .map((copy): PlannedTask => ({
        ...common,
        key: `copy:${table.arn}:${copy.toRegion}:${copy.vaultName}`,
        after: key,
        parameters: {
          kind: 'COPY',
          table,
          sourceVaultName: vaultName,
          recoveryPointArn: null,
          destinationRegion: copy.toRegion,
          destinationVaultName: copy.vaultName,
          lifecycle: { moveToColdStorageAfterDays: null, deleteAfterDays: COPY_FOR_EVER_DAYS },
          origin: originOf('COPY', copy.retentionDays),
        },
      }));
    return [backup, ...copies];
  });
}

/** The round as events: at least one chunk, so that an empty round is told too. */
export function inChunks(round: Round, tasks: readonly PlannedTask[], maxBytes = MAX_CHUNK_BYTES): Chunk[] {
  const groups: PlannedTask[][] = [[]];
  let size = 0;
  for (const task of tasks) {
    const bytes = Buffer.byteLength(JSON.stringify(task));
    const last = groups.at(-1);
    if (last && (last.length === 0 || size + bytes <= maxBytes)) {
      last.push(task);
      size += bytes;
    } else {
      groups.push([task]);
      size = bytes;
    }
  }
  return groups.map((group, i) => ({
    sessionId: round.sessionId,
    round: round.round,
    chunk: i + 1,
    chunks: groups.length,
    taskCount: tasks.length,
    final: round.final,
    tasks: group,
    notes: i === 0 ? [...round.notes] : [],
  }));
}
