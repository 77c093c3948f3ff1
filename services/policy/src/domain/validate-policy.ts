import { recipientProblems } from '@tablekeep/platform/mail-address';
import type { UserError } from '@tablekeep/platform/errors';
import type { Known } from '@tablekeep/schema/settings';
import { countingRetentions } from './counting-retentions.ts';
import { daysKept, isColdTooShortly, LEAST_DAYS_COLD } from './cold-storage.ts';
import { scheduleProblems } from './schedules/validate-schedules.ts';
import { isEmpty, type PolicyDocument } from './policy-document.ts';

export type PolicyInputFacts = Readonly<{ name: string; document: PolicyDocument }>;

/** What is known outside of the input: the account's Regions, and the vaults of each Region that the input names. */
export type PolicyFactsAround = Readonly<{
  accountRegions: readonly string[];
  vaultsOf: ReadonlyMap<string, Known<readonly string[]>>;
}>;

const MAX_RETENTION_DAYS = 36_135;
const MAX_CUSTOM_TAGS = 38;
const TABLE_NAME = /^[\w.-]{3,255}$/u;

export type Report = (code: string, message: string, ...path: string[]) => void;

/** Everything that is wrong with a policy, at once, each with its place in the input. */
export function policyProblems({ name, document }: PolicyInputFacts, around: PolicyFactsAround): UserError[] {
  const problems: UserError[] = [];
  const wrong: Report = (code, message, ...path) => problems.push({ code, message, path });
  if (name.trim().length === 0 || name.length > 127) wrong('BAD_NAME', 'A name has 1 to 127 characters.', 'name');
  if (document.description.length > 255)
    wrong('BAD_DESCRIPTION', 'A description has at most 255 characters.', 'description');
  regionProblems(document.regions, around.accountRegions, wrong);
  if (isEmpty(document.include))
    wrong('EMPTY_SELECTION', 'Say what to protect: allTables, tableNames, tables or tags.', 'include');
  selectionProblems(document, 'include', wrong);
  selectionProblems(document, 'exclude', wrong);
  if (document.exclude.allTables)
    wrong('EXCLUDES_ALL', 'This would leave no table; disable the policy instead.', 'exclude', 'allTables');
  vaultProblems(document, around, wrong);
  copyProblems(document, around, wrong);
  numberProblems(document, wrong);
  tagProblems(document.customTags, wrong);
  if (document.schedules) scheduleProblems(document.schedules, wrong);
  if (document.verification) scheduleProblems(document.verification.schedule, wrong, ['verification', 'schedule']);
  coldProblems(document, wrong);
  netProblem(document.safetyNetDays ?? null, wrong);
  rpoProblem(document.rpoHours ?? null, wrong);
  peopleProblems(document.notifications?.recipients ?? [], wrong);
  return problems;
}

const MOST_RECIPIENTS = 50;

const RECIPIENTS = ['notifications', 'recipients'];

function peopleProblems(recipients: readonly string[], wrong: Report): void {
  if (recipients.length > MOST_RECIPIENTS) wrong('TOO_MANY', `At most ${MOST_RECIPIENTS} recipients.`, ...RECIPIENTS);
  for (const { code, message, path } of recipientProblems(recipients, RECIPIENTS)) wrong(code, message, ...path);
}

function regionProblems(regions: readonly string[], known: readonly string[], wrong: Report): void {
  if (regions.length === 0) wrong('NO_REGION', 'Name at least one Region.', 'regions');
  regions.forEach((region, i) => {
    if (!known.includes(region)) {
      wrong(
        'UNKNOWN_REGION',
        `"${region}" is not a Region of the account; it has ${known.join(', ')}.`,
        'regions',
        String(i),
      );
    } else if (regions.indexOf(region) !== i) {
      wrong('DUPLICATE_REGION', `${region} is named twice.`, 'regions', String(i));
    }
  });
}

