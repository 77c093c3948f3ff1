import { databaseNow, isDuplicateKey, type Database } from '@tablekeep/platform/database';
import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import { newId } from '@tablekeep/platform/ids';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { Tx } from '@tablekeep/platform/database';
import type { PolicyDocument, TableSelector } from '../domain/policy-document.ts';
import { firstLook } from '../domain/schedules/plan-slots.ts';
import { policyProblems } from '../domain/validate-policy.ts';
import { askVaults } from '../ask-executor.ts';
import { findAccount, lockAccount, noteConnection, notMarked } from '../store/accounts.ts';
import { PolicyEntity, type PolicyRow } from '../store/entities.ts';
import { documentOf } from './policy-input.ts';
import { settleAllOwed, settleOwed } from '../settle-owed.ts';
import { imported, tablesToAdd } from './policy-transfer.ts';
import { nextRunAt } from './shown-schedules.ts';
import type {
  MutationAddTablesToPolicyArgs,
  MutationCreatePolicyArgs,
  MutationDeletePolicyArgs,
  MutationDisablePolicyArgs,
  MutationImportPolicyArgs,
  MutationReorderPoliciesArgs,
  MutationUpdatePolicyArgs,
  PolicyIdInput,
  PolicyInput,
} from './resolver-types.ts';

const notFound = (id: string): UserError => ({ code: 'NOT_FOUND', message: `There is no policy ${id}.`, path: ['id'] });

