import type { PolicyDocument } from './policy-document.ts';
import { coverage, type SelectableTable } from './select-tables.ts';

export type ProtectionStatus = 'PROTECTED' | 'AWAITING_FIRST_BACKUP' | 'POLICY_DISABLED' | 'EXCLUDED' | 'UNPROTECTED';
export type PolicyFacts = Readonly<{
  id: string;
  name: string;
  enabled: boolean;
  accountId: string;
  document: PolicyDocument;
}>;
export type Protection = Readonly<{ status: ProtectionStatus; reason: string; policyIds: readonly string[] }>;

/** Whether and why a table is protected. `policies` are those of the table's account, in order of priority. */
export function protectionOf(
  table: SelectableTable,
  policies: readonly PolicyFacts[],
  lastBackupAt: Date | null,
): Protection {
  const judged = policies.map((policy) => ({ policy, is: coverage(policy.document, table) }));
  const covering = judged.filter(({ is }) => is.kind === 'covered').map(({ policy }) => policy);
  const policyIds = covering.map((policy) => policy.id);
  const enabled = covering.find((policy) => policy.enabled);
  if (enabled && lastBackupAt) return { status: 'PROTECTED', reason: `Policy "${enabled.name}" covers it.`, policyIds };
  if (enabled)
    return {
      status: 'AWAITING_FIRST_BACKUP',
      reason: `Policy "${enabled.name}" covers it and has not run yet.`,
      policyIds,
    };
  const disabled = covering[0];
  if (disabled)
    return { status: 'POLICY_DISABLED', reason: `Policy "${disabled.name}" covers it, but is disabled.`, policyIds };
  const excluding = judged.find(({ is }) => is.kind === 'excluded')?.policy;
  if (excluding) return { status: 'EXCLUDED', reason: `Policy "${excluding.name}" excludes it.`, policyIds };
  if (judged.some(({ is }) => is.untold)) {
    return {
      status: 'UNPROTECTED',
      reason: 'Its tags could not be read, so no policy that selects by tag can cover it.',
      policyIds,
    };
  }
  return { status: 'UNPROTECTED', reason: 'No policy covers it.', policyIds };
}
