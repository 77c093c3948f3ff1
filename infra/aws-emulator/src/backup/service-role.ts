import { accessDenied } from '../errors.ts';
import { authorize } from '../iam/authorize.ts';
import { conditionsHold, parsePolicy } from '../iam/policy.ts';
import { decideForRole } from '../iam/role-permissions.ts';
import { invalidValue, missingValue } from './errors.ts';
import type { Call } from '../call.ts';
import type { World } from '../world.ts';
import type { Role } from '../iam/model.ts';

const SERVICE = 'backup.amazonaws.com';

function roleOf(world: World, arn: string): Role | null {
  const match = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn);
  if (match === null) return null;
  const role = world.roles.get(match[1] ?? '', match[2] ?? '');
  return role !== null && role.arn === arn ? role : null;
}

const trustsBackup = (role: Role): boolean =>
  parsePolicy(role.trustPolicy).some(
    (statement) =>
      statement.effect === 'Allow' &&
      (statement.principals ?? []).some(
        ({ type, value }) => type === '*' || (type === 'Service' && value === SERVICE),
      ) &&
      conditionsHold(statement, {}),
  );

/**
 * Checks a Start* call's IamRoleArn: the caller may pass it, and it exists in an account whose IAM holds any role at all
 * (an account without roles has not been set up, and every role is taken for good).
 */
export function checkPassedRole(call: Call, arn: string | null): string {
  if (arn === null) throw missingValue('IamRoleArn is required');
  if (!/^arn:aws:iam::\d{12}:role\/.+$/.test(arn)) throw invalidValue(`Invalid IAM role ARN: ${arn}`);
  authorize(call, 'iam:PassRole', [arn], { 'iam:PassedToService': SERVICE });
  if (call.world.roles.count(call.account) > 0 && roleOf(call.world, arn) === null) {
    throw accessDenied(`Insufficient privileges to perform this action. The role ${arn} does not exist.`);
  }
  return arn;
}

/** Why the role cannot do the job's work; null when it can. A job finds out once it runs. */
export function roleFailure(
  world: World,
  account: string,
  arn: string,
  action: string,
  resource: string,
): string | null {
  if (world.roles.count(account) === 0) return null;
  const role = roleOf(world, arn);
  if (role === null || !trustsBackup(role)) return `IAM Role ${arn} cannot be assumed by AWS Backup`;
  if (!world.behaviour.enforceIam) return null;
  return decideForRole(role, action, resource) === 'allowed' ? null : 'Access Denied trying to call AWS Backup service';
}
