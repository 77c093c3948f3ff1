import { isDuplicateKey, type Database } from '@tablekeep/platform/database';
import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import { newId } from '@tablekeep/platform/ids';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { Tx } from '@tablekeep/platform/database';
import type { PolicyDocument } from '../domain/policy-document.ts';
import { firstLook } from '../domain/schedules/plan-slots.ts';
import { policyProblems } from '../domain/validate-policy.ts';
import { askVaults } from '../ask-executor.ts';
import { findAccount, lockAccount, notForBackup, noteConnection, usesOf } from '../store/accounts.ts';
import { PolicyEntity, type AccountRow, type PolicyRow } from '../store/entities.ts';
import { documentOf } from './policy-input.ts';
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
  PolicyInput,
} from './resolver-types.ts';

const notFound = (id: string): UserError => ({ code: 'NOT_FOUND', message: `There is no policy ${id}.`, path: ['id'] });

export function policyMutations(db: Database, deps: ServiceDeps) {
  const { clock } = deps;

  async function setEnabled(id: string, enabled: boolean) {
    const policy = await db.transaction(async (tx) => {
      const before = await tx.findOne(PolicyEntity, { where: { id }, ...db.forUpdate() });
      if (!before) throw new UserErrors([notFound(id)]);
      if (before.enabled === enabled) return before;
      const now = clock.now();
      const planning = planningOf(before.document, enabled, now);
      const after = { ...before, ...planning, enabled, version: before.version + 1, updatedAt: now };
      await tx.update(PolicyEntity, { id }, after);
      await announce(db, tx, after, false);
      return after;
    });
    return { policy, userErrors: [] };
  }

  async function create(input: PolicyInput) {
    await check(db, deps, input, null, []);
    const now = clock.now();
    const unplaced = {
      id: newId(),
      name: input.name,
      accountId: input.accountId,
      enabled: input.enabled ?? true,
      version: 1,
      document: documentOf(input),
      createdAt: now,
      updatedAt: now,
      ...planningOf(documentOf(input), input.enabled ?? true, now),
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
    importPolicy: (_parent: unknown, { input }: MutationImportPolicyArgs) => create(imported(input)),
    addTablesToPolicy: async (_parent: unknown, { input }: MutationAddTablesToPolicyArgs) => {
      const seen = await db.reader.findOneBy(PolicyEntity, { id: input.policyId });
      if (!seen) throw new UserErrors([{ ...notFound(input.policyId), path: ['policyId'] }]);
      const names = await tablesToAdd(db, seen, input.tableArns);
      const policy = await db.transaction(async (tx) => {
        const before = await tx.findOne(PolicyEntity, { where: { id: seen.id }, ...db.forUpdate() });
        if (!before) throw new UserErrors([{ ...notFound(input.policyId), path: ['policyId'] }]);
        sameVersion(before, input.version);
        const { include } = before.document;
        const tableNames = [...new Set([...include.tableNames, ...names])];
        const document = { ...before.document, include: { ...include, tableNames } };
        const after = { ...before, document, version: before.version + 1, updatedAt: clock.now() };
        await tx.update(PolicyEntity, { id: after.id }, after);
        await announce(db, tx, after, false);
        return after;
      });
      return { policy, userErrors: [] };
    },
    reorderPolicies: async (_parent: unknown, { input }: MutationReorderPoliciesArgs) => {
      const policies = await db.transaction(async (tx) => {
        if (!(await lockAccount(db, tx, input.accountId))) throw new UserErrors([noAccount(input.accountId)]);
        const rows = new Map(
          (await tx.find(PolicyEntity, { where: { accountId: input.accountId } })).map((row) => [row.id, row]),
        );
        const problems = orderProblems(input.policyIds, rows);
        if (problems.length > 0) throw new UserErrors(problems);
        const ordered = input.policyIds.flatMap((id) => rows.get(id) ?? []);
        for (const [i, row] of ordered.entries()) await tx.update(PolicyEntity, { id: row.id }, { priority: i + 1 });
        return ordered.map((row, i) => ({ ...row, priority: i + 1 }));
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
            updatedAt: clock.now(),
          };
          // What is due and not yet fired stays owed; other schedules count from now.
          const now = clock.now();
          const isDue = after.enabled && before.enabled && before.lookAt !== null && before.lookAt <= now;
          if (!isDue && !samePlanning(before, after))
            Object.assign(after, planningOf(after.document, after.enabled, now));
          await tx.update(PolicyEntity, { id: after.id }, after);
          await announce(db, tx, after, false);
          return after;
        }),
      );
      return { policy, userErrors: [] };
    },
    enablePolicy: (_parent: unknown, { input }: MutationDisablePolicyArgs) => setEnabled(input.id, true),
    disablePolicy: (_parent: unknown, { input }: MutationDisablePolicyArgs) => setEnabled(input.id, false),
    deletePolicy: async (_parent: unknown, { input }: MutationDeletePolicyArgs) => {
      await db.transaction(async (tx) => {
        const policy = await tx.findOne(PolicyEntity, { where: { id: input.id }, ...db.forUpdate() });
        if (!policy) throw new UserErrors([notFound(input.id)]);
        await tx.delete(PolicyEntity, { id: input.id });
        await announce(db, tx, policy, true);
      });
      return { deletedId: input.id, userErrors: [] };
    },
  };
}

