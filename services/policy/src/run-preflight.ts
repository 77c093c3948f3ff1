import type { Database } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { PermissionOperation } from '@tablekeep/schema/permissions';
import type { Known } from '@tablekeep/schema/settings';
import { askPermissions, askRegionSettings, askVaultDetails } from './ask-executor.ts';
import { assignTables, whyIdle } from './domain/assign-tables.ts';
import type { PolicyDocument } from './domain/policy-document.ts';
import { absentTables, selectTables } from './domain/select-tables.ts';
import { secondsToStart, testPolicy, type PolicyCheck, type TestFacts } from './domain/preflight.ts';
import { policyProblems } from './domain/validate-policy.ts';
import { findAccount, notMarked, usesOf } from './store/accounts.ts';
import { tablesToCheck, unreadableAmong } from './domain/tables-to-check.ts';
import { tablesWithoutTagRoom } from './domain/tag-room.ts';
import { guardedTables } from './store/guarded-tables.ts';
import { lastScans } from './store/inventory.ts';
import { policiesBefore, type PlacedPolicy } from './store/policy-order.ts';

export type PolicyTest = Readonly<{
  ok: boolean;
  checks: readonly PolicyCheck[];
  coveredTables: number;
  secondsToStart: number | null;
}>;

type Tested = PlacedPolicy & Readonly<{ document: PolicyDocument }>;

/** Looks at everything that would make the policy's runs fail, and changes nothing. */
export async function runPolicyTest(db: Database, deps: ServiceDeps, tested: Tested): Promise<PolicyTest> {
  const { name, accountId, document } = tested;
  const account = await findAccount(db.reader, accountId);
  if (!account) {
    const message = `There is no account ${accountId}.`;
    const check: PolicyCheck = { code: 'NOT_FOUND', outcome: 'ERROR', region: null, message, path: ['accountId'] };
    return { ok: false, checks: [check], coveredTables: 0, secondsToStart: null };
  }
  const named = [...document.regions, ...document.copies.map((copy) => copy.toRegion)];
  const rows = await guardedTables(db, account.id, document.regions);
  const scans = await lastScans(db.reader, account.id);
  const scanned = document.regions.filter((region) => scans.has(region));
  const { covered, untold } = selectTables(document, rows);
  const rivals = await policiesBefore(db, tested);
  const { mine, left } = assignTables(covered, rivals);
  const on = { vaults: vaultsNamed(document), tables: tablesToCheck(mine, [document]) };
  const [settings, vaults, permissions, verifying] = await Promise.all([
    askRegionSettings(deps, account, named),
    askVaultDetails(deps, account, named),
    askPermissions(deps, account, operationsOf(document), on),
    document.verification ? askPermissions(deps, account, ['VERIFICATION'], on) : null,
  ]);
  const perRegion = Map.groupBy(mine, (table) => table.region);
  const vaultsOf = new Map([...vaults].map(([region, known]) => [region, namesOf(known)]));
  const tagRoom = tablesWithoutTagRoom(mine, document.customTags);
  const facts: TestFacts = {
    now: deps.clock.now(),
    problems: [
      ...notMarked(account),
      ...policyProblems({ name, document }, { accountRegions: account.regions, vaultsOf }),
    ],
    settings,
    vaults,
    permissions: permissions.answer,
    verification: verifying && { permissions: verifying.answer, isMarked: usesOf(account).includes('RESTORE') },
    notScanned: document.regions.filter((region) => account.regions.includes(region) && !scans.has(region)),
    covered: new Map([...perRegion].map(([region, tables]) => [region, tables.length])),
    untold: untold.length,
    left: rivals.flatMap((rival) => {
      const tables = left.get(rival.name)?.length ?? 0;
      return tables === 0 ? [] : [{ policy: rival.name, tables, idle: whyIdle(rival) }];
    }),
    unreadable: unreadableAmong([...new Set([...mine, ...untold])], [document]),
    absent: absentTables(document, rows, scanned),
    tagRoom: {
      without: tagRoom.without.map(({ name, region }) => `${name} (${region})`),
      untold: tagRoom.untold,
    },
  };
  const checks = testPolicy(document, facts);
  return {
    ok: checks.every((check) => check.outcome === 'OK' || check.outcome === 'WARNING'),
    checks,
    coveredTables: covered.length,
    secondsToStart: secondsToStart(facts),
  };
}

function operationsOf({ copies }: PolicyDocument): PermissionOperation[] {
  return ['INVENTORY', 'BACKUP', ...(copies.length > 0 ? (['COPY'] as const) : []), 'DELETION'];
}

function vaultsNamed({ vaults, copies }: PolicyDocument): { region: string; name: string }[] {
  return [
    ...vaults.map(({ region, vaultName }) => ({ region, name: vaultName })),
    ...copies.map(({ toRegion, vaultName }) => ({ region: toRegion, name: vaultName })),
  ];
}

function namesOf(known: Known<readonly { name: string }[]>): Known<string[]> {
  return known.state === 'unknown' ? known : { state: 'known', value: known.value.map((vault) => vault.name) };
}
