import type { UserError } from '@tablekeep/platform/errors';

export type AccountInput = Readonly<{
  name: string;
  awsAccountId: string;
  roleArn: string;
  serviceRoleArn: string;
  regions: readonly string[];
  /** Nothing said: for both. */
  uses?: readonly ('BACKUP' | 'RESTORE')[] | null;
}>;

/** A Region as AWS lists it for the account. */
export type ListedRegion = Readonly<{ name: string; enabled: boolean }>;

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/u;

/** Everything that is wrong with an account's input, at once. */
export function accountProblems(input: AccountInput): UserError[] {
  const problems: UserError[] = [];
  const wrong = (code: string, message: string, ...path: string[]) => problems.push({ code, message, path });
  if (input.name.trim().length === 0 || input.name.length > 127)
    wrong('BAD_NAME', 'A name has 1 to 127 characters.', 'name');
  if (!/^\d{12}$/u.test(input.awsAccountId))
    wrong('BAD_ACCOUNT_ID', 'An AWS account id has 12 digits.', 'awsAccountId');
  for (const field of ['roleArn', 'serviceRoleArn'] as const) {
    const parts = /^arn:aws[a-z-]*:iam::(\d{12}):role\/[\w+=,.@/-]+$/u.exec(input[field]);
    if (!parts) wrong('BAD_ROLE', 'A role ARN reads arn:aws:iam::<account id>:role/<name>.', field);
    else if (parts[1] !== input.awsAccountId)
      wrong('OTHER_ACCOUNT', `The role belongs to account ${parts[1]}, not ${input.awsAccountId}.`, field);
  }
  const uses = input.uses ?? ['BACKUP', 'RESTORE'];
  if (uses.length === 0) wrong('NO_USE', 'Mark the roles for BACKUP, RESTORE or both.', 'uses');
  uses.forEach((use, i) => {
    if (uses.indexOf(use) !== i) wrong('DUPLICATE_USE', `${use} is named twice.`, 'uses', String(i));
  });
  if (input.regions.length === 0) wrong('NO_REGION', 'Name at least one Region.', 'regions');
  input.regions.forEach((region, i) => {
    if (!REGION.test(region))
      wrong('UNKNOWN_REGION', `"${region}" is not a Region; they read like us-east-1.`, 'regions', String(i));
    else if (input.regions.indexOf(region) !== i)
      wrong('DUPLICATE_REGION', `${region} is named twice.`, 'regions', String(i));
  });
  return problems;
}

/** Whether AWS can be asked about the account at all: its id and roles are sound. */
export function canBeAsked(problems: readonly UserError[]): boolean {
  return problems.every(({ path }) => path[0] === 'name' || path[0] === 'regions' || path[0] === 'uses');
}

/** Regions that read like one and that AWS does not list for the account, or lists as switched off. */
export function regionsNotListed(regions: readonly string[], listed: readonly ListedRegion[]): UserError[] {
  const byName = new Map(listed.map((region) => [region.name, region]));
  return regions.flatMap((region, i): UserError[] => {
    if (!REGION.test(region)) return [];
    const path = ['regions', String(i)];
    const found = byName.get(region);
    if (!found) return [{ code: 'UNKNOWN_REGION', message: `AWS knows no Region "${region}".`, path }];
    if (found.enabled) return [];
    return [{ code: 'REGION_DISABLED', message: `${region} is not enabled in the AWS account.`, path }];
  });
}