/** Throws every problem of the input at once, the name that is taken among them. `at`: where the input stands in `input`. */
async function check(
  db: Database,
  deps: ServiceDeps,
  input: PolicyInput,
  except: string | null,
  at: readonly string[],
): Promise<void> {
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
  const all = [
    ...(account ? notMarked(account) : [noAccount(input.accountId)]),
    ...(namesake && namesake.id !== except ? [duplicateName(input.name, ['name'])] : []),
    ...regionProblemsHide,
  ];
  if (all.length > 0) throw new UserErrors(all.map((problem) => ({ ...problem, path: [...at, ...problem.path] })));
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
  const gone = document.regions.filter((region) => !account.regions.includes(region));
  if (gone.length === 0) return;
  const message = `The account has no Region ${gone.join(', ')} any more.`;
  throw new UserErrors([{ code: 'UNKNOWN_REGION', message, path: [...at, 'regions'] }]);
}

function notMarked(account: AccountRow): UserError[] {
  if (usesOf(account).includes('BACKUP')) return [];
  return [{ code: 'NOT_FOR_BACKUP', message: notForBackup(account), path: ['accountId'] }];
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

function samePlanning(before: PolicyRow, after: PolicyRow): boolean {
  const of = (policy: PolicyRow) => JSON.stringify([policy.enabled, policy.document.schedules]);
  return of(before) === of(after);
}

/** Slots count from the moment somebody switches them on: what was left out while they were off is not made up for. */
function planningOf(
  { schedules }: PolicyDocument,
  enabled: boolean,
  now: Date,
): Pick<PolicyRow, 'slotsAfter' | 'lookAt' | 'scheduleState' | 'scheduleMessage'> {
  const { state, lookAt } = firstLook(schedules, enabled, now);
  return { slotsAfter: now, lookAt, scheduleState: state, scheduleMessage: null };
}

function sameVersion(before: PolicyRow, version: number): void {
  if (before.version === version) return;
  const message = `The policy has changed since it was read: it is at version ${before.version}. Read it again.`;
  throw new UserErrors([{ code: 'VERSION_CONFLICT', message, path: ['version'] }]);
}

/** Whoever calls holds the account's row, so that two new policies do not take the same place. */
async function lastPriority(tx: Tx, accountId: string): Promise<number> {
  return (await tx.maximum(PolicyEntity, 'priority', { accountId })) ?? 0;
}

/** An order names every policy of the account once: whoever made it must have seen them all. */
function orderProblems(ids: readonly string[], rows: ReadonlyMap<string, PolicyRow>): UserError[] {
  const problems = ids.flatMap((id, i): UserError[] => {
    const path = ['policyIds', String(i)];
    if (!rows.has(id)) return [{ code: 'NOT_FOUND', message: `The account has no policy ${id}.`, path }];
    return ids.indexOf(id) === i ? [] : [{ code: 'DUPLICATE', message: `Policy ${id} is named twice.`, path }];
  });
  const missing = [...rows.values()].filter((row) => !ids.includes(row.id));
  if (missing.length === 0) return problems;
  const names = missing.map((row) => `"${row.name}"`).join(', ');
  const message = `The account has further policies: ${names}. Read them again.`;
  return [...problems, { code: 'INCOMPLETE', message, path: ['policyIds'] }];
}
