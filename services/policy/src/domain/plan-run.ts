import type { AccountRef, PlannedTask } from '@tablekeep/schema/events';
import type { RetentionRule } from '@tablekeep/schema/retention-rules';
import type { TableRef } from '@tablekeep/schema/work-items';
import { coldAfter, daysKept } from './cold-storage.ts';
import type { PolicyDocument } from './policy-document.ts';
import { runWindows } from './schedules/run-windows.ts';

/** "For ever", as AWS takes it for a copy: −1 would not outlive a source that expires. */
export const COPY_FOR_EVER_DAYS = 36_500;

/** A table with the bytes that the inventory last counted. */
export type SizedTable = TableRef & Readonly<{ sizeBytes: number }>;

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
 * deleted by Tablekeep, so AWS's lifecycle carries no expiry unless the policy asks for a safety net: the executor adds it.
 * @param rules of the schedules that ask for the run; none: every target is copied to, with the policy's plain retention.
 *   Where a copy target says how long, that counts instead of the schedules'.
 */
export function planBackups(
  account: AccountRef,
  policy: Readonly<{ id: string; name: string; updatedAt: Date; document: PolicyDocument }>,
  tables: readonly SizedTable[],
  rules: readonly RetentionRule[],
): PlannedTask[] {
  const { document } = policy;
  const isCopied = rules.length === 0 || rules.some((rule) => rule.copied);
  const windows = runWindows(document.schedules, policy.updatedAt);
  const vaultOf = new Map(document.vaults.map((vault) => [vault.region, vault.vaultName]));
  return tables.flatMap(({ sizeBytes, ...table }) => {
    const vaultName = vaultOf.get(table.region);
    if (vaultName === undefined) return [];
    const common = { accountId: account.id, awsAccountId: account.awsAccountId, region: table.region, table };
    const key = `backup:${table.arn}`;
    const originOf = (kind: 'BACKUP' | 'COPY', copyDays: number | null) => ({
      kind,
      policyId: policy.id,
      policyName: policy.name,
      retention: { backupDays: document.backupRetentionDays, copyDays },
      // Said only where it is not what everybody expects: a tag of the point carries it.
      ...(document.keepNewest === false && { keepNewest: false }),
      ...(document.safetyNetDays != null && { safetyNetDays: document.safetyNetDays }),
      rules: rules.map((rule) => (copyDays === null ? rule : { ...rule, keepCopies: days(copyDays) })),
      coldAfterDays: coldAfter(document.coldStorageAfterDays ?? null, keptDays(document, rules, kind, copyDays)),
    });
    const targets = isCopied ? document.copies.filter((copy) => copy.fromRegion === table.region) : [];
    const origin = {
      ...originOf('BACKUP', null),
      copies: targets.map(({ toRegion, vaultName: name, retentionDays }) => ({
        region: toRegion,
        vaultName: name,
        days: retentionDays,
      })),
    };
    const backup: PlannedTask = {
      ...common,
      key,
      after: null,
      parameters: {
        kind: 'BACKUP',
        table,
        sizeBytes,
        vaultName,
        lifecycle: { moveToColdStorageAfterDays: origin.coldAfterDays, deleteAfterDays: null },
        // AWS's own default would fail a busy account's jobs; both are always said (StartBackupJob, AWS Backup API).
        ...windows,
        customTags: [...document.customTags],
        origin,
      },
    };
    const copies = targets.map((copy): PlannedTask => {
      const copyOrigin = originOf('COPY', copy.retentionDays);
      return {
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
          lifecycle: {
            moveToColdStorageAfterDays: copyOrigin.coldAfterDays,
            deleteAfterDays: COPY_FOR_EVER_DAYS,
          },
          origin: copyOrigin,
        },
      };
    });
    return [backup, ...copies];
  });
}

/** How long the point will be kept; null: for ever. */
function keptDays(
  { backupRetentionDays }: PolicyDocument,
  rules: readonly RetentionRule[],
  kind: 'BACKUP' | 'COPY',
  copyDays: number | null,
): number | null {
  if (kind === 'BACKUP') return rules.length === 0 ? backupRetentionDays : daysKept(rules.map(({ keep }) => keep));
  if (copyDays !== null || rules.length === 0) return copyDays;
  return daysKept(rules.filter(({ copied }) => copied).map(({ keepCopies }) => keepCopies));
}
