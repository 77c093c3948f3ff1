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
import { findAccount, lockAccount, noteConnection } from '../store/accounts.ts';
import { PolicyEntity, type PolicyRow } from '../store/entities.ts';
import { documentOf } from './policy-input.ts';
import type {
  MutationCreatePolicyArgs,
  MutationDeletePolicyArgs,
  MutationDisablePolicyArgs,
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

  return {
    createPolicy: async (_parent: unknown, { input }: MutationCreatePolicyArgs) => {
      await check(db, deps, input, null, []);
      const now = clock.now();
      const policy: PolicyRow = {
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
      await namedOnce(input.name, ['name'], () =>
        db.transaction(async (tx) => {
          await holdAccount(db, tx, policy, []);
          await tx.insert(PolicyEntity, policy);
          await announce(db, tx, policy, false);
        }),
      );
      return { policy, userErrors: [] };
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
          if (before.version !== input.version) {
            const message = `The policy has changed since it was read: it is at version ${before.version}. Read it again.`;
            throw new UserErrors([{ code: 'VERSION_CONFLICT', message, path: ['version'] }]);
          }
          const after: PolicyRow = {
            ...before,
            name: input.policy.name,
            accountId: input.policy.accountId,
            enabled: input.policy.enabled ?? before.enabled,
            version: before.version + 1,
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
    ...(account ? [] : [noAccount(input.accountId)]),
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
  const gone = document.regions.filter((region) => !account.regions.includes(region));
  if (gone.length === 0) return;
  const message = `The account has no Region ${gone.join(', ')} any more.`;
  throw new UserErrors([{ code: 'UNKNOWN_REGION', message, path: [...at, 'regions'] }]);
}

const noAccount = (id: string): UserError => ({
  code: 'NOT_FOUND',
  message: `There is no account ${id}.`,
  path: ['accountId'],
});

async function announce(db: Database, tx: Tx, policy: PolicyRow, deleted: boolean): Promise<void> {
  const { id, name, enabled } = policy;
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.policy.changed.v1',
    subject: id,
    data: { policyId: id, name, enabled, deleted },
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
