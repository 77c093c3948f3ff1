import type { Database, Tx } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { InternalOutput } from '@tablekeep/schema/internal';
import { askVaultNames } from './ask-executor.ts';
import { placeProblems, placesOf, tableProblems, type KnownTable, type ManualBackup } from './domain/manual-backup.ts';
import { findAccount, notForBackup, usesOf } from './store/accounts.ts';
import { tablesByArn } from './store/inventory.ts';

type Resolved = InternalOutput<'resolveTargets'>;

/** Whether these tables can be backed up by hand: everything that is wrong at once. */
export async function resolveManualBackup(db: Database, deps: ServiceDeps, request: ManualBackup): Promise<Resolved> {
  const known = await knownTables(db.reader, request.tableArns);
  const userErrors = tableProblems(request, known).map((problem) => ({ ...problem, path: [...problem.path] }));
  const tables = [...known.values()];
  const [first] = tables;
  const account = first ? await findAccount(db.reader, first.accountId) : null;
  if (first && !account) {
    userErrors.push({ code: 'NOT_FOUND', message: `There is no account ${first.accountId}.`, path: ['tableArns'] });
  }
  if (account && !usesOf(account).includes('BACKUP')) {
    userErrors.push({ code: 'NOT_FOR_BACKUP', message: notForBackup(account), path: ['tableArns'] });
  }
  if (account) {
    const regions = placesOf(request, tables).map((place) => place.region);
    const vaultsOf = await askVaultNames(deps, account, regions);
    const around = { accountRegions: account.regions, vaultsOf };
    userErrors.push(...placeProblems(request, tables, around).map((one) => ({ ...one, path: [...one.path] })));
  }
  if (userErrors.length > 0 || !account) return { ok: false, userErrors };
  return { ok: true, accountId: account.id, policy: null, request };
}

async function knownTables(reader: Tx, arns: readonly string[]): Promise<ReadonlyMap<string, KnownTable>> {
  const rows = await tablesByArn(reader, arns);
  return new Map(
    rows.map(({ arn, name, region, accountId, vanishedAt }) => [
      arn,
      { arn, name, region, accountId, vanished: vanishedAt !== null },
    ]),
  );
}
