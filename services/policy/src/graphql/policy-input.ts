import type { PolicyDocument, Selection } from '../domain/policy-document.ts';
import { verificationOf } from './policy-verification.ts';
import { schedulesOf } from './schedules-input.ts';
import type { PolicyInput, SelectionInput } from './resolver-types.ts';

const DEFAULT_RETRY_DELAY_SECONDS = 60;

/** The document that an input asks for, defaults filled in. */
export function documentOf(input: PolicyInput): PolicyDocument {
  return {
    description: input.description ?? '',
    regions: [...input.regions],
    include: selectionOf(input.include),
    exclude: selectionOf(input.exclude),
    vaults: input.vaults.map(({ region, vaultName }) => ({ region, vaultName })),
    copies: (input.copies ?? []).map(({ fromRegion, toRegion, vaultName, retentionDays }) => ({
      fromRegion,
      toRegion,
      vaultName,
      retentionDays: retentionDays ?? null,
    })),
    backupRetentionDays: input.backupRetentionDays ?? null,
    customTags: (input.customTags ?? []).map(({ key, value }) => ({ key, value })),
    retryCount: input.retryCount ?? 0,
    retryDelaySeconds: input.retryDelaySeconds ?? DEFAULT_RETRY_DELAY_SECONDS,
    coldStorageAfterDays: input.coldStorageAfterDays ?? null,
    keepNewest: input.keepNewest ?? true,
    safetyNetDays: input.safetyNetDays ?? null,
    rpoHours: input.rpoHours ?? null,
    notifications: input.notifications
      ? {
          silent: input.notifications.silent ?? false,
          recipients: input.notifications.recipients ? [...input.notifications.recipients] : null,
          notifyOn: input.notifications.notifyOn ? [...input.notifications.notifyOn] : null,
        }
      : null,
    verification: verificationOf(input.verification),
    schedules: schedulesOf(input.schedules),
  };
}

function selectionOf(input: SelectionInput | null | undefined): Selection {
  return {
    allTables: input?.allTables ?? false,
    tableNames: [...(input?.tableNames ?? [])],
    ...(input?.tables?.length && { tables: input.tables.map(({ name, region }) => ({ name, region })) }),
    tags: (input?.tags ?? []).map(({ key, value }) => ({ key, value: value ?? null })),
    tagsMatch: input?.tagsMatch ?? 'ANY',
  };
}
