import type { UserError } from '@tablekeep/platform/errors';

export type AccountInput = Readonly<{
  name: string;
  awsAccountId: string;
  roleArn: string;
  serviceRoleArn: string;
  regions: readonly string[];
}>;

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
  if (input.regions.length === 0) wrong('NO_REGION', 'Name at least one Region.', 'regions');
  input.regions.forEach((region, i) => {
    if (!REGION.test(region))
      wrong('UNKNOWN_REGION', `"${region}" is not a Region; they read like us-east-1.`, 'regions', String(i));
    else if (input.regions.indexOf(region) !== i)
      wrong('DUPLICATE_REGION', `${region} is named twice.`, 'regions', String(i));
  });
  return problems;
}
