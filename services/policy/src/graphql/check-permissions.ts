import type { Database } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import {
  operatorPermissions,
  optInOperations,
  permissionOperations,
  permissionsFor,
  servicePermissions,
  type PermissionOperation,
} from '@tablekeep/schema/permissions';
import { badInput } from '@tablekeep/platform/subgraph';
import { askPermissions } from '../ask-executor.ts';
import type { PolicyDocument } from '../domain/policy-document.ts';
import { notScanned } from '../domain/preflight.ts';
import { tablesToCheck, unreadableAmong, unreadableMessage } from '../domain/tables-to-check.ts';
import { guardedTables } from '../store/guarded-tables.ts';
import { lastScans } from '../store/inventory.ts';
import { usesOf } from '../store/accounts.ts';
import { PolicyEntity, type AccountRow } from '../store/entities.ts';
import type { Loaders } from './loaders.ts';
import type { PermissionCheck, PermissionFinding, QueryCheckPermissionsArgs } from './resolver-types.ts';

type Deps = Readonly<{ db: Database; deps: ServiceDeps; loaders: Loaders }>;

export async function checkPermissions(
  { db, deps, loaders }: Deps,
  { accountId, operations }: QueryCheckPermissionsArgs,
): Promise<PermissionCheck> {
  const account = await loaders.account.load(accountId);
  if (!account) throw badInput(`There is no account ${accountId}.`);
  if (operations?.length === 0) throw badInput('Name at least one operation, or none for all.');
  const wanted = operations ? [...new Set(operations)] : operationsOf(account);
  const policies = await db.reader.find(PolicyEntity, { where: { accountId: account.id } });
  const documents = policies.map((policy) => policy.document);
  const guarded = await guardedTables(db, account.id, account.regions);
  const tables = tablesToCheck(guarded, documents);
  const { answer, asOf } = await askPermissions(deps, account, wanted, { vaults: vaultsInUse(documents), tables });
  if (answer.state === 'unknown') return untold(account, answer.because, asOf);
  const { grants, findings, outcome, ...check } = answer.value;
  const unseen = permissionsFor(allPermissions, wanted).some(({ on }) => on === 'table')
    ? [...(await neverScanned(db, account)), ...neverRead(account, unreadableAmong(guarded, documents))]
    : [];
  return {
    ...check,
    outcome: outcome === 'OK' && unseen.length > 0 ? 'UNKNOWN' : outcome,
    findings: [...findings, ...unseen],
    asOf,
    grants: grants.map(({ document, ...grant }) => ({ ...grant, policyDocument: document })),
  };
}

/** A role that is marked for restores only needs nothing of backups, and the other way round. */
function operationsOf(account: AccountRow): PermissionOperation[] {
  const uses = usesOf(account);
  const idle: readonly PermissionOperation[] = [
    ...(uses.includes('BACKUP') ? [] : (['BACKUP', 'COPY', 'ADVANCED_FEATURES'] as const)),
    ...(uses.includes('RESTORE') ? [] : (['RESTORE', 'VERIFICATION'] as const)),
    // Who wants it asks for it.
    ...optInOperations,
    // Whether the account has a topic is known to who sends messages; who wants to know asks for it by name.
    'NOTIFICATION',
  ];
  return permissionOperations.filter((operation) => !idle.includes(operation));
}

const allPermissions = [...operatorPermissions, ...servicePermissions];

/** The tables of a Region that nobody has scanned may have policies and keys that forbid everything. */
async function neverScanned(db: Database, account: AccountRow): Promise<PermissionFinding[]> {
  const scans = await lastScans(db.reader, account.id);
  const subject = rootOf(account);
  return account.regions
    .filter((region) => !scans.has(region))
    .map((region) => ({ code: 'NOT_SCANNED', outcome: 'UNKNOWN', region, subject, message: notScanned(region) }));
}

/** What their own policies and keys forbid is known no better. */
function neverRead(account: AccountRow, tables: readonly string[]): PermissionFinding[] {
  if (tables.length === 0) return [];
  const about = { code: 'UNREADABLE_TABLES', region: null, subject: rootOf(account) };
  return [{ ...about, outcome: 'UNKNOWN', message: unreadableMessage(tables) }];
}

const rootOf = ({ awsAccountId }: AccountRow): string => `arn:aws:iam::${awsAccountId}:root`;

function vaultsInUse(documents: readonly PolicyDocument[]): { region: string; name: string }[] {
  const named = documents.flatMap(({ vaults, copies }) => [
    ...vaults.map(({ region, vaultName }) => ({ region, name: vaultName })),
    ...copies.map(({ toRegion, vaultName }) => ({ region: toRegion, name: vaultName })),
  ]);
  return [...new Map(named.map((vault) => [`${vault.region} ${vault.name}`, vault])).values()];
}

function untold(account: AccountRow, because: string, asOf: string): PermissionCheck {
  const message = `AWS could not be asked: ${because}`;
  const finding = { code: 'NOT_ASKED', outcome: 'UNKNOWN', region: null, subject: account.roleArn, message } as const;
  return { outcome: 'UNKNOWN', asOf, missing: [], unknown: [], findings: [finding], grants: [] };
}