export function policyMutations(db: Database, deps: ServiceDeps) {
  async function setEnabled({ id, version }: PolicyIdInput, enabled: boolean) {
    const policy = await db.transaction(async (tx) => {
      const seen = await tx.findOne(PolicyEntity, { where: { id } });
      // Before the policy, as everywhere: what its roles are marked for must not change meanwhile.
      const account = seen && enabled ? await lockAccount(db, tx, seen.accountId) : null;
      const before = await tx.findOne(PolicyEntity, { where: { id }, ...db.forUpdate() });
      if (!before) throw new UserErrors([notFound(id)]);
      if (version != null) sameVersion(before, version);
      if (before.enabled === enabled) return before;
      if (account && account.id !== before.accountId) throw new UserErrors([versionConflict(before, ['id'])]);
      const problems = account ? notMarked(account) : [];
      if (problems.length > 0) throw new UserErrors(problems.map((problem) => ({ ...problem, path: ['id'] })));
      const now = await databaseNow(db, tx);
      const planning = {
        ...planningOf(before.document, enabled, now),
        ...verificationPlanningOf(before.document, enabled, now),
      };
      const selectsSince = enabled ? now : before.selectsSince;
      const after = { ...before, ...planning, enabled, selectsSince, version: before.version + 1, updatedAt: now };
      await settleAllOwed(db, tx, { before, after, now });
      await tx.update(PolicyEntity, { id }, after);
      await announce(db, tx, after, false);
      return after;
    });
    return { policy, userErrors: [] };
  }

  async function create(input: PolicyInput) {
    await check(db, deps, input, null, []);
    const now = await databaseNow(db, db.reader);
    const unplaced = {
      id: newId(),
      name: input.name,
      accountId: input.accountId,
      enabled: input.enabled ?? true,
      version: 1,
      document: documentOf(input),
      createdAt: now,
      updatedAt: now,
      selectsSince: now,
      ...planningOf(documentOf(input), input.enabled ?? true, now),
      ...verificationPlanningOf(documentOf(input), input.enabled ?? true, now),
    };
    const policy = await namedOnce(input.name, ['name'], () =>
      db.transaction(async (tx) => {
        await holdAccount(db, tx, unplaced, []);
        const placed = { ...unplaced, priority: (await lastPriority(tx, input.accountId)) + 1 };
        await tx.insert(PolicyEntity, placed);
        await announce(db, tx, placed, false);
        return placed;
      }),
    );
    return { policy, userErrors: [] };
  }

  return {
    createPolicy: (_parent: unknown, { input }: MutationCreatePolicyArgs) => create(input),
    importPolicy: async (_parent: unknown, { input }: MutationImportPolicyArgs) => {
      const { input: policy, form, told } = imported(input);
      if (!policy) throw new UserErrors(form);
      if (form.length > 0) {
        throw new UserErrors([...form, ...(await problemsOf(db, deps, policy, null)).flatMap(told)]);
      }
      try {
        return await create(policy);
      } catch (error) {
        throw error instanceof UserErrors ? new UserErrors(error.errors.flatMap(told)) : error;
      }
    },
    addTablesToPolicy: async (_parent: unknown, { input }: MutationAddTablesToPolicyArgs) => {
      const seen = await db.reader.findOneBy(PolicyEntity, { id: input.policyId });
      if (!seen) throw new UserErrors([{ ...notFound(input.policyId), path: ['policyId'] }]);
      const tables = await tablesToAdd(db, seen, input.tableArns);
      const policy = await db.transaction(async (tx) => {
        const before = await tx.findOne(PolicyEntity, { where: { id: seen.id }, ...db.forUpdate() });
        if (!before) throw new UserErrors([{ ...notFound(input.policyId), path: ['policyId'] }]);
        sameVersion(before, input.version);
        const { include } = before.document;
        const isNamed = ({ name, region }: TableSelector) =>
          include.tableNames.includes(name) ||
          include.tables?.some((table) => table.name === name && table.region === region);
        const named = [...(include.tables ?? []), ...tables.filter((table) => !isNamed(table))];
        const document = { ...before.document, include: { ...include, tables: named } };
        const now = await databaseNow(db, tx);
        const after = { ...before, document, selectsSince: now, version: before.version + 1, updatedAt: now };
        await tx.update(PolicyEntity, { id: after.id }, after);
        await announce(db, tx, after, false);
        return after;
      });
      return { policy, userErrors: [] };
    },
    reorderPolicies: async (_parent: unknown, { input }: MutationReorderPoliciesArgs) => {
      const policies = await db.transaction(async (tx) => {
        if (!(await lockAccount(db, tx, input.accountId))) throw new UserErrors([noAccount(input.accountId)]);
        const now = await databaseNow(db, tx);
        const locked = await tx.find(PolicyEntity, { where: { accountId: input.accountId }, ...db.forUpdate() });
        const rows = new Map(locked.map((row) => [row.id, row]));
        const problems = orderProblems(input.policies, rows);
        if (problems.length > 0) throw new UserErrors(problems);
        const ordered: PolicyRow[] = [];
        for (const [i, { id }] of input.policies.entries()) {
          const before = rows.get(id);
          if (!before) continue;
          const isMoved = before.priority !== i + 1;
          const after = isMoved ? { ...before, priority: i + 1, version: before.version + 1, updatedAt: now } : before;
          ordered.push(after);
          if (!isMoved) continue;
          const { priority, version, updatedAt } = after;
          await tx.update(PolicyEntity, { id }, { priority, version, updatedAt });
          await announce(db, tx, after, false);
        }
        return ordered;
      });
      return { policies, userErrors: [] };
    },
    updatePolicy: async (_parent: unknown, { input }: MutationUpdatePolicyArgs) => {
      await check(db, deps, input.policy, input.id, ['policy']);
      const policy = await namedOnce(input.policy.name, ['policy', 'name'], () =>
        db.transaction(async (tx) => {
          await holdAccount(db, tx, { accountId: input.policy.accountId, document: documentOf(input.policy) }, [
            'policy',
          ]);
          const before = await tx.findOne(PolicyEntity, { where: { id: input.id }, ...db.forUpdate() });
          if (!before) throw new UserErrors([notFound(input.id)]);
          sameVersion(before, input.version);
          const now = await databaseNow(db, tx);
          const after: PolicyRow = {
            ...before,
            name: input.policy.name,
            accountId: input.policy.accountId,
            enabled: input.policy.enabled ?? before.enabled,
            version: before.version + 1,
            priority:
              before.accountId === input.policy.accountId
                ? before.priority
                : (await lastPriority(tx, input.policy.accountId)) + 1,
            document: documentOf(input.policy),
            updatedAt: now,
          };
          if (!sameSelection(before, after)) after.selectsSince = now;
          if (!samePlanning(before, after, 'schedules')) {
            await settleOwed(db, tx, 'BACKUP', { before, after, now });
            Object.assign(after, planningOf(after.document, after.enabled, now));
          }
          if (!samePlanning(before, after, 'verification')) {
            await settleOwed(db, tx, 'VERIFICATION', { before, after, now });
            Object.assign(after, verificationPlanningOf(after.document, after.enabled, now));
          }
          await tx.update(PolicyEntity, { id: after.id }, after);
          await announce(db, tx, after, false);
          return after;
        }),
      );
      return { policy, userErrors: [] };
    },
    enablePolicy: (_parent: unknown, { input }: MutationDisablePolicyArgs) => setEnabled(input, true),
    disablePolicy: (_parent: unknown, { input }: MutationDisablePolicyArgs) => setEnabled(input, false),
    deletePolicy: async (_parent: unknown, { input }: MutationDeletePolicyArgs) => {
      await db.transaction(async (tx) => {
        const policy = await tx.findOne(PolicyEntity, { where: { id: input.id }, ...db.forUpdate() });
        if (!policy) throw new UserErrors([notFound(input.id)]);
        if (input.version != null) sameVersion(policy, input.version);
        await settleAllOwed(db, tx, { before: policy, after: null, now: await databaseNow(db, tx) });
        await tx.delete(PolicyEntity, { id: input.id });
        await announce(db, tx, policy, true);
      });
      return { deletedId: input.id, userErrors: [] };
    },
  };
}

