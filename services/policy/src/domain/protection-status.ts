import type { PolicyDocument } from './policy-document.ts';
import { whyIdle, type Scheduled } from './assign-tables.ts';
import { coverage, type SelectableTable } from './select-tables.ts';

export type ProtectionStatus =
  'PROTECTED' | 'RPO_BREACHED' | 'AWAITING_FIRST_BACKUP' | 'POLICY_DISABLED' | 'EXCLUDED' | 'UNPROTECTED';
export type PolicyFacts = Readonly<{
  id: string;
  name: string;
  enabled: boolean;
  accountId: string;
  document: PolicyDocument;
}> &
  Pick<Scheduled, 'scheduleState' | 'scheduleMessage'>;
export type Protection = Readonly<{ status: ProtectionStatus; reason: string; policyIds: readonly string[] }>;

/**
 * What of a table no backup brings back, for its owner to know beforehand. Source: DynamoDB Developer Guide, "Restoring a
 * table from a backup with AWS Backup".
 */
export function notBroughtBack({ replicas }: Readonly<{ replicas: readonly string[] }>): string[] {
  if (replicas.length === 0) return [];
  return [
    `Its replicas in ${replicas.join(', ')} are backed up in their own Regions; a restore makes no global table.`,
  ];
}

/** Whether and why a table is protected. `policies` are those of the table's account, in order of priority. */
export function protectionOf(
  table: SelectableTable,
  policies: readonly PolicyFacts[],
  lastBackupAt: Date | null,
  now: Date,
): Protection {
  const judged = policies.map((policy) => ({ policy, is: coverage(policy.document, table) }));
  const covering = judged.filter(({ is }) => is.kind === 'covered').map(({ policy }) => policy);
  const policyIds = covering.map((policy) => policy.id);
  const enabled = covering.find((policy) => policy.enabled);
  const breach = enabled && lastBackupAt ? rpoBreach(enabled.document, lastBackupAt, now) : null;
  if (breach !== null) return { status: 'RPO_BREACHED', reason: breach, policyIds };
  if (enabled) {
    const covers = `Policy "${enabled.name}" covers it`;
    const rest = [whyItMayNotRun(enabled), leftBy(covering, enabled)].filter((one) => one !== null);
    const say = (first: string) => [`${first}.`, ...rest].join(' ');
    if (lastBackupAt) return { status: 'PROTECTED', reason: say(covers), policyIds };
    return { status: 'AWAITING_FIRST_BACKUP', reason: say(`${covers} and has not run yet`), policyIds };
  }
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

function whyItMayNotRun(policy: PolicyFacts): string | null {
  const idle = whyIdle(policy);
  return idle && `That policy ${idle}.`;
}

/** The enabled policies that would process it, and leave it to the more important one. */
function leftBy(covering: readonly PolicyFacts[], first: PolicyFacts): string | null {
  const others = covering.filter((policy) => policy.enabled && policy !== first).map(({ name }) => `"${name}"`);
  if (others.length === 0) return null;
  return `${others.join(', ')} ${others.length === 1 ? 'covers it too and leaves' : 'cover it too and leave'} it to that one.`;
}

const HOUR_MS = 3_600_000;

/** Whether the newest state is older than its policy allows, in words; null: it is not, or nobody said. */
function rpoBreach({ rpoHours }: PolicyDocument, lastBackupAt: Date, now: Date): string | null {
  if (rpoHours == null) return null;
  const ageHours = (now.getTime() - lastBackupAt.getTime()) / HOUR_MS;
  if (ageHours <= rpoHours) return null;
  return `Its newest restorable state is ${Math.floor(ageHours)} h old; the policy's RPO is ${rpoHours} h.`;
}
