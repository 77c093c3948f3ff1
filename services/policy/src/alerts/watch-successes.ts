import type { AlertWatch } from '@tablekeep/platform/alerts';
import type { Database } from '@tablekeep/platform/database';
import { MOST_NAMED, type AlertFacts } from '@tablekeep/schema/alert-events';
import { sayTime } from '@tablekeep/schema/brief';
import { IsNull, Not } from 'typeorm';
import { slotWithoutSuccess } from '../domain/schedules/overdue.ts';
import { coverage } from '../domain/select-tables.ts';
import { OpenSessionEntity, PolicyEntity, type PolicyRow, type PolicyRunRow } from '../store/entities.ts';
import { judgedTables, type JudgedTable } from '../store/judged-tables.ts';
import { findRuns } from '../store/policy-runs.ts';
import { factsOfPolicy, sayNextRun } from './policy-facts.ts';

type Late = Readonly<{ policy: PolicyRow; slot: Date; run: PolicyRunRow | null; runSince: Date | null; now: Date }>;

/**
 * Enabled policies of which a slot has come and no run has succeeded since. A new policy has until its first slot; time in
 * which all of Tablekeep was away does not count.
 * @param graceMs how long after its slot a run may take
 */
export function watchSuccesses(db: Database, graceMs: number): AlertWatch {
  return {
    kind: 'NO_SUCCESS',
    look: async ({ now, watchedSince }) => {
      const policies = await db.reader.find(PolicyEntity, { where: { enabled: true } });
      const ids = policies.map(({ id }) => id);
      const runs = new Map((await findRuns(db.reader, ids)).map((run) => [run.policyId, run]));
      const underWay = await runsUnderWay(db);
      let inventory: Promise<JudgedTable[]> | undefined;
      const tables = () => (inventory ??= allTables(db));
      return policies.flatMap((policy) => {
        const run = runs.get(policy.id) ?? null;
        const runSince = underWay.get(policy.id) ?? null;
        const success = {
          since: policy.scheduledSince ?? policy.createdAt,
          lastSuccessAt: run?.lastSuccessAt ?? null,
        };
        const slot = slotWithoutSuccess(
          policy.document.schedules,
          { ...success, graceMs, watchedSince, runSince },
          now,
        );
        if (slot === null) return [];
        const late = { policy, slot, run, runSince, now };
        return [{ subject: policy.id, describe: async () => describe(late, await tables()) }];
      });
    },
  };
}

async function allTables(db: Database): Promise<JudgedTable[]> {
  const tables: JudgedTable[] = [];
  for await (const page of judgedTables(db)) for (const table of page) tables.push(table);
  return tables;
}

/** Since when a run of each policy is under way. */
async function runsUnderWay(db: Database): Promise<ReadonlyMap<string, Date>> {
  const open = await db.reader.find(OpenSessionEntity, {
    where: { policyId: Not(IsNull()) },
    order: { requestedAt: 'ASC' },
  });
  return new Map(open.flatMap(({ policyId, requestedAt }) => (policyId === null ? [] : [[policyId, requestedAt]])));
}

function describe({ policy, slot, run, runSince, now }: Late, tables: readonly JudgedTable[]): AlertFacts {
  const { accountId, document, name } = policy;
  const covered = tables.filter(
    (table) => table.accountId === accountId && coverage(document, table).kind === 'covered',
  );
  return {
    ...factsOfPolicy(policy),
    severity: 'ERROR',
    sessionId: null,
    summary: `Policy “${name}” should have succeeded by now and has not`,
    cause: `Its slot of ${sayTime(slot)} has come, and no run has succeeded since${sayRuns(run, runSince)}.`,
    nextTry: sayNextRun(policy, now),
    remedy: 'Look at the policy’s last sessions, mend the cause, and run it with runPolicy.',
    count: covered.length,
    about: covered.slice(0, MOST_NAMED).map(({ arn, name, region }) => ({ name, arn, region, cause: null })),
    since: slot.toISOString(),
  };
}

function sayRuns(run: PolicyRunRow | null, runSince: Date | null): string {
  const last = run
    ? `its last run ended ${run.lastRunStatus} at ${sayTime(run.lastRunAt)}`
    : 'none of its runs has ever ended';
  const now = runSince === null ? '' : `, and one is under way since ${sayTime(runSince)}`;
  return `; ${last}${now}`;
}
