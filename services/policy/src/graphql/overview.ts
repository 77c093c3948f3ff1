import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { gapsOf } from '../domain/schedules/gaps.ts';
import { isOverdue } from '../domain/schedules/overdue.ts';
import { unknownTimeZone } from '../domain/schedules/validate-schedules.ts';
import type { ProtectionStatus } from '../domain/protection-status.ts';
import type { PolicyCounts } from '../judge-inventory.ts';
import type { PolicyRow } from '../store/entities.ts';
import type { Loaders } from './loaders.ts';
import { nextRunAt } from './shown-schedules.ts';
import type { Overview, OverviewWindow, PolicyHealth, PolicyHealthFilter } from './resolver-types.ts';

type Deps = Readonly<{ db: Database; clock: Clock; loaders: Loaders }>;

const MOST_NEXT_RUNS = 10;

export async function overview({ clock, loaders }: Deps, window: OverviewWindow): Promise<Overview> {
  const { tables, byStatus } = await loaders.inventory();
  const count = (status: ProtectionStatus) => byStatus.get(status) ?? 0;
  const runs = (await loaders.allPolicies()).flatMap((policy) => {
    const at = nextRunAt(policy.document.schedules, policy.enabled, policy.slotsAfter);
    return at === null ? [] : [{ policyId: policy.id, policyName: policy.name, nextRunAt: at }];
  });
  return {
    window,
    asOf: clock.now(),
    tables,
    tablesProtected: count('PROTECTED'),
    tablesRpoBreached: count('RPO_BREACHED'),
    tablesAwaitingFirstBackup: count('AWAITING_FIRST_BACKUP'),
    tablesPolicyUnplannable: count('POLICY_UNPLANNABLE'),
    tablesPolicyDisabled: count('POLICY_DISABLED'),
    tablesExcluded: count('EXCLUDED'),
    tablesUnprotected: count('UNPROTECTED'),
    nextRuns: runs.toSorted((a, b) => a.nextRunAt.getTime() - b.nextRunAt.getTime()).slice(0, MOST_NEXT_RUNS),
  };
}

export async function policyHealth(deps: Deps, filter: PolicyHealthFilter): Promise<PolicyHealth[]> {
  const { loaders } = deps;
  const policies = (await loaders.allPolicies())
    .filter((policy) => filter.accountId == null || policy.accountId === filter.accountId)
    .filter((policy) => filter.enabled == null || policy.enabled === filter.enabled)
    .toSorted((a, b) => (a.accountId < b.accountId ? -1 : Number(a.accountId > b.accountId)));
  return Promise.all(policies.map((policy) => healthOf(deps, policy)));
}

/** Loaded together for as many policies as are asked for. */
export async function healthOf({ clock, loaders }: Omit<Deps, 'db'>, policy: PolicyRow): Promise<PolicyHealth> {
  const [run, { byPolicy }] = await Promise.all([loaders.lastRun.load(policy.id), loaders.inventory()]);
  const expected = expectedIntervalMs(policy, clock.now());
  const tables = byPolicy.get(policy.id);
  return {
    policyId: policy.id,
    policyName: policy.name,
    accountId: policy.accountId,
    enabled: policy.enabled,
    scheduleState: policy.scheduleState,
    lastRunAt: run?.lastRunAt ?? null,
    lastRunStatus: run?.lastRunStatus ?? null,
    lastSuccessAt: run?.lastSuccessAt ?? null,
    nextRunAt: nextRunAt(policy.document.schedules, policy.enabled, policy.slotsAfter),
    expectedIntervalSeconds: expected === null ? null : expected / 1_000,
    overdue: isLate(policy, run?.lastSuccessAt ?? null, clock.now()),
    rpoHours: policy.document.rpoHours ?? null,
    coveredTables: tables?.covered ?? 0,
    tablesRpoBreached: tables?.rpoBreached ?? 0,
    copiesBehind: run?.copiesBehind ?? null,
    ...verificationOf(policy, tables ?? null),
  };
}

function verificationOf({ document, enabled, verifiedAfter }: PolicyRow, tables: PolicyCounts | null) {
  return {
    tablesVerified: tables?.verified ?? 0,
    tablesVerificationFailed: tables?.verificationFailed ?? 0,
    lastVerifiedAt: tables?.lastVerifiedAt ?? null,
    measuredRestoreSecondsMax: tables?.longestRestoreSeconds ?? null,
    nextVerificationAt: nextRunAt(document.verification?.schedule ?? null, enabled, verifiedAfter),
  };
}

export function isLate(policy: PolicyRow, lastSuccessAt: Date | null, now: Date): boolean {
  const since = policy.scheduledSince ?? policy.createdAt;
  return policy.enabled && isOverdue(policy.document.schedules, { since, lastSuccessAt }, now);
}

/** The longest time between two of its slots; null where they are not to come. */
export function expectedIntervalMs({ document, enabled }: PolicyRow, now: Date): number | null {
  const { schedules } = document;
  if (!schedules || !enabled || unknownTimeZone(schedules) !== null) return null;
  return gapsOf(schedules, now)?.longestMs ?? null;
}
