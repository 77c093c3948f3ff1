import { isDuplicateKey, type Database } from '@tablekeep/platform/database';
import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import { newId } from '@tablekeep/platform/ids';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { randomBytes } from 'node:crypto';
import { accountProblems, type AccountInput } from '../domain/validate-account.ts';
import { announceAccount } from '../store/accounts.ts';
import { AccountEntity, PolicyEntity, type AccountRow } from '../store/entities.ts';
import type {
  MutationCreateAccountArgs,
  MutationDeleteAccountArgs,
  MutationUpdateAccountArgs,
} from './resolver-types.ts';

const notFound = (id: string): UserError => ({
  code: 'NOT_FOUND',
  message: `There is no account ${id}.`,
  path: ['id'],
});

export function accountMutations(db: Database, { clock }: ServiceDeps) {
  return {
    createAccount: async (_parent: unknown, { input }: MutationCreateAccountArgs) => {
      const problems = [...accountProblems(input), ...(await taken(db, input, null))];
      if (problems.length > 0) throw new UserErrors(problems);
      const account: AccountRow = {
        ...input,
        id: newId(),
        regions: [...input.regions],
        // 192 bits: nobody else's role can be made to trust us by guessing (AWS, "The confused deputy problem").
        externalId: randomBytes(24).toString('base64url'),
        connection: 'UNTRIED',
        connectionMessage: null,
        createdAt: clock.now(),
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
      const account = await namedOnce(() =>
        db.transaction(async (tx) => {
          const before = await tx.findOne(AccountEntity, { where: { id: input.id }, ...db.forUpdate() });
          if (!before) throw new UserErrors([notFound(input.id)]);
          const after: AccountRow = {
            ...before,
            name: input.name ?? before.name,
            roleArn: input.roleArn ?? before.roleArn,
            serviceRoleArn: input.serviceRoleArn ?? before.serviceRoleArn,
            regions: input.regions ? [...input.regions] : before.regions,
            connection: 'UNTRIED',
            connectionMessage: null,
          };
          const problems = [...accountProblems(after), ...(await regionsInUse(db, after))];
          if (problems.length > 0) throw new UserErrors(problems);
          await tx.update(AccountEntity, { id: after.id }, after);
          await announceAccount(db, tx, after, false);
          return after;
        }),
      );
      return { account, userErrors: [] };
    },
    deleteAccount: async (_parent: unknown, { input }: MutationDeleteAccountArgs) => {
      await db.transaction(async (tx) => {
        const account = await tx.findOne(AccountEntity, { where: { id: input.id }, ...db.forUpdate() });
        if (!account) throw new UserErrors([notFound(input.id)]);
        const policies = await tx.find(PolicyEntity, { where: { accountId: input.id } });
        if (policies.length > 0) {
          const names = policies.map((policy) => `"${policy.name}"`).join(', ');
          throw new UserErrors([{ code: 'IN_USE', message: `Delete its policies first: ${names}.`, path: ['id'] }]);
        }
        await tx.delete(AccountEntity, { id: input.id });
        await announceAccount(db, tx, account, true);
      });
      return { deletedId: input.id, userErrors: [] };
    },
  };
}

async function taken(db: Database, input: AccountInput, except: string | null): Promise<UserError[]> {
  const others = (await db.reader.find(AccountEntity)).filter((account) => account.id !== except);
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

async function regionsInUse(db: Database, after: AccountRow): Promise<UserError[]> {
  const policies = await db.reader.find(PolicyEntity, { where: { accountId: after.id } });
  return policies.flatMap((policy) =>
    policy.document.regions
      .filter((region) => !after.regions.includes(region))
      .map((region) => ({ code: 'IN_USE', message: `Policy "${policy.name}" uses ${region}.`, path: ['regions'] })),
  );
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
