import type { AccountRef, PlannedTask } from '@tablekeep/schema/events';
import type { RetentionRule } from '@tablekeep/schema/retention-rules';
import type { TableRef } from '@tablekeep/schema/work-items';
import type { PolicyDocument } from './policy-document.ts';

/** AWS's own default would fail a busy account's jobs; both windows are always said (StartBackupJob, AWS Backup API). */
export const START_WINDOW_MINUTES = 480;
export const COMPLETE_WINDOW_MINUTES = 7 * 24 * 60;

/** "For ever", as AWS takes it for a copy: −1 would not outlive a source that expires. */
export const COPY_FOR_EVER_DAYS = 36_500;

const days = (value: number) => ({ value, unit: 'DAYS' as const });

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
 * @param rules of the schedules that ask for the run; none: every target is copied to, with the policy's plain retention.
 *   Where a copy target says how long, that counts instead of the schedules'.
 */
export function planBackups(
  account: AccountRef,
  policy: Readonly<{ id: string; name: string; document: PolicyDocument }>,
  tables: readonly TableRef[],
  rules: readonly RetentionRule[],
): PlannedTask[] {
  const { document } = policy;
  const isCopied = rules.length === 0 || rules.some((rule) => rule.copied);
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
      rules: rules.map((rule) => (copyDays === null ? rule : { ...rule, keepCopies: days(copyDays) })),
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
      .filter((copy) => isCopied && copy.fromRegion === table.region)
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
