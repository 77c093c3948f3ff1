import type { Database } from '@tablekeep/platform/database';
import { NotFoundError } from '@tablekeep/platform/errors';
import { guardMutations } from '@tablekeep/platform/subgraph';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { PolicyNotifications } from '@tablekeep/schema/events';
import type { Selection as StoredSelection } from '../domain/policy-document.ts';
import { coverage } from '../domain/select-tables.ts';
import { AccountEntity } from '../store/entities.ts';
import { selectable, unreadableTables } from '../store/inventory.ts';
import type { Context } from './parents.ts';
import { usesOf } from '../store/accounts.ts';
import { checkPermissions } from './check-permissions.ts';
import { accountMutations } from './account-mutations.ts';
import { listPolicies } from './list-policies.ts';
import { listTables } from './list-tables.ts';
import { policyTest } from './policy-preflight.ts';
import { policyMutations } from './policy-mutations.ts';
import { healthOf, overview, policyHealth } from './overview.ts';
import type { PriceList } from '../domain/cost/prices.ts';
import { policyCostEstimate, policyCostExport } from './policy-cost.ts';
import { shownVerification } from './policy-verification.ts';
import { exported } from './policy-transfer.ts';
import { nextRunAt, shownSchedules } from './shown-schedules.ts';
import { tableFields } from './table-fields.ts';
import type { Resolvers, Selection } from './resolver-types.ts';

const MOST_UNREADABLE = 500;

export function policyResolvers(db: Database, deps: ServiceDeps, prices: PriceList): Resolvers {
  const guard = { db, service: 'policy', environment: deps.environment, clock: deps.clock } as const;
  return {
    Query: {
      accounts: () => db.reader.find(AccountEntity, { order: { id: 'ASC' } }),
      account: (_parent, { id }, { loaders }) => loaders.account.load(id),
      tables: (_parent, { filter, orderBy, first, after }, { loaders }) =>
        listTables(db, loaders, { filter: filter ?? {}, orderBy }, { first, after }),
      table: (_parent, { arn }, { loaders }) => loaders.table.load(arn),
      policies: (_parent, args, { loaders }) => listPolicies(loaders, args),
      policy: (_parent, { id }, { loaders }) => loaders.policy.load(id),
      policyCostEstimate: (_parent, args, { loaders }) => policyCostEstimate({ db, deps, loaders, prices }, args),
      policyCostExport: (_parent, args, { loaders }) => policyCostExport({ db, deps, loaders, prices }, args),
      overview: (_parent, { window }, { loaders }) => overview({ db, clock: deps.clock, loaders }, window ?? 'DAY'),
      policyHealth: (_parent, { filter }, { loaders }) =>
        policyHealth({ db, clock: deps.clock, loaders }, filter ?? {}),
      policyDocument: async (_parent, { id }, { loaders }) => {
        const policy = await loaders.policy.load(id);
        return policy && exported(policy);
      },
      policyTest: (_parent, args, { loaders }) => policyTest(db, deps, loaders, args),
      checkPermissions: (_parent, args, { loaders }) => checkPermissions({ db, deps, loaders }, args),
    },
    Mutation: guardMutations(guard, { ...accountMutations(db, deps), ...policyMutations(db, deps) }),
    Account: {
      __resolveReference: ({ id }, { loaders }) => loaders.account.load(id),
      uses: (account) => usesOf(account),
      unreadableTables: async ({ id }) => (await unreadableTables(db.reader, id, null)).slice(0, MOST_UNREADABLE),
    },
    Table: {
      __resolveReference: ({ arn }, { loaders }) => loaders.table.load(arn),
      ...tableFields,
    },
    Policy: {
      __resolveReference: ({ id }, { loaders }) => loaders.policy.load(id),
      description: (policy) => policy.document.description,
      account: async (policy, _args, { loaders }) => accountOf(policy.accountId, loaders),
      regions: (policy) => [...policy.document.regions],
      include: (policy) => shownSelection(policy.document.include),
      exclude: (policy) => shownSelection(policy.document.exclude),
      vaults: (policy) => [...policy.document.vaults],
      copies: (policy) => [...policy.document.copies],
      backupRetentionDays: (policy) => policy.document.backupRetentionDays,
      customTags: (policy) => [...policy.document.customTags],
      retryCount: (policy) => policy.document.retryCount,
      retryDelaySeconds: (policy) => policy.document.retryDelaySeconds,
      coldStorageAfterDays: ({ document }) => document.coldStorageAfterDays ?? null,
      keepNewest: ({ document }) => document.keepNewest ?? true,
      safetyNetDays: ({ document }) => document.safetyNetDays ?? null,
      rpoHours: ({ document }) => document.rpoHours ?? null,
      notifications: ({ document }) => shownNotifications(document.notifications ?? null),
      verification: ({ document, enabled, verifiedAfter }) => shownVerification(document, enabled, verifiedAfter),
      schedules: ({ document }) => shownSchedules(document.schedules),
      nextRunAt: ({ document, enabled, slotsAfter }) => nextRunAt(document.schedules, enabled, slotsAfter),
      health: (policy, _args, { loaders }) => healthOf({ clock: deps.clock, loaders }, policy),
      coveredTables: (policy, page, { loaders }) =>
        listTables(
          db,
          loaders,
          {
            filter: { accountId: policy.accountId },
            also: (table) => coverage(policy.document, selectable(table)).kind === 'covered',
          },
          page,
        ),
    },
  };
}

function shownSelection({ allTables, tableNames, tables, tags, tagsMatch }: StoredSelection): Selection {
  return {
    allTables,
    tableNames: [...tableNames],
    tables: [...(tables ?? [])],
    tags: [...tags],
    tagsMatch: tagsMatch ?? 'ANY',
  };
}

/** Shown with all its parts, so that what is left to the settings is seen to be. */
function shownNotifications(said: PolicyNotifications | null) {
  return (
    said && {
      ...said,
      recipients: said.recipients && [...said.recipients],
      notifyOn: said.notifyOn && [...said.notifyOn],
    }
  );
}

async function accountOf(id: string, loaders: Context['loaders']) {
  const account = await loaders.account.load(id);
  if (!account) throw new NotFoundError(`There is no account ${id}`);
  return account;
}
