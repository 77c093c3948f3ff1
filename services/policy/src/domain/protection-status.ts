import type { PolicyDocument } from './policy-document.ts';
import { whyIdle, type Scheduled } from './assign-tables.ts';
import { coverage, type SelectableTable } from './select-tables.ts';

export const PROTECTION_STATUSES = [
  'PROTECTED',
  'RPO_BREACHED',
  'AWAITING_FIRST_BACKUP',
  'POLICY_UNPLANNABLE',
  'POLICY_DISABLED',
  'EXCLUDED',
  'UNPROTECTED',
] as const;
export type ProtectionStatus = (typeof PROTECTION_STATUSES)[number];
/** Nobody backs such a table up unless somebody acts; an exclusion is somebody's decision. */
export function isUnprotected(status: ProtectionStatus): boolean {
  return status === 'UNPROTECTED' || status === 'POLICY_DISABLED';
}

export type PolicyFacts = Readonly<{
  id: string;
  name: string;
  enabled: boolean;
  accountId: string;
  document: PolicyDocument;
}> &
  Pick<Scheduled, 'scheduleState' | 'scheduleMessage'> &
  Readonly<{
    /** When it was last enabled, or given another selection; null: nobody knows. */
    selectsSince: Date | null;
  }>;
/** A table, and since when the inventory knows it with these tags. */
export type CoverableTable = SelectableTable & Readonly<{ since: Date }>;
export type Protection = Readonly<{
  status: ProtectionStatus;
  reason: string;
  /** Of all that cover it. */
  policyIds: readonly string[];
  /** The first enabled one, which processes the table; null: none does. */
  processedBy: string | null;
}>;

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
  table: CoverableTable,
  policies: readonly PolicyFacts[],
  lastBackupAt: Date | null,
  now: Date,
): Protection {
  const judged = policies.map((policy) => ({ policy, is: coverage(policy.document, table) }));
  const covering = judged.filter(({ is }) => is.kind === 'covered').map(({ policy }) => policy);
  const policyIds = covering.map((policy) => policy.id);
  const enabled = covering.find((policy) => policy.enabled);
  if (enabled) {
    const { status, reason } = byPolicy(table, enabled, lastBackupAt, now);
    const rest = [whyItMayNotRun(enabled), leftBy(covering, enabled)].filter((one) => one !== null);
    return { status, reason: [reason, ...rest].join(' '), policyIds, processedBy: enabled.id };
  }
  const not = (status: ProtectionStatus, reason: string) => ({ status, reason, policyIds, processedBy: null });
  const disabled = covering[0];
  if (disabled) return not('POLICY_DISABLED', `Policy "${disabled.name}" covers it, but is disabled.`);
  const excluding = judged.find(({ is }) => is.kind === 'excluded')?.policy;
  if (excluding) return not('EXCLUDED', `Policy "${excluding.name}" excludes it.`);
  if (judged.some(({ is }) => is.untold))
    return not('UNPROTECTED', 'Its tags could not be read, so no policy that selects by tag can cover it.');
  return not('UNPROTECTED', 'No policy covers it.');
}

/** How a table stands with the enabled policy that processes it. */
function byPolicy(
  table: CoverableTable,
  policy: PolicyFacts,
  lastBackupAt: Date | null,
  now: Date,
): Pick<Protection, 'status' | 'reason'> {
  const breach = lastBackupAt ? rpoBreach(policy, lastBackupAt, now) : neverBackedUp(table, policy, now);
  if (breach !== null) return { status: 'RPO_BREACHED', reason: breach };
  const covers = `Policy "${policy.name}" covers it`;
  if (policy.scheduleState === 'UNPLANNABLE') return { status: 'POLICY_UNPLANNABLE', reason: `${covers}.` };
  if (lastBackupAt) return { status: 'PROTECTED', reason: `${covers}.` };
  return { status: 'AWAITING_FIRST_BACKUP', reason: `${covers} and has not backed it up yet.` };
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
const hours = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / HOUR_MS;

/** Whether the newest state is older than its policy allows, in words; null: it is not, or nobody said. */
function rpoBreach({ document: { rpoHours } }: PolicyFacts, lastBackupAt: Date, now: Date): string | null {
  const ageHours = hours(lastBackupAt, now);
  if (rpoHours == null || ageHours <= rpoHours) return null;
  return `Its newest restorable state is ${Math.floor(ageHours)} h old; the policy's RPO is ${rpoHours} h.`;
}

/** A table without any state is as bad as one with an old one, from the RPO's end on: counted from when the policy covers it. */
function neverBackedUp(table: CoverableTable, policy: PolicyFacts, now: Date): string | null {
  const { rpoHours } = policy.document;
  const since = new Date(Math.max(table.since.getTime(), policy.selectsSince?.getTime() ?? 0));
  const ageHours = hours(since, now);
  if (rpoHours == null || ageHours <= rpoHours) return null;
  return `No backup has succeeded yet; policy "${policy.name}" has covered it for ${Math.floor(ageHours)} h, and its RPO is ${rpoHours} h.`;
}
