import type { UserError } from '@tablekeep/platform/errors';
import type { PermissionCheck, RegionSettings } from '@tablekeep/schema/internal';
import { brief, plural } from '@tablekeep/schema/brief';
import type { Known } from '@tablekeep/schema/settings';
import { daysKept } from './cold-storage.ts';
import { countingRetentions } from './counting-retentions.ts';
import { encryptionChecks, isOfCopiesOnly } from './copy-encryption.ts';
import type { PolicyDocument } from './policy-document.ts';
import { daysOfPoints, type DaysOfPoints } from './schedules/days-of-points.ts';
import { gapsOf } from './schedules/gaps.ts';
import type { Schedules } from './schedules/schedule.ts';
import { absentMessage, type AbsentTable } from './select-tables.ts';
import { unreadableMessage } from './tables-to-check.ts';
import { scheduleProblems } from './schedules/validate-schedules.ts';

export type TestedVault = Readonly<{
  name: string;
  locked: boolean;
  minRetentionDays: number | null;
  maxRetentionDays: number | null;
}>;

/** What AWS and the inventory say around a policy, by Region. */
export type TestFacts = Readonly<{
  now: Date;
  /** What is wrong with the document itself. */
  problems: readonly UserError[];
  settings: ReadonlyMap<string, Known<RegionSettings>>;
  vaults: ReadonlyMap<string, Known<readonly TestedVault[]>>;
  /** What both roles may do, and what speaks against the vaults. */
  permissions: Known<PermissionCheck>;
  /** Of a policy that has its points verified: whether the roles may, and are meant to, restore. */
  verification?: Readonly<{ permissions: Known<PermissionCheck>; isMarked: boolean }> | null;
  /** Those of its Regions of which the inventory holds no scan: of their tables nothing is known. */
  notScanned: readonly string[];
  /** Tables of the inventory that the policy covers and does not leave to another. */
  covered: ReadonlyMap<string, number>;
  /** Those that it leaves to policies that come before it; `idle`: why such a one does not run by itself. */
  left: readonly Readonly<{ policy: string; tables: number; idle: string | null }>[];
  /** Tables whose tags decide and could not be read. */
  untold: number;
  /** Tables that the policy covers, or may cover, and that the last scan could not read, as `name (Region)`. */
  unreadable: readonly string[];
  /** Tables that the policy names and that are not there. */
  absent: readonly AbsentTable[];
  /** Covered tables whose own tags leave no room for the policy's, and how many of which that could not be told. */
  tagRoom: Readonly<{ without: readonly string[]; untold: number }>;
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
    ...permissionChecks(document, facts.permissions),
    ...(facts.permissions.state === 'known' ? encryptionChecks(document, facts.permissions.value) : []),
    ...verificationChecks(facts.verification ?? null),
    ...regions.map((region) => switchesCheck(region, facts.settings.get(region))),
    // Nothing can be said of when and how long where the schedules are refused.
    ...(isSound(document.schedules)
      ? [...lockChecks(document, facts), ...retentionLint(document), ...scheduleLint(document, facts)]
      : []),
    ...facts.notScanned.map((region): PolicyCheck => ({
      code: 'NOT_SCANNED',
      outcome: 'UNKNOWN',
      region,
      message: notScanned(region),
      path: [],
    })),
    ...coverageChecks(facts),
    ...facts.absent.map((table) => warning('TABLE_NOT_THERE', absentMessage(table), ...table.path)),
    ...tagChecks(facts.tagRoom),
  ];
}

/** Of a Region that is in the account, and not in its inventory. */
export function notScanned(region: string): string {
  return (
    `The inventory holds no scan of ${region} yet: which tables are there, and what their own policies and keys forbid, ` +
    'could not be told. rescanInventory scans it.'
  );
}

function isSound(schedules: Schedules | null): boolean {
  let sound = true;
  if (schedules) scheduleProblems(schedules, () => (sound = false));
  return sound;
}