function selectionProblems(
  { regions, ...document }: PolicyDocument,
  field: 'include' | 'exclude',
  wrong: Report,
): void {
  const selection = document[field];
  const nameProblem = (name: string, ...path: string[]) => {
    if (TABLE_NAME.test(name)) return;
    wrong('BAD_TABLE_NAME', 'A table name has 3 to 255 letters, digits, "_", "-" or ".".', field, ...path);
  };
  selection.tableNames.forEach((name, i) => nameProblem(name, 'tableNames', String(i)));
  const seen = new Set<string>();
  selection.tables?.forEach(({ name, region }, i) => {
    const place = ['tables', String(i)];
    nameProblem(name, ...place, 'name');
    if (!regions.includes(region)) {
      const message = `${region} is not among the policy's Regions.`;
      wrong('REGION_NOT_IN_POLICY', message, field, ...place, 'region');
    }
    const key = `${region} ${name}`;
    if (seen.has(key)) wrong('DUPLICATE', `${name} of ${region} is named twice.`, field, ...place);
    seen.add(key);
  });
  selection.tags.forEach((tag, i) => {
    if (tag.key.length === 0 || tag.key.length > 128)
      wrong('BAD_TAG', 'A tag key has 1 to 128 characters.', field, 'tags', String(i), 'key');
    if (tag.value !== null && tag.value.length > 256)
      wrong('BAD_TAG', 'A tag value has at most 256 characters.', field, 'tags', String(i), 'value');
  });
}

function vaultProblems(document: PolicyDocument, around: PolicyFactsAround, wrong: Report): void {
  for (const region of new Set(document.regions)) {
    if (!document.vaults.some((vault) => vault.region === region)) {
      wrong('MISSING_VAULT', `Name the backup vault of ${region}.`, 'vaults');
    }
  }
  document.vaults.forEach((vault, i) => {
    const place = ['vaults', String(i)];
    if (!document.regions.includes(vault.region)) {
      wrong('REGION_NOT_IN_POLICY', `${vault.region} is not among the policy's Regions.`, ...place, 'region');
    } else if (document.vaults.findIndex((other) => other.region === vault.region) !== i) {
      wrong('DUPLICATE_VAULT', `${vault.region} has a vault already.`, ...place, 'region');
    }
    vaultExists(vault.region, vault.vaultName, around, wrong, [...place, 'vaultName']);
  });
}

function copyProblems(document: PolicyDocument, around: PolicyFactsAround, wrong: Report): void {
  document.copies.forEach((copy, i) => {
    const place = ['copies', String(i)];
    if (!document.regions.includes(copy.fromRegion)) {
      wrong('REGION_NOT_IN_POLICY', `${copy.fromRegion} is not among the policy's Regions.`, ...place, 'fromRegion');
    }
    if (copy.toRegion === copy.fromRegion) {
      wrong('SAME_REGION', 'A copy goes to another Region than the backup.', ...place, 'toRegion');
    } else if (!around.accountRegions.includes(copy.toRegion)) {
      wrong(
        'UNKNOWN_REGION',
        `"${copy.toRegion}" is not a Region of the account; it has ${around.accountRegions.join(', ')}.`,
        ...place,
        'toRegion',
      );
    } else {
      vaultExists(copy.toRegion, copy.vaultName, around, wrong, [...place, 'vaultName']);
    }
    retentionProblem(copy.retentionDays, wrong, [...place, 'retentionDays']);
    const same = (other: typeof copy) =>
      other.fromRegion === copy.fromRegion && other.toRegion === copy.toRegion && other.vaultName === copy.vaultName;
    if (document.copies.findIndex(same) !== i) wrong('DUPLICATE_COPY', 'The same copy is named twice.', ...place);
  });
}

/** One problem where the vault is not there, or could not be looked for. */
export function vaultExists(
  region: string,
  name: string,
  around: Pick<PolicyFactsAround, 'vaultsOf'>,
  wrong: Report,
  path: string[],
): void {
  const vaults = around.vaultsOf.get(region);
  if (!vaults) return;
  if (vaults.state === 'unknown') {
    wrong(
      'COULD_NOT_TELL',
      `Whether vault "${name}" exists in ${region} could not be told: ${vaults.because}. Nothing was changed.`,
      ...path,
    );
  } else if (!vaults.value.includes(name)) {
    wrong(
      'VAULT_NOT_FOUND',
      `There is no vault "${name}" in ${region}; there are ${vaults.value.join(', ') || 'none'}.`,
      ...path,
    );
  }
}

