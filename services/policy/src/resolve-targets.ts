import type { Database } from '@tablekeep/platform/database';
import type { InternalHandlers } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { SessionRequest } from '@tablekeep/schema/events';
import type { InternalOutput } from '@tablekeep/schema/internal';
import { In } from 'typeorm';
import { resolveManualBackup } from './resolve-manual-backup.ts';
import { accountRef, findAccount, notForBackup, usesOf } from './store/accounts.ts';
import { PolicyEntity } from './store/entities.ts';

type Resolved = InternalOutput<'resolveTargets'>;

/** What this service answers the others: the targets of scans and backups, and accounts. */
export function policyAnswers(db: Database, deps: ServiceDeps): InternalHandlers {
  return {
    resolveTargets: ({ request }) => resolveTargets(db, deps, request),
    getAccount: async ({ accountId }) => {
      const row = await findAccount(db.reader, accountId);
      return { account: row && accountRef(row) };
    },
    knownPolicies: async ({ ids }) => ({
      policies: await db.reader.find(PolicyEntity, { select: { id: true, name: true }, where: { id: In([...ids]) } }),
    }),
  };
}

async function resolveTargets(db: Database, deps: ServiceDeps, request: SessionRequest): Promise<Resolved> {
  switch (request.type) {
    case 'INVENTORY_SCAN':
      return resolveScan(db, request);
    case 'POLICY_BACKUP':
      return resolveRun(db, request);
    case 'MANUAL_BACKUP':
      return resolveManualBackup(db, deps, request);
    case 'RESTORE':
    case 'DELETION':
      return refused('NOT_HERE', 'Restores and deletions are resolved by the catalog.', []);
  }
}

async function resolveScan(
  db: Database,
  request: Extract<SessionRequest, { type: 'INVENTORY_SCAN' }>,
): Promise<Resolved> {
  const account = await findAccount(db.reader, request.accountId);
  if (!account) return refused('NOT_FOUND', `There is no account ${request.accountId}.`, ['accountId']);
  const userErrors = request.regions.flatMap((region, i) =>
    account.regions.includes(region)
      ? []
      : [
          problem(
            'UNKNOWN_REGION',
            `"${region}" is not a Region of the account; it has ${account.regions.join(', ')}.`,
            ['regions', String(i)],
          ),
        ],
  );
  if (userErrors.length > 0) return { ok: false, userErrors };
  const regions = request.regions.length > 0 ? [...new Set(request.regions)] : account.regions;
  return { ok: true, accountId: account.id, policy: null, request: { ...request, regions } };
}

async function resolveRun(
  db: Database,
  request: Extract<SessionRequest, { type: 'POLICY_BACKUP' }>,
): Promise<Resolved> {
  const policy = await db.reader.findOne(PolicyEntity, { where: { id: request.policyId } });
  if (!policy) return refused('NOT_FOUND', `There is no policy ${request.policyId}.`, ['policyId']);
  const account = await findAccount(db.reader, policy.accountId);
  if (account && !usesOf(account).includes('BACKUP')) {
    return refused('NOT_FOR_BACKUP', notForBackup(account), ['policyId']);
  }
  const { id, name, document } = policy;
  const { retryCount, retryDelaySeconds } = document;
  return { ok: true, accountId: policy.accountId, policy: { id, name, retryCount, retryDelaySeconds }, request };
}

function problem(code: string, message: string, path: string[]) {
  return { code, message, path };
}

function refused(code: string, message: string, path: string[]): Resolved {
  return { ok: false, userErrors: [problem(code, message, path)] };
}