/** Throws every problem of the input at once. `at`: where the input stands in `input`. */
async function check(
  db: Database,
  deps: ServiceDeps,
  input: PolicyInput,
  except: string | null,
  at: readonly string[],
): Promise<void> {
  const all = await problemsOf(db, deps, input, except);
  if (all.length > 0) throw new UserErrors(all.map((problem) => ({ ...problem, path: [...at, ...problem.path] })));
}

/** Everything that is wrong with the input, the name that is taken among it. */
async function problemsOf(
  db: Database,
  deps: ServiceDeps,
  input: PolicyInput,
  except: string | null,
): Promise<UserError[]> {
  const account = await findAccount(db.reader, input.accountId);
  const document = documentOf(input);
  const asked = account ? await askVaults(deps, account, document) : null;
  if (account && asked) await noteConnection(db, account, asked.seen);
  const problems = policyProblems(
    { name: input.name, document },
    { accountRegions: account?.regions ?? [], vaultsOf: asked?.vaultsOf ?? new Map() },
  );
  const regionProblemsHide = account ? problems : problems.filter((problem) => problem.code !== 'UNKNOWN_REGION');
  const namesake = await db.reader.findOne(PolicyEntity, { where: { name: input.name } });
  return [
    ...(account ? notMarked(account) : [noAccount(input.accountId)]),
    ...(namesake && namesake.id !== except ? [duplicateName(input.name, ['name'])] : []),
    ...regionProblemsHide,
  ];
}

/** Locks the policy's account, which may have gone, or lost a Region, since the input was checked. */
async function holdAccount(
  db: Database,
  tx: Tx,
  policy: Pick<PolicyRow, 'accountId' | 'document'>,
  at: readonly string[],
): Promise<void> {
  const { accountId, document } = policy;
  const account = await lockAccount(db, tx, accountId);
  if (!account) throw new UserErrors([{ ...noAccount(accountId), path: [...at, 'accountId'] }]);
  const [notFor] = notMarked(account);
  if (notFor) throw new UserErrors([{ ...notFor, path: [...at, 'accountId'] }]);
  const named = [
    ...document.regions.map((region, i) => ({ region, path: ['regions', String(i)] })),
    ...document.copies.map(({ toRegion: region }, i) => ({ region, path: ['copies', String(i), 'toRegion'] })),
  ];
  const gone = named.filter(({ region }) => !account.regions.includes(region));
  if (gone.length === 0) return;
  throw new UserErrors(
    gone.map(({ region, path }) => ({
      code: 'UNKNOWN_REGION',
      message: `The account has no Region ${region} any more.`,
      path: [...at, ...path],
    })),
  );
}

const noAccount = (id: string): UserError => ({
  code: 'NOT_FOUND',
  message: `There is no account ${id}.`,
  path: ['accountId'],
});