function permissionChecks(document: PolicyDocument, known: Known<PermissionCheck>): PolicyCheck[] {
  const check = (outcome: CheckOutcome, message: string, region: string | null = null): PolicyCheck => ({
    code: 'PERMISSIONS',
    outcome,
    region,
    message,
    path: [],
  });
  if (known.state === 'unknown') return [check('UNKNOWN', `Permissions could not be checked: ${known.because}`)];
  const { missing, unknown, findings } = known.value;
  const named = (gaps: PermissionCheck['missing']) => [...new Set(gaps.map(({ action }) => action))].join(', ');
  const lacking = [
    ...[...Map.groupBy(missing, (gap) => gap.roleArn)].map(([roleArn, gaps]) =>
      check(
        'ERROR',
        `The role ${roleArn} may not ${named(gaps)}; checkPermissions has the policy that would grant it.`,
      ),
    ),
    ...[...Map.groupBy(unknown, (gap) => gap.roleArn)].map(([roleArn, gaps]) =>
      check('UNKNOWN', `Whether the role ${roleArn} may ${named(gaps)} could not be told.`),
    ),
    ...findings
      .filter((finding) => finding.outcome !== 'OK' && finding.code !== 'VAULT_MISSING')
      .filter((finding) => !isOfCopiesOnly(finding, document))
      .map(({ code, outcome: found, message, region }) => check(severityOf(code, found), message, region)),
  ];
  if (lacking.length > 0 || findings.some(({ code }) => code === 'VAULT_MISSING')) return lacking;
  return [check('OK', 'Both roles may do what the policy needs, in its vaults and with the keys of its backups.')];
}

/** Backups do not fail of it, so it is a warning: their points would stay untried. */
function verificationChecks(verification: TestFacts['verification']): PolicyCheck[] {
  if (!verification) return [];
  const check = (outcome: CheckOutcome, message: string): PolicyCheck => ({
    code: 'VERIFICATION_PERMISSIONS',
    outcome,
    region: null,
    message,
    path: ['verification'],
  });
  if (!verification.isMarked)
    return [check('WARNING', 'The account’s roles are not marked for RESTORE, so its points cannot be verified.')];
  const { permissions: known } = verification;
  if (known.state === 'unknown')
    return [check('UNKNOWN', `Whether verifications may restore could not be told: ${known.because}`)];
  const actions = (gaps: PermissionCheck['missing']) => [...new Set(gaps.map(({ action }) => action))].join(', ');
  const { missing, unknown, findings } = known.value;
  const checks = [
    ...(missing.length === 0
      ? []
      : [check('WARNING', `Verifications would fail: the roles may not ${actions(missing)}; ${GRANTED}`)]),
    ...(unknown.length === 0
      ? []
      : [check('UNKNOWN', `Whether the roles may ${actions(unknown)} for verifications could not be told.`)]),
    ...findings
      .filter(({ code, outcome }) => code === 'VAULT_POLICY' && outcome !== 'OK')
      .map(({ outcome, message }) => check(outcome === 'MISSING' ? 'WARNING' : 'UNKNOWN', message)),
  ];
  return checks.length > 0 ? checks : [check('OK', 'Both roles may do what the verification needs.')];
}

const GRANTED = 'checkPermissions for VERIFICATION has the policy that would grant it.';

/** A role open to others is dangerous, but no backup fails of it. */
function severityOf(code: string, outcome: PermissionCheck['outcome']): CheckOutcome {
  if (outcome === 'UNKNOWN') return 'UNKNOWN';
  return code === 'EXTERNAL_ID' ? 'WARNING' : 'ERROR';
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
  const { optedIn, advanced, affectedPlans } = known.value;
  if (optedIn && advanced) return check('ADVANCED_FEATURES', 'OK', 'Advanced DynamoDB backup is on.');
  const off = [optedIn ? null : 'the service opt-in', advanced ? null : 'the advanced features'].filter(Boolean);
  const message =
    `For DynamoDB ${off.join(' and ')} of AWS Backup ${off.length === 1 ? 'is' : 'are'} off: every backup would fail. ` +
    `enableAdvancedFeatures turns them on. ${wouldAffect(affectedPlans)}`;
  return check('ADVANCED_FEATURES', 'ERROR', message);
}

function wouldAffect(plans: RegionSettings['affectedPlans']): string {
  const which = 'Which backup plans of the account itself that would affect';
  if (!plans) return `${which} is told by advancedFeatures.`;
  if (plans.state === 'unknown') return `${which} could not be told: ${plans.because}`;
  if (plans.value.length === 0) return 'No backup plan of the account itself would be affected.';
  const named = plans.value.map(({ name, id, why }) => `"${name}" (${id}): ${why}`);
  return `It would affect backup plans of the account itself: ${brief(named).join(' ')}`;
}

