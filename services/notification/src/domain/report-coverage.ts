import { shownAt } from '@tablekeep/platform/local-time';
import type { InternalOutput } from '@tablekeep/schema/internal';
import { MOST_SHOWN, moreOf, type Item, type ReportFacts, type Section } from './report-parts.ts';
import type { NotifyOn } from './message.ts';

type Protection = InternalOutput<'reportProtection'>;
type TableRow = Protection['unprotected']['first'][number];
type PolicyRow = Protection['policies']['first'][number];

/** In the order of how bad it is; a status of a later release is said as it is. */
const STATUSES: Readonly<Record<string, string>> = {
  UNPROTECTED: 'Unprotected',
  RPO_BREACHED: 'Beyond the RPO',
  POLICY_UNPLANNABLE: 'Policy cannot be planned',
  POLICY_DISABLED: 'Policy is disabled',
  AWAITING_FIRST_BACKUP: 'Awaiting the first backup',
  EXCLUDED: 'Excluded',
  PROTECTED: 'Protected',
};

/** How tables stand, and which need a person. */
export function coverageSection({ protection }: ReportFacts): Section {
  const title = 'Coverage';
  if (protection.state !== 'known') return { title, rows: [], items: [], notes: [] };
  const { tables, byStatus, unprotected, rpoBreached } = protection.value;
  const order = Object.keys(STATUSES);
  const rows = byStatus
    .toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
    .map(({ status, tables: count }): [string, string] => [STATUSES[status] ?? status, `${count} of ${tables}`]);
  const item =
    (tone: NotifyOn, status: string) =>
    (table: TableRow): Item => ({
      name: table.name,
      where: `${table.account} · ${table.region}`,
      tone,
      status,
      causes: [table.reason],
      next: null,
    });
  return {
    title,
    rows: rows.length === 0 ? [['Tables', 'none is known']] : rows,
    items: [
      ...rpoBreached.first.slice(0, MOST_SHOWN).map(item('ERROR', 'RPO BREACHED')),
      ...unprotected.first.slice(0, MOST_SHOWN).map(item('WARNING', 'UNPROTECTED')),
    ],
    notes: [
      ...moreOf(rpoBreached).map((more) => `Beyond the RPO: ${more}`),
      ...moreOf(unprotected).map((more) => `Unprotected: ${more}`),
    ],
  };
}

/** Policies that are late, cannot be planned, or lack copies or proof. */
export function policySection({ protection, timeZone }: ReportFacts): Section {
  const title = 'Policies that need a look';
  if (protection.state !== 'known') return { title, rows: [], items: [], notes: [] };
  const { policies } = protection.value;
  const local = (at: string | null) => (at === null ? null : shownAt(timeZone, new Date(at)));
  const items = policies.first.slice(0, MOST_SHOWN).map((policy): Item => {
    const next = local(policy.nextRunAt);
    return {
      name: policy.policyName,
      where: policy.account,
      tone: policy.overdue || policy.unplannable !== null ? 'ERROR' : 'WARNING',
      status: statusOf(policy),
      causes: whatIsWrong(policy, local(policy.lastSuccessAt)),
      next: policy.unplannable !== null || next === null ? null : `its next run, ${next}`,
    };
  });
  return { title, rows: [], items, notes: moreOf(policies) };
}

function statusOf({ overdue, unplannable, copiesBehind }: PolicyRow): string {
  if (unplannable !== null) return 'UNPLANNABLE';
  if (overdue) return 'OVERDUE';
  return copiesBehind > 0 ? 'COPIES BEHIND' : 'VERIFICATION FAILED';
}

function whatIsWrong(policy: PolicyRow, lastSuccess: string | null): string[] {
  const { overdue, unplannable, copiesBehind, verificationsFailed } = policy;
  return [
    ...(unplannable === null ? [] : [`Its schedules cannot be planned: ${unplannable}`]),
    ...(overdue ? [`A slot came and no run has succeeded since; the last success was ${lastSuccess ?? 'never'}.`] : []),
    ...(copiesBehind === 0 ? [] : [`Copies missing behind good backups of its last run: ${copiesBehind}.`]),
    ...(verificationsFailed === 0 ? [] : [`Tables whose last test restore failed: ${verificationsFailed}.`]),
  ];
}

/** Copies, test restores, and tables whose points are kept because of a doubt. */
export function provenSection({ protection, points, timeZone }: ReportFacts): Section {
  const copies =
    protection.state === 'known' ? [['Copies behind', String(protection.value.copiesBehind)] as const] : [];
  if (points.state !== 'known') return { title: 'Copies and proof', rows: copies, items: [], notes: [] };
  const { verified, verificationFailed, unverified, frozen } = points.value;
  const all = verified + verificationFailed + unverified;
  const items = frozen.first.slice(0, MOST_SHOWN).map((one): Item => ({
    name: one.tableName,
    where: one.tableArn,
    tone: 'ERROR',
    status: 'FROZEN',
    causes: [one.detail],
    next: `none by itself: kept since ${shownAt(timeZone, new Date(one.frozenAt))} until a person acknowledges`,
  }));
  return {
    title: 'Copies and proof',
    rows: [
      ...copies,
      ['Points never test-restored', `${unverified} of ${all}`],
      ['Points test-restored well', `${verified} of ${all}`],
      ...(verificationFailed === 0 ? [] : [['Points whose test restore failed', String(verificationFailed)] as const]),
    ],
    items,
    notes: moreOf(frozen),
  };
}
