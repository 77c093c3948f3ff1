import type { Database } from '@tablekeep/platform/database';
import type { InternalHandlers } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { SessionRequest } from '@tablekeep/schema/events';
import type { InternalOutput } from '@tablekeep/schema/internal';
import { In } from 'typeorm';
import type { Flag } from '@tablekeep/schema/retention-rules';
import { rulesOfSlot } from './domain/schedules/rules-of-slot.ts';
import { resolveManualBackup } from './resolve-manual-backup.ts';
import { accountRef, findAccount, notForBackup, usesOf } from './store/accounts.ts';
import { PolicyEntity, type PolicyRow } from './store/entities.ts';

type Resolved = InternalOutput<'resolveTargets'>;

/** What this service answers the others: the targets of scans and backups, and accounts. */
export function policyAnswers(db: Database, deps: ServiceDeps): InternalHandlers {
  return {
    resolveTargets: ({ request }) => resolveTargets(db, deps, request),
    getAccount: async ({ accountId }) => {
      const row = await findAccount(db.reader, accountId);
      return { account: row && accountRef(row) };
    },
    getPolicyRules: async ({ policyId }) => {
      const policy = await db.reader.findOne(PolicyEntity, { where: { id: policyId } });
      return { policy: policy && rulesNow(policy) };
    },
    knownPolicies: async ({ ids }) => ({
      policies: await db.reader.find(PolicyEntity, { select: { id: true, name: true }, where: { id: In([...ids]) } }),
    }),
  };
}

/** Of every schedule, as if it asked for copies wherever it makes them. */
function rulesNow({ id, name, accountId, document }: PolicyRow) {
  const { schedules, backupRetentionDays: backupDays, copies, keepNewest = true } = document;
  return {
    id,
    name,
    accountId,
    rules: schedules ? rulesOfSlot(schedules, { flags: ALL_FLAGS, copied: ALL_FLAGS }) : [],
    backupDays,
    copies: copies.map(({ fromRegion, toRegion, vaultName, retentionDays: days }) => ({
      fromRegion,
      toRegion,
      vaultName,
      days,
    })),
    keepNewest,
  };
}

const ALL_FLAGS: Flag[] = ['D', 'W', 'M', 'Y'];

async function resolveTargets(db: Database, deps: ServiceDeps, request: SessionRequest): Promise<Resolved> {
  switch (request.type) {
    case 'INVENTORY_SCAN':
      return resolveScan(db, request);
    case 'POLICY_BACKUP':
      return resolveRun(db, request);
    case 'MANUAL_BACKUP':
      return resolveManualBackup(db, deps, request);
    case 'VERIFICATION':
      return resolveVerification(db, request);
    case 'RESTORE':
    case 'DELETION':
    case 'HELD_SETTINGS':
    case 'IMPORT':
    case 'RETENTION':
    case 'REPLACEMENT':
      return refused('NOT_HERE', 'What is about restore points is resolved elsewhere.', []);
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

/** Points by id are the catalog's; of a policy's tables we know which they are. */
async function resolveVerification(
  db: Database,
  request: Extract<SessionRequest, { type: 'VERIFICATION' }>,
): Promise<Resolved> {
  const { policyId } = request;
  if (policyId === null) return refused('NOT_HERE', 'Restore points are resolved by the catalog.', []);
  const policy = await db.reader.findOne(PolicyEntity, { where: { id: policyId } });
  if (!policy) return refused('NOT_FOUND', `There is no policy ${policyId}.`, ['policyId']);
  const account = await findAccount(db.reader, policy.accountId);
  if (account && !usesOf(account).includes('RESTORE')) {
    const message = `The roles of account "${account.name}" are not marked for RESTORE; updateAccount marks them.`;
    return refused('NOT_FOR_RESTORE', message, ['policyId']);
  }
  return {
    ok: true,
    accountId: policy.accountId,
    policy: { id: policy.id, name: policy.name, retryCount: 0, retryDelaySeconds: 60 },
    request,
  };
}

function problem(code: string, message: string, path: string[]) {
  return { code, message, path };
}

function refused(code: string, message: string, path: string[]): Resolved {
  return { ok: false, userErrors: [problem(code, message, path)] };
}