type Kept = Readonly<{ region: string; vaultName: string; kept: DaysOfPoints; what: string; path: readonly string[] }>;

/** Where points will lie, and how long they are kept there. */
function keptIn({ schedules, ...document }: PolicyDocument, now: Date): Kept[] {
  const plain = (days: number | null): DaysOfPoints => ({ fewest: days, most: days });
  const backups = schedules ? daysOfPoints(schedules, null, now) : plain(document.backupRetentionDays);
  return [
    ...document.vaults.flatMap(({ region, vaultName }, i) =>
      backups === null
        ? []
        : [{ region, vaultName, kept: backups, what: 'backups', path: ['vaults', String(i), 'vaultName'] }],
    ),
    ...document.copies.flatMap((target, i) => {
      const kept = schedules ? daysOfPoints(schedules, target, now) : plain(target.retentionDays);
      const { toRegion: region, vaultName } = target;
      return kept === null
        ? []
        : [{ region, vaultName, kept, what: 'copies', path: ['copies', String(i), 'vaultName'] }];
    }),
  ];
}

/** A vault that is missing or cannot be looked for is among the document's problems. */
function lockChecks(document: PolicyDocument, { vaults, now }: TestFacts): PolicyCheck[] {
  return keptIn(document, now).flatMap(({ region, vaultName, kept, what, path }): PolicyCheck[] => {
    const known = vaults.get(region);
    const vault = known?.state === 'known' ? known.value.find((one) => one.name === vaultName) : undefined;
    if (!vault) return [];
    if (!vault.locked) {
      const message = `Vault ${vaultName} is not locked: Tablekeep deletes its points when their time is over.`;
      return [{ code: 'VAULT_LOCK', outcome: 'OK', region, message, path }];
    }
    const { minRetentionDays: min, maxRetentionDays: max } = vault;
    const bounds = `Vault ${vaultName} is locked and takes points of ${min ?? 1} to ${max ?? 'any number of'} days`;
    const wrong = [
      ...(max !== null && (kept.most ?? Infinity) > max ? [kept.most] : []),
      ...(min !== null && (kept.fewest ?? Infinity) < min ? [kept.fewest] : []),
    ].map((days) => `some ${what} are kept ${days === null ? 'for ever' : `for ${days} days`}`);
    if (wrong.length > 0) {
      const message = `${bounds}; ${wrong.join(', and ')}: those runs would fail.`;
      return [{ code: 'VAULT_LOCK', outcome: 'ERROR', region, message, path }];
    }
    const message = `${bounds}: AWS deletes its points by itself, and a later change of retention concerns new points only.`;
    return [{ code: 'VAULT_LOCK', outcome: 'WARNING', region, message, path }];
  });
}

const warning = (code: string, message: string, ...path: string[]): PolicyCheck => ({
  code,
  outcome: 'WARNING',
  region: null,
  message,
  path,
});

function retentionLint(document: PolicyDocument): PolicyCheck[] {
  return countingRetentions(document).flatMap(({ kept, what, path }) =>
    kept === null ? [warning('KEPT_FOR_EVER', `${what} are kept for ever: their cost only grows.`, ...path)] : [],
  );
}

/** How long AWS takes for a small table; big ones take longer. Source: the recorded answers of a real account. */
const TYPICAL_BACKUP_SECONDS = 330;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

function scheduleLint(document: PolicyDocument, facts: TestFacts): PolicyCheck[] {
  const { schedules, rpoHours } = document;
  if (!schedules) return [warning('NO_SCHEDULE', 'It has no schedule: it runs when somebody asks.', 'schedules')];
  const checks = countingRetentions(document).flatMap(({ kept: period, what, path, made }) => {
    const gaps = made && gapsOf(made, facts.now);
    if (!gaps || period === null) return [];
    const kept = (daysKept([period]) ?? 0) * DAY_MS;
    if (kept >= gaps.longestMs) return [];
    const message = `${what} are kept for ${sayHours(kept)} and come up to ${sayHours(gaps.longestMs)} apart: in between there is none.`;
    return [warning('SHORTER_THAN_INTERVAL', message, ...path)];
  });
  const gaps = gapsOf(schedules, facts.now);
  if (gaps === null) return checks;
  const starting = secondsToStart(facts);
  if (starting !== null && starting * 1_000 > gaps.shortestMs) {
    const message =
      `Starting all tables takes ${sayHours(starting * 1_000)} at AWS's rates, and slots come ${sayHours(gaps.shortestMs)} apart: ` +
      'some will be made up for by one late run. Ask AWS for higher rates, or run less often.';
    checks.push(warning('CANNOT_KEEP_SCHEDULE', message, 'schedules'));
  }
  if (rpoHours != null && rpoHours * HOUR_MS < gaps.longestMs) {
    const message = `Slots come up to ${sayHours(gaps.longestMs)} apart: an RPO of ${rpoHours} h is breached between them.`;
    checks.push(warning('RPO_UNREACHABLE', message, 'rpoHours'));
  }
  return checks;
}

