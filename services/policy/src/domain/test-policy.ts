import type { UserError } from '@tablekeep/platform/errors';
import type { RegionSettings } from '@tablekeep/schema/internal';
import type { Known } from '@tablekeep/schema/settings';
import type { PolicyDocument } from './policy-document.ts';

export type TestedVault = Readonly<{
  name: string;
  locked: boolean;
  minRetentionDays: number | null;
  maxRetentionDays: number | null;
}>;

/** What AWS and the inventory say around a policy, by Region. */
export type TestFacts = Readonly<{
  /** What is wrong with the document itself. */
  problems: readonly UserError[];
  settings: ReadonlyMap<string, Known<RegionSettings>>;
  vaults: ReadonlyMap<string, Known<readonly TestedVault[]>>;
  /** Tables of the inventory that the policy covers. */
  covered: ReadonlyMap<string, number>;
  /** Tables whose tags decide and could not be read. */
  untold: number;
}>;

export type CheckOutcome = 'OK' | 'WARNING' | 'ERROR' | 'UNKNOWN';
export type PolicyCheck = Readonly<{
  code: string;
  outcome: CheckOutcome;
  region: string | null;
  message: string;
  /** Into the policy's input; empty where no field is to blame. */
  path: readonly string[];
}>;

/**
 * Every check of a policy before it runs, good news included: what was looked at is told, so that silence is never taken
 * for health. What AWS would not tell is UNKNOWN, never OK.
 */
export function testPolicy(document: PolicyDocument, facts: TestFacts): PolicyCheck[] {
  const regions = [...new Set([...document.regions, ...document.copies.map((copy) => copy.toRegion)])];
  return [
    ...facts.problems.map(({ code, message, path }): PolicyCheck => ({
      code,
      outcome: code === 'COULD_NOT_TELL' ? 'UNKNOWN' : 'ERROR',
      region: null,
      message,
      path,
    })),
    ...regions.map((region) => switchesCheck(region, facts.settings.get(region))),
    ...lockChecks(document, facts.vaults),
    ...retentionLint(document),
    ...coverageChecks(facts),
  ];
}

function switchesCheck(region: string, known: Known<RegionSettings> | undefined): PolicyCheck {
  const check = (code: string, outcome: CheckOutcome, message: string) => ({
    code,
    outcome,
    region,
    message,
    path: [],
  });
  if (known?.state !== 'known') {
    const because = known?.because ?? 'AWS was not asked.';
    return check(
      'ADVANCED_FEATURES',
      'UNKNOWN',
      `Whether advanced DynamoDB backup is on could not be told: ${because}`,
    );
  }
  const { optedIn, advanced } = known.value;
  if (optedIn && advanced) return check('ADVANCED_FEATURES', 'OK', 'Advanced DynamoDB backup is on.');
  const off = [optedIn ? null : 'the service opt-in', advanced ? null : 'the advanced features'].filter(Boolean);
  const message =
    `For DynamoDB ${off.join(' and ')} of AWS Backup ${off.length === 1 ? 'is' : 'are'} off: every backup would fail. ` +
    'enableAdvancedFeatures turns them on; advancedFeatures lists the backup plans of the account that it would affect.';
  return check('ADVANCED_FEATURES', 'ERROR', message);
}

type Kept = Readonly<{ region: string; vaultName: string; days: number | null; what: string; path: readonly string[] }>;

/** Where points will lie, and how long they are kept there. */
function keptIn(document: PolicyDocument): Kept[] {
  return [
    ...document.vaults.map(({ region, vaultName }, i) => ({
      region,
      vaultName,
      days: document.backupRetentionDays,
      what: 'backups',
      path: ['vaults', String(i), 'vaultName'],
    })),
    ...document.copies.map(({ toRegion, vaultName, retentionDays }, i) => ({
      region: toRegion,
      vaultName,
      days: retentionDays,
      what: 'copies',
      path: ['copies', String(i), 'vaultName'],
    })),
  ];
}

/** A vault that is missing or cannot be looked for is among the document's problems. */
function lockChecks(document: PolicyDocument, vaults: TestFacts['vaults']): PolicyCheck[] {
  return keptIn(document).flatMap(({ region, vaultName, days, what, path }): PolicyCheck[] => {
    const known = vaults.get(region);
    const vault = known?.state === 'known' ? known.value.find((one) => one.name === vaultName) : undefined;
    if (!vault) return [];
    if (!vault.locked) {
      const message = `Vault ${vaultName} is not locked: Tablekeep deletes its points when their time is over.`;
      return [{ code: 'VAULT_LOCK', outcome: 'OK', region, message, path }];
    }
    const { minRetentionDays: min, maxRetentionDays: max } = vault;
    const kept = days === null ? 'for ever' : `${days} days`;
    const bounds = `Vault ${vaultName} is locked and takes points of ${min ?? 1} to ${max ?? 'any number of'} days`;
    if ((days ?? Number.POSITIVE_INFINITY) > (max ?? Number.POSITIVE_INFINITY) || (days ?? Infinity) < (min ?? 0)) {
      return [
        { code: 'VAULT_LOCK', outcome: 'ERROR', region, message: `${bounds}; the ${what} are kept ${kept}.`, path },
      ];
    }
    const message = `${bounds}: AWS deletes its points by itself, and a later change of retention concerns new points only.`;
    return [{ code: 'VAULT_LOCK', outcome: 'WARNING', region, message, path }];
  });
}

function retentionLint(document: PolicyDocument): PolicyCheck[] {
  const forEver = (what: string, region: string | null, ...path: string[]): PolicyCheck => ({
    code: 'KEPT_FOR_EVER',
    outcome: 'WARNING',
    region,
    message: `${what} are kept for ever: their cost only grows.`,
    path,
  });
  return [
    ...(document.backupRetentionDays === null ? [forEver('Backups', null, 'backupRetentionDays')] : []),
    ...document.copies.flatMap((copy, i) =>
      copy.retentionDays === null
        ? [forEver(`Copies in ${copy.toRegion}`, copy.toRegion, 'copies', String(i), 'retentionDays')]
        : [],
    ),
  ];
}

function coverageChecks({ covered, untold }: TestFacts): PolicyCheck[] {
  const total = [...covered.values()].reduce((sum, count) => sum + count, 0);
  const check = (outcome: CheckOutcome, message: string): PolicyCheck => ({
    code: 'COVERED_TABLES',
    outcome,
    region: null,
    message,
    path: [],
  });
  return [
    total === 0
      ? check('WARNING', 'No table of the inventory matches the selection.')
      : check('OK', `${total === 1 ? '1 table' : `${total} tables`} of the inventory match the selection.`),
    ...(untold === 0
      ? []
      : [check('UNKNOWN', `The tags of ${untold} tables could not be read; whether they match could not be told.`)]),
  ];
}

/**
 * Seconds until AWS's rates have let every covered table start, in the slowest Region, while there is room for all of them
 * at once; null where a Region's rate is not known.
 */
export function secondsToStart(facts: Pick<TestFacts, 'covered' | 'settings'>): number | null {
  let slowest = 0;
  for (const [region, tables] of facts.covered) {
    const known = facts.settings.get(region);
    if (tables === 0) continue;
    if (known?.state !== 'known') return null;
    slowest = Math.max(slowest, (tables - 1) / known.value.backupStartsPerSecond);
  }
  return slowest;
}