function numberProblems(document: PolicyDocument, wrong: Report): void {
  retentionProblem(document.backupRetentionDays, wrong, ['backupRetentionDays']);
  if (document.retryCount < 0 || document.retryCount > 10) wrong('BAD_RETRY', 'Retries are 0 to 10.', 'retryCount');
  if (document.retryDelaySeconds < 1 || document.retryDelaySeconds > 86_400) {
    wrong('BAD_RETRY', 'The pause between tries is 1 to 86,400 seconds.', 'retryDelaySeconds');
  }
}

/**
 * AWS would refuse, or bill 90 days all the same: a retention that ends within the least time in cold storage. One that keeps
 * no point is not judged.
 */
function coldProblems(document: PolicyDocument, wrong: Report): void {
  const after = document.coldStorageAfterDays ?? null;
  if (after === null) return;
  if (after < 1 || after > MAX_RETENTION_DAYS) {
    wrong('BAD_COLD_STORAGE', `Points move after 1 to ${MAX_RETENTION_DAYS} days, or never.`, 'coldStorageAfterDays');
    return;
  }
  for (const { kept, path } of countingRetentions(document)) {
    if (!isColdTooShortly(after, daysKept([kept]))) continue;
    const message =
      `A point that moves after ${after} days stays in cold storage for at least ${LEAST_DAYS_COLD}: keep it for ` +
      `${after + LEAST_DAYS_COLD} days or more, or for ${after} at most, then it does not move.`;
    wrong('COLD_TOO_SHORT', message, ...path);
  }
}

/** Shorter than the weeks in which AWS's deletion is put off in time, a net would catch points that must stay. */
const LEAST_NET_DAYS = 14;
const MOST_NET_DAYS = 3_650;

function netProblem(days: number | null, wrong: Report): void {
  if (days === null || (days >= LEAST_NET_DAYS && days <= MOST_NET_DAYS)) return;
  const message = `A safety net is ${LEAST_NET_DAYS} to 3,650 days after the last flag, or absent: then AWS deletes nothing by itself.`;
  wrong('BAD_SAFETY_NET', message, 'safetyNetDays');
}

function rpoProblem(hours: number | null, wrong: Report): void {
  if (hours !== null && (hours < 1 || hours > 8_784)) wrong('BAD_RPO', 'An RPO is 1 to 8,784 hours.', 'rpoHours');
}

export function retentionProblem(days: number | null, wrong: Report, path: string[]): void {
  if (days !== null && (days < 1 || days > MAX_RETENTION_DAYS)) {
    wrong('BAD_RETENTION', `Retention is 1 to ${MAX_RETENTION_DAYS} days, or absent for ever.`, ...path);
  }
}

/** AWS General Reference, "Tagging your AWS resources". */
const TAG_TEXT = /^[\p{L}\p{N}\p{Zs}_.:/=+\-@]*$/u;

export function tagProblems(tags: PolicyDocument['customTags'], wrong: Report): void {
  if (tags.length > MAX_CUSTOM_TAGS) {
    wrong(
      'TOO_MANY_TAGS',
      `At most ${MAX_CUSTOM_TAGS}: AWS allows 50 on a point, and Tablekeep's own are among them.`,
      'customTags',
    );
  }
  tags.forEach((tag, i) => {
    const place = ['customTags', String(i)];
    if (tag.key.length === 0 || tag.key.length > 128)
      wrong('BAD_TAG', 'A tag key has 1 to 128 characters.', ...place, 'key');
    if (/^(?:aws|tablekeep):/iu.test(tag.key))
      wrong('RESERVED_TAG', 'Keys that begin with aws: or tablekeep: are reserved.', ...place, 'key');
    if (tag.value.length > 256) wrong('BAD_TAG', 'A tag value has at most 256 characters.', ...place, 'value');
    for (const part of ['key', 'value'] as const) {
      if (!TAG_TEXT.test(tag[part]))
        wrong('BAD_TAG', `A tag ${part} has letters, digits, spaces and _ . : / = + - @.`, ...place, part);
    }
    if (tags.findIndex((other) => other.key === tag.key) !== i)
      wrong('DUPLICATE_TAG', `${tag.key} is named twice.`, ...place, 'key');
  });
}