function sayHours(ms: number): string {
  if (ms >= 2 * DAY_MS) return `${Math.round(ms / DAY_MS)} days`;
  if (ms >= HOUR_MS) return `${Math.round((ms / HOUR_MS) * 10) / 10} h`;
  return `${Math.ceil(ms / 60_000)} min`;
}

function coverageChecks({ covered, left, untold, unreadable }: TestFacts): PolicyCheck[] {
  const mine = [...covered.values()].reduce((sum, count) => sum + count, 0);
  const total = left.reduce((sum, { tables }) => sum + tables, mine);
  const matching = `${total === 1 ? '1 table' : `${total} tables`} of the inventory match the selection`;
  const check = (outcome: CheckOutcome, message: string): PolicyCheck => ({
    code: 'COVERED_TABLES',
    outcome,
    region: null,
    message,
    path: [],
  });
  return [
    ...(total === 0
      ? [check('WARNING', 'No table of the inventory matches the selection.')]
      : [
          mine === 0
            ? check('WARNING', `${matching}; the policy processes none of them.`)
            : check('OK', `${matching}.`),
        ]),
    ...left.map(({ policy, tables, idle }) => ({
      ...check(
        'WARNING',
        `${plural(tables, 'table is', 'tables are')} left to policy "${policy}", which comes first${idle === null ? '' : ` and ${idle}`}.`,
      ),
      code: 'LEFT_TO_POLICY',
    })),
    ...(untold === 0
      ? []
      : [check('UNKNOWN', `The tags of ${untold} tables could not be read; whether they match could not be told.`)]),
    ...(unreadable.length === 0
      ? []
      : [{ ...check('UNKNOWN', unreadableMessage(unreadable)), code: 'UNREADABLE_TABLES' }]),
  ];
}

function tagChecks({ without, untold }: TestFacts['tagRoom']): PolicyCheck[] {
  const lacking =
    'AWS allows 50 tags on a point, the table’s own and one by which Tablekeep knows it again among them. Points will lack ' +
    `the last custom tags where they are of ${brief(without).join(', ')}.`;
  const unread = `The tags of ${plural(untold, 'covered table')} could not be read: whether they leave room for the policy’s could not be told.`;
  return [
    ...(without.length === 0 ? [] : [warning('TAGS_DO_NOT_FIT', lacking, 'customTags')]),
    ...(untold === 0 ? [] : [{ ...warning('TAGS_DO_NOT_FIT', unread, 'customTags'), outcome: 'UNKNOWN' as const }]),
  ];
}

/**
 * Seconds until AWS's rates have let every covered table start, in the slowest Region, while there is room for all of them
 * at once; null where a Region's rate or tables are not known.
 */
export function secondsToStart(facts: Pick<TestFacts, 'covered' | 'notScanned' | 'settings'>): number | null {
  if (facts.notScanned.length > 0) return null;
  let slowest = 0;
  for (const [region, tables] of facts.covered) {
    const known = facts.settings.get(region);
    if (tables === 0) continue;
    if (known?.state !== 'known') return null;
    const { backupStartsPerSecond, backupsAtOnce } = known.value;
    const rate = Math.min(backupStartsPerSecond, backupsAtOnce / TYPICAL_BACKUP_SECONDS);
    // The first that fit in flight together begin at the rate of starts, the others as these end.
    const together = Math.min(tables, backupsAtOnce);
    slowest = Math.max(slowest, (together - 1) / backupStartsPerSecond + (tables - together) / rate);
  }
  return slowest;
}
