import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { IsNull } from 'typeorm';
import { gapsOf } from '../domain/schedules/gaps.ts';
import { isTimeZone } from '../domain/schedules/local-time.ts';
import { coverage } from '../domain/select-tables.ts';
import { TableEntity, type PolicyRow, type TableRow } from '../store/entities.ts';
import { selectable } from '../store/inventory.ts';
import { findRuns } from '../store/policy-runs.ts';
import { allVerifications } from '../store/table-verifications.ts';
import type { TableVerificationRow } from '../store/entities.ts';
import type { Loaders } from './loaders.ts';
import { nextRunAt } from './shown-schedules.ts';
import type { Overview, OverviewWindow, PolicyHealth, PolicyHealthFilter } from './resolver-types.ts';

type Deps = Readonly<{ db: Database; clock: Clock; loaders: Loaders }>;

const MOST_NEXT_RUNS = 10;

export async function overview({ db, clock, loaders }: Deps, window: OverviewWindow): Promise<Overview> {
  const tables = await db.reader.find(TableEntity, { where: { vanishedAt: IsNull() } });
  const judged = await Promise.all(tables.map((table) => loaders.protection(table)));
  const count = (status: string) => judged.filter((one) => one.status === status).length;
  const runs = (await loaders.allPolicies()).flatMap((policy) => {
    const at = nextRunAt(policy.document.schedules, policy.enabled, policy.slotsAfter);
    return at === null ? [] : [{ policyId: policy.id, policyName: policy.name, nextRunAt: at }];
  });
  return {
    window,
    asOf: clock.now(),
    tables: tables.length,
    tablesProtected: count('PROTECTED'),
    tablesRpoBreached: count('RPO_BREACHED'),
    tablesAwaitingFirstBackup: count('AWAITING_FIRST_BACKUP'),
    tablesPolicyDisabled: count('POLICY_DISABLED'),
    tablesExcluded: count('EXCLUDED'),
    tablesUnprotected: count('UNPROTECTED'),
    nextRuns: runs.toSorted((a, b) => a.nextRunAt.getTime() - b.nextRunAt.getTime()).slice(0, MOST_NEXT_RUNS),
  };
}

export async function policyHealth({ db, clock, loaders }: Deps, filter: PolicyHealthFilter): Promise<PolicyHealth[]> {
  const policies = (await loaders.allPolicies())
    .filter((policy) => filter.accountId == null || policy.accountId === filter.accountId)
    .filter((policy) => filter.enabled == null || policy.enabled === filter.enabled)
    .toSorted((a, b) => (a.accountId < b.accountId ? -1 : Number(a.accountId > b.accountId)));
  const runs = await findRuns(
    db.reader,
    policies.map((policy) => policy.id),
  );
  const tables = Map.groupBy(
    await db.reader.find(TableEntity, { where: { vanishedAt: IsNull() } }),
    (table) => table.accountId,
  );
  const verifications = await allVerifications(db.reader);
  return Promise.all(
    policies.map(async (policy): Promise<PolicyHealth> => {
      const run = runs.get(policy.id);
      const expected = expectedIntervalMs(policy, clock.now());
      const own = (tables.get(policy.accountId) ?? []).filter((table) => covers(policy, table));
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
        overdue: isOverdue(policy, expected, run?.lastSuccessAt ?? null, clock.now()),
        rpoHours: policy.document.rpoHours ?? null,
        coveredTables: own.length,
        tablesRpoBreached: await breached(loaders, policy, own),
        ...verifiedOf(own.flatMap(({ arn }) => verifications.get(arn) ?? [])),
        nextVerificationAt: nextRunAt(
          policy.document.verification?.schedule ?? null,
          policy.enabled,
          policy.verifiedAfter,
        ),
      };
    }),
  );
}

function verifiedOf(last: readonly TableVerificationRow[]) {
  const latest = (times: readonly number[]) => (times.length === 0 ? null : Math.max(...times));
  const lastVerifiedAt = latest(last.map(({ verifiedAt }) => verifiedAt.getTime()));
  return {
    tablesVerified: last.filter(({ outcome }) => outcome === 'VERIFIED').length,
    tablesVerificationFailed: last.filter(({ outcome }) => outcome === 'FAILED').length,
    lastVerifiedAt: lastVerifiedAt === null ? null : new Date(lastVerifiedAt),
    measuredRestoreSecondsMax: latest(last.flatMap(({ restoreSeconds }) => restoreSeconds ?? [])),
  };
}

function covers({ document }: PolicyRow, table: TableRow): boolean {
  return coverage(document, selectable(table)).kind === 'covered';
}

async function breached(loaders: Loaders, { document }: PolicyRow, tables: readonly TableRow[]): Promise<number> {
  if (document.rpoHours == null) return 0;
  const judged = await Promise.all(tables.map((table) => loaders.protection(table)));
  return judged.filter(({ status }) => status === 'RPO_BREACHED').length;
}

function expectedIntervalMs({ document, enabled }: PolicyRow, now: Date): number | null {
  const { schedules } = document;
  if (!schedules || !enabled || !isTimeZone(schedules.timeZone)) return null;
  return gapsOf(schedules, now)?.longestMs ?? null;
}

/** Time for a run to end in. */
const GRACE_MS = 60 * 60 * 1000;

/** A policy that has never succeeded counts from the moment its slots do. */
function isOverdue(policy: PolicyRow, expectedMs: number | null, lastSuccessAt: Date | null, now: Date): boolean {
  if (expectedMs === null) return false;
  const since = lastSuccessAt ?? policy.createdAt;
  return now.getTime() - since.getTime() > expectedMs + GRACE_MS;
}
