import { databaseNow, isDuplicateKey, type Database, type Tx } from '@tablekeep/platform/database';
import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import { newId } from '@tablekeep/platform/ids';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { randomBytes } from 'node:crypto';
import { askRegions } from '../ask-executor.ts';
import type { ConnectionSeen } from '../domain/account-connection.ts';
import { accountProblems, canBeAsked, regionsNotListed, type AccountInput } from '../domain/validate-account.ts';
import { announceAccount, findAccount, lockAccount, usesOf } from '../store/accounts.ts';
import { planWaiting } from '../plan-backups-round.ts';
import { AccountEntity, PolicyEntity, type AccountRow } from '../store/entities.ts';
import { forgetInventory, forgetOtherRegions } from '../store/inventory.ts';
import { whyInUse } from '../store/in-use.ts';
import type {
  MutationCreateAccountArgs,
  MutationDeleteAccountArgs,
  MutationUpdateAccountArgs,
  UpdateAccountInput,
} from './resolver-types.ts';

/** Whoever registers an account scans it by hand, or a run does, as soon as the role is there. */
const FIRST_SCAN_MS = 60 * 60 * 1000;

const notFound = (id: string): UserError => ({
  code: 'NOT_FOUND',
  message: `There is no account ${id}.`,
  path: ['id'],
});

export function accountMutations(db: Database, deps: ServiceDeps) {
  return {
    /** Asks AWS nothing: the ExternalId that the role's trust policy must name is only made here. */
    createAccount: async (_parent: unknown, { input }: MutationCreateAccountArgs) => {
      const problems = [...accountProblems(input), ...(await taken(db.reader, input, null))];
      if (problems.length > 0) throw new UserErrors(problems);
      const now = await databaseNow(db, db.reader);
      const account: AccountRow = {
        ...input,
        id: newId(),
        regions: [...input.regions],
        uses: input.uses ? [...input.uses] : null,
        // 192 bits: nobody else's role can be made to trust us by guessing (AWS, "The confused deputy problem").
        externalId: randomBytes(24).toString('base64url'),
        connection: 'UNTRIED',
        connectionMessage: null,
        createdAt: now,
        // The role is made after the account, from the external id it is given here.
        scanAt: new Date(now.getTime() + FIRST_SCAN_MS),
      };
      await namedOnce(() =>
        db.transaction(async (tx) => {
          await tx.insert(AccountEntity, account);
          await announceAccount(db, tx, account, false);
        }),
      );
      return { account, userErrors: [] };
    },
    updateAccount: async (_parent: unknown, { input }: MutationUpdateAccountArgs) => {
      const read = await findAccount(db.reader, input.id);
      if (!read) throw new UserErrors([notFound(input.id)]);
      const heard = await hearOfRegions(deps, changed(read, input));
      const account = await namedOnce(() =>
        db.transaction(async (tx) => {
          const before = await lockAccount(db, tx, input.id);
          if (!before) throw new UserErrors([notFound(input.id)]);
          const now = await databaseNow(db, tx);
          const after: AccountRow = { ...changed(before, input), ...heard.seen };
          if (!sameRegions(before, after)) after.scanAt = now;
          const problems = [
            ...accountProblems(after),
            ...heard.problems,
            ...(await taken(tx, after, after.id)),
            ...(await regionsInUse(tx, after)),
            ...(await useInUse(tx, after)),
          ];
          if (problems.length > 0) throw new UserErrors(problems);
          await tx.update(AccountEntity, { id: after.id }, after);
          await forgetOtherRegions(tx, after.id, after.regions);
          await planWaiting(db, tx, after.id, now);
          await announceAccount(db, tx, after, false);
          return after;
        }),
      );
      return { account, userErrors: [] };
    },
    deleteAccount: async (_parent: unknown, { input }: MutationDeleteAccountArgs) => {
      await db.transaction(async (tx) => {
        const account = await lockAccount(db, tx, input.id);
        if (!account) throw new UserErrors([notFound(input.id)]);
        const reasons = await whyInUse(tx, account);
        if (reasons.length > 0) throw new UserErrors(reasons);
        await tx.delete(AccountEntity, { id: input.id });
        await forgetInventory(tx, input.id);
        await announceAccount(db, tx, account, true);
      });
      return { deletedId: input.id, userErrors: [] };
    },
  };
}

function changed(before: AccountRow, input: UpdateAccountInput): AccountRow {
  const after = {
    ...before,
    name: input.name ?? before.name,
    roleArn: input.roleArn ?? before.roleArn,
    serviceRoleArn: input.serviceRoleArn ?? before.serviceRoleArn,
    regions: input.regions ? [...input.regions] : before.regions,
    uses: input.uses ? [...input.uses] : before.uses,
  };
  return after.roleArn === before.roleArn ? after : { ...after, connection: 'UNTRIED', connectionMessage: null };
}

function sameRegions(before: AccountRow, after: AccountRow): boolean {
  return [...before.regions].sort().join() === [...after.regions].sort().join();
}

/** What AWS says of the account's Regions and role. Where it could not be asked, nothing: that must not forbid the change. */
async function hearOfRegions(
  deps: ServiceDeps,
  account: AccountRow,
): Promise<{ problems: UserError[]; seen: Partial<ConnectionSeen> }> {
  if (!canBeAsked(accountProblems(account))) return { problems: [], seen: {} };
  const { regions, seen } = await askRegions(deps, account);
  const problems = regions.state === 'known' ? regionsNotListed(account.regions, regions.value) : [];
  return { problems, seen: seen ?? {} };
}

async function taken(reader: Tx, input: AccountInput, except: string | null): Promise<UserError[]> {
  const others = (await reader.find(AccountEntity)).filter((account) => account.id !== except);
  return [
    ...(others.some((account) => account.name === input.name) ? [duplicateName(input.name)] : []),
    ...(others.some((account) => account.awsAccountId === input.awsAccountId)
      ? [
          {
            code: 'DUPLICATE_ACCOUNT',
            message: `AWS account ${input.awsAccountId} is registered already.`,
            path: ['awsAccountId'],
          },
        ]
      : []),
  ];
}

async function regionsInUse(tx: Tx, after: AccountRow): Promise<UserError[]> {
  const policies = await tx.find(PolicyEntity, { where: { accountId: after.id } });
  return policies.flatMap((policy) =>
    [...new Set([...policy.document.regions, ...policy.document.copies.map((copy) => copy.toRegion)])]
      .filter((region) => !after.regions.includes(region))
      .map((region) => ({ code: 'IN_USE', message: `Policy "${policy.name}" uses ${region}.`, path: ['regions'] })),
  );
}

/** A policy that is on would fail at its next run. */
async function useInUse(tx: Tx, after: AccountRow): Promise<UserError[]> {
  if (usesOf(after).includes('BACKUP')) return [];
  const policies = await tx.find(PolicyEntity, { where: { accountId: after.id, enabled: true } });
  if (policies.length === 0) return [];
  const names = policies.map((policy) => `"${policy.name}"`).join(', ');
  return [
    {
      code: 'IN_USE',
      message: `Enabled policies back up with the roles: ${names}. Disable them first.`,
      path: ['uses'],
    },
  ];
}

const duplicateName = (name: string): UserError => ({
  code: 'DUPLICATE_NAME',
  message: `The name "${name}" is taken.`,
  path: ['name'],
});

/** Two replicas may both have found the name free: the unique index decides, and says the same to the second. */
async function namedOnce<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw new UserErrors([
      { code: 'DUPLICATE_NAME', message: 'The name or the AWS account is taken.', path: ['name'] },
    ]);
  }
}