async function announce(db: Database, tx: Tx, policy: PolicyRow, deleted: boolean): Promise<void> {
  const { id, name, enabled, version, document, slotsAfter } = policy;
  const next = nextRunAt(document.schedules, enabled, slotsAfter)?.toISOString() ?? null;
  const { notifications = null } = document;
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.policy.changed.v1',
    subject: id,
    data: { policyId: id, name, enabled, deleted, version, notifications, nextRunAt: next },
  });
}

const duplicateName = (name: string, path: readonly string[]): UserError => ({
  code: 'DUPLICATE_NAME',
  message: `A policy named "${name}" exists already.`,
  path,
});

/** Two replicas may both have found the name free: the unique index decides, and says the same to the second. */
async function namedOnce<T>(name: string, path: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDuplicateKey(error)) throw new UserErrors([duplicateName(name, path)]);
    throw error;
  }
}

function samePlanning(before: PolicyRow, after: PolicyRow, what: 'schedules' | 'verification'): boolean {
  const of = (policy: PolicyRow) => JSON.stringify([policy.enabled, policy.document[what] ?? null]);
  return of(before) === of(after);
}

/** Whether it covers the same tables as before, for all that the policy says of it. */
function sameSelection(before: PolicyRow, after: PolicyRow): boolean {
  const of = ({ enabled, accountId, document: { regions, include, exclude } }: PolicyRow) =>
    JSON.stringify([enabled, accountId, regions, include, exclude]);
  return of(before) === of(after);
}

/** Slots count from the moment somebody switches them on: what was left out while they were off is not made up for. */
function planningOf(
  { schedules }: PolicyDocument,
  enabled: boolean,
  now: Date,
): Pick<PolicyRow, 'slotsAfter' | 'lookAt' | 'scheduleState' | 'scheduleMessage' | 'scheduledSince'> {
  const { state, lookAt } = firstLook(schedules, enabled, now);
  return { slotsAfter: now, lookAt, scheduleState: state, scheduleMessage: null, scheduledSince: now };
}

function verificationPlanningOf(
  { verification }: PolicyDocument,
  enabled: boolean,
  now: Date,
): Pick<PolicyRow, 'verifiedAfter' | 'verifyAt' | 'verificationState'> {
  const { state, lookAt } = firstLook(verification?.schedule ?? null, enabled, now);
  return { verifiedAfter: now, verifyAt: lookAt, verificationState: state };
}

function sameVersion(before: PolicyRow, version: number): void {
  if (before.version !== version) throw new UserErrors([versionConflict(before, ['version'])]);
}

function versionConflict({ name, version }: PolicyRow, path: readonly string[]): UserError {
  const message = `Policy "${name}" has changed since it was read: it is at version ${version}. Read it again.`;
  return { code: 'VERSION_CONFLICT', message, path };
}

/** Whoever calls holds the account's row, so that two new policies do not take the same place. */
async function lastPriority(tx: Tx, accountId: string): Promise<number> {
  return (await tx.maximum(PolicyEntity, 'priority', { accountId })) ?? 0;
}

/**
 * An order names every policy of the account once, each as it was read: whoever made it must have seen them all, and as they
 * are. Moving a policy is a change of it, so of two people who reorder at once the second is told.
 */
function orderProblems(
  named: readonly Readonly<{ id: string; version: number }>[],
  rows: ReadonlyMap<string, PolicyRow>,
): UserError[] {
  const ids = named.map(({ id }) => id);
  const problems = named.flatMap(({ id, version }, i): UserError[] => {
    const path = ['policies', String(i)];
    const row = rows.get(id);
    if (!row) return [{ code: 'NOT_FOUND', message: `The account has no policy ${id}.`, path }];
    if (ids.indexOf(id) !== i) return [{ code: 'DUPLICATE', message: `Policy ${id} is named twice.`, path }];
    return row.version === version ? [] : [versionConflict(row, [...path, 'version'])];
  });
  const missing = [...rows.values()].filter((row) => !ids.includes(row.id));
  if (missing.length === 0) return problems;
  const names = missing.map((row) => `"${row.name}"`).join(', ');
  const message = `The account has further policies: ${names}. Read them again.`;
  return [...problems, { code: 'INCOMPLETE', message, path: ['policies'] }];
}
