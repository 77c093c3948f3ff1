import type { UserError } from '@tablekeep/platform/errors';
import type { AccountRef, PlannedTask, SessionRequest } from '@tablekeep/schema/events';
import type { Known } from '@tablekeep/schema/settings';
import { COMPLETE_WINDOW_MINUTES, COPY_FOR_EVER_DAYS, START_WINDOW_MINUTES, type SizedTable } from './plan-run.ts';
import { retentionProblem, tagProblems, vaultExists } from './validate-policy.ts';

export type ManualBackup = Extract<SessionRequest, { type: 'MANUAL_BACKUP' }>;

/** A table as the inventory has it. */
export type KnownTable = Readonly<{ arn: string; name: string; region: string; accountId: string; vanished: boolean }>;

const MOST_TABLES = 500;

/** What is wrong with the tables named, each by its place: judged before anybody is asked about vaults. */
export function tableProblems(request: ManualBackup, known: ReadonlyMap<string, KnownTable>): UserError[] {
  const { tableArns } = request;
  const path = ['tableArns'];
  if (tableArns.length === 0) return [{ code: 'EMPTY', message: 'Name at least one table.', path }];
  if (tableArns.length > MOST_TABLES) {
    const message = `At most ${MOST_TABLES} tables in one go; here are ${tableArns.length}. Split them.`;
    return [{ code: 'TOO_MANY', message, path }];
  }
  const problems = tableArns.flatMap((arn, i): UserError[] => {
    const at = [...path, String(i)];
    const table = known.get(arn);
    if (tableArns.indexOf(arn) !== i) return [{ code: 'DUPLICATE', message: `${arn} is named twice.`, path: at }];
    if (!table) {
      const message = `The inventory has no table ${arn}; scan its Region if it is new.`;
      return [{ code: 'NOT_FOUND', message, path: at }];
    }
    return table.vanished ? [{ code: 'GONE', message: `${table.name} is not there any more.`, path: at }] : [];
  });
  const accounts = new Set([...known.values()].map((table) => table.accountId));
  if (accounts.size > 1) {
    const message = 'The tables of one manual backup belong to one account; start one for each.';
    problems.push({ code: 'SEVERAL_ACCOUNTS', message, path });
  }
  return problems;
}

type Around = Readonly<{
  accountRegions: readonly string[];
  vaultsOf: ReadonlyMap<string, Known<readonly string[]>>;
}>;

/** Everything else that is wrong: the Region, its vaults, tags, expiry. */
export function placeProblems(request: ManualBackup, tables: readonly KnownTable[], around: Around): UserError[] {
  const problems: UserError[] = [];
  const wrong = (code: string, message: string, ...path: string[]) => problems.push({ code, message, path });
  const { region, accountRegions } = { ...request, ...around };
  if (region !== null && !accountRegions.includes(region)) {
    const message = `"${region}" is not a Region of the account; it has ${accountRegions.join(', ')}.`;
    wrong('UNKNOWN_REGION', message, 'region');
  }
  if (region === null && request.throughVaultName !== null) {
    wrong('NOT_ALLOWED', 'throughVaultName belongs to region.', 'throughVaultName');
  }
  const seen = new Set<string>();
  for (const place of placesOf(request, tables)) {
    const key = `${place.region} ${place.vaultName}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const field = place.through && request.throughVaultName !== null ? 'throughVaultName' : 'vaultName';
    vaultExists(place.region, place.vaultName, around, wrong, [field]);
  }
  retentionProblem(request.expireAfterDays, wrong, ['expireAfterDays']);
  tagProblems(request.customTags, wrong);
  return problems;
}

/** Every vault that the backup would use. `through`: of a point that is copied and removed again. */
export function placesOf(
  request: ManualBackup,
  tables: readonly Pick<KnownTable, 'region'>[],
): Readonly<{ region: string; vaultName: string; through: boolean }>[] {
  return tables.flatMap((table) => {
    const { region, vaultName } = request;
    if (region === null || region === table.region) return [{ region: table.region, vaultName, through: false }];
    const through = { region: table.region, vaultName: throughVault(request), through: true };
    return [through, { region, vaultName, through: false }];
  });
}

const throughVault = ({ throughVaultName, vaultName }: ManualBackup): string => throughVaultName ?? vaultName;

/**
 * One backup for each table. For another Region also its copy, and the end of the point it was copied from once the copy is
 * there; until then that point is kept, so that a failed copy leaves what there is.
 */
export function planManualBackup(
  account: AccountRef,
  request: ManualBackup,
  tables: readonly SizedTable[],
): PlannedTask[] {
  return tables.flatMap(({ sizeBytes, ...table }) => {
    const away = request.region !== null && request.region !== table.region ? request.region : null;
    const common = { accountId: account.id, awsAccountId: account.awsAccountId, region: table.region, table };
    const vaultName = away === null ? request.vaultName : throughVault(request);
    const originOf = (expireAfterDays: number | null) => ({
      kind: 'MANUAL' as const,
      policyId: null,
      policyName: null,
      retention: { backupDays: expireAfterDays, copyDays: null },
      rules: [],
      coldAfterDays: null,
    });
    const backup: PlannedTask = {
      ...common,
      key: `backup:${table.arn}`,
      after: null,
      parameters: {
        kind: 'BACKUP',
        table,
        sizeBytes,
        vaultName,
        lifecycle: { moveToColdStorageAfterDays: null, deleteAfterDays: null },
        startWindowMinutes: START_WINDOW_MINUTES,
        completeWindowMinutes: COMPLETE_WINDOW_MINUTES,
        customTags: [...request.customTags],
        origin: {
          ...originOf(away === null ? request.expireAfterDays : null),
          copies: away === null ? [] : [{ region: away, vaultName: request.vaultName, days: request.expireAfterDays }],
        },
      },
    };
    if (away === null) return [backup];
    const copy: PlannedTask = {
      ...common,
      key: `copy:${table.arn}`,
      after: backup.key,
      parameters: {
        kind: 'COPY',
        table,
        sourceVaultName: vaultName,
        recoveryPointArn: null,
        destinationRegion: away,
        destinationVaultName: request.vaultName,
        lifecycle: { moveToColdStorageAfterDays: null, deleteAfterDays: COPY_FOR_EVER_DAYS },
        origin: originOf(request.expireAfterDays),
      },
    };
    const removal: PlannedTask = {
      ...common,
      key: `delete:${table.arn}`,
      after: copy.key,
      parameters: { kind: 'DELETE', table, restorePointId: null, version: 1, recoveryPointArn: null, vaultName },
    };
    return [backup, copy, removal];
  });
}
