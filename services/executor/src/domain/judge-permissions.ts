import type { CheckedTables, PermissionCheck, PermissionFinding } from '@tablekeep/schema/internal';
import { policyDocument, type Permission, type PermissionOperation, type Roles } from '@tablekeep/schema/permissions';
import type { Known } from '@tablekeep/schema/settings';
import { readable, tableFindings, vaultFindings, type TableKeyFacts, type VaultFacts } from './judge-resources.ts';
import { serviceTrust } from './resource-policy.ts';

export type RoleName = 'OPERATOR' | 'SERVICE';

/** What IAM's simulator said of one action on one resource. */
export type Simulated = Readonly<{
  permission: Permission;
  resource: string;
  /** `untold`: IAM gave no answer. */
  decision: 'allowed' | 'implicitDeny' | 'explicitDeny' | 'untold';
  /** Condition keys that the policies ask for and the simulation could not give. */
  missingContext: readonly string[];
  /** False: the role's permissions boundary forbids it. */
  allowedByBoundary: boolean | null;
  /** Null where the account is in no organization. */
  allowedByOrganization: boolean | null;
}>;

export type PermissionFacts = Readonly<{
  roles: Roles;
  operations: readonly PermissionOperation[];
  simulated: Readonly<Record<RoleName, Known<readonly Simulated[]>>>;
  /** Why the operator role cannot be assumed as it should be (null: it can), and whether it can be without its external id. */
  assumed: Known<string | null>;
  assumedWithoutExternalId: Known<boolean>;
  serviceTrust: Known<string>;
  vaults: readonly VaultFacts[];
  /** Null: nobody named any. */
  tables: CheckedTables | null;
  /** The customer's keys that tables are encrypted with. */
  tableKeys: readonly TableKeyFacts[];
}>;

type Outcome = PermissionFinding['outcome'];
const BACKUP_SERVICE = 'backup.amazonaws.com';

/**
 * Everything that is missing, at once. IAM's simulator answers for identity policies, boundaries and unconditional service
 * control policies; vault and key policies are read beside it; what nobody could tell is UNKNOWN, never OK.
 */
export function judgePermissions(facts: PermissionFacts): PermissionCheck {
  const gaps = (['OPERATOR', 'SERVICE'] as const).flatMap((role) => gapsOf(role, facts));
  const findings = [
    ...simulationFindings(facts),
    operatorTrust(facts),
    externalId(facts),
    trustOfBackup(facts),
    ...organization(facts),
    ...facts.vaults.flatMap((vault) => vaultFindings(vault, facts)),
    ...tableFindings(facts),
  ];
  const outcomes: Outcome[] = [...gaps, ...findings].map((one) => one.outcome);
  const worst = (['MISSING', 'UNKNOWN'] as const).find((outcome) => outcomes.includes(outcome));
  return {
    outcome: worst ?? 'OK',
    missing: gaps.filter((gap) => gap.outcome === 'MISSING').map(shown),
    unknown: gaps.filter((gap) => gap.outcome === 'UNKNOWN').map(shown),
    findings,
    grants: (['OPERATOR', 'SERVICE'] as const).flatMap((role) => {
      const lacking = gaps.filter((gap) => gap.role === role && gap.grantable).map((gap) => gap.permission);
      if (lacking.length === 0) return [];
      return [{ role, roleArn: arnOf(role, facts), document: policyDocument(lacking, facts.roles) }];
    }),
  };
}

type Gap = PermissionCheck['missing'][number] &
  Readonly<{ permission: Permission; outcome: 'MISSING' | 'UNKNOWN'; grantable: boolean }>;

const shown = ({ role, roleArn, action, resources, operations, reason }: Gap) => ({
  role,
  roleArn,
  action,
  resources,
  operations,
  reason,
});

/** One gap for each action, kind of resource and reason, with all the resources it is lacking on. */
function gapsOf(role: RoleName, facts: PermissionFacts): Gap[] {
  const known = facts.simulated[role];
  if (known.state === 'unknown') return [];
  const lacking = known.value.flatMap((one) => {
    const why = whyNot(one);
    return why ? [{ ...one, ...why }] : [];
  });
  const same = Map.groupBy(
    lacking,
    ({ permission: { action, on, limit }, reason }) => `${action} ${on} ${limit} ${reason}`,
  );
  const groups = [...same].sort(([a], [b]) => a.localeCompare(b)).map(([, group]) => group);
  return groups.flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { permission, outcome, reason, grantable } = first;
    return [
      {
        role,
        roleArn: arnOf(role, facts),
        action: permission.action,
        resources: [...new Set(group.map((one) => one.resource))],
        operations: permission.for.filter((operation) => facts.operations.includes(operation)),
        reason,
        permission,
        outcome,
        grantable,
      },
    ];
  });
}

/** What IAM said of an action, with what it left out: no answer is none. */
export function withUntold(
  permission: Permission,
  resources: readonly string[],
  said: readonly Simulated[],
): readonly Simulated[] {
  const answered = new Set(said.map((one) => one.resource));
  const left = resources.filter((resource) => !answered.has(resource));
  const nothing = { missingContext: [], allowedByBoundary: null, allowedByOrganization: null };
  return [...said, ...left.map((resource) => ({ permission, resource, decision: 'untold' as const, ...nothing }))];
}

type Why = Readonly<{ outcome: 'MISSING' | 'UNKNOWN'; reason: string; grantable: boolean }>;

function whyNot(one: Simulated): Why | null {
  const missing = (reason: string, grantable = false): Why => ({ outcome: 'MISSING', reason, grantable });
  if (one.decision === 'untold')
    return { outcome: 'UNKNOWN', reason: 'IAM’s simulation gave no answer for it.', grantable: false };
  if (one.allowedByOrganization === false) return missing('A service control policy of the organization forbids it.');
  if (one.allowedByBoundary === false) return missing('The role’s permissions boundary forbids it.');
  if (one.decision === 'explicitDeny' && one.missingContext.length === 0)
    return missing('A policy of the role denies it explicitly.');
  if (one.missingContext.length > 0) {
    const keys = one.missingContext.join(', ');
    return {
      outcome: 'UNKNOWN',
      reason: `A policy makes it depend on ${keys}, which a simulation cannot know.`,
      grantable: one.decision === 'implicitDeny',
    };
  }
  if (one.decision === 'implicitDeny') return missing('No policy of the role allows it.', true);
  return null;
}

export const arnOf = (role: RoleName, { roles }: PermissionFacts): string =>
  role === 'OPERATOR' ? roles.roleArn : roles.serviceRoleArn;

export const finding = (
  code: string,
  outcome: Outcome,
  subject: string,
  message: string,
  region: string | null = null,
): PermissionFinding => ({ code, outcome, subject, message, region });

function simulationFindings(facts: PermissionFacts): PermissionFinding[] {
  return (['OPERATOR', 'SERVICE'] as const).flatMap((role) => {
    const known = facts.simulated[role];
    if (known.state === 'known') return [];
    const message = `What this role may do could not be simulated: ${known.because}`;
    return [finding('SIMULATION', 'UNKNOWN', arnOf(role, facts), message)];
  });
}

function operatorTrust({ assumed, roles }: PermissionFacts): PermissionFinding {
  const of = (outcome: Outcome, message: string) => finding('ROLE_ASSUMED', outcome, roles.roleArn, message);
  if (assumed.state === 'unknown')
    return of('UNKNOWN', `Whether the role can be assumed could not be told: ${assumed.because}`);
  if (assumed.value !== null) return of('MISSING', assumed.value);
  return of('OK', 'Tablekeep can assume the role with its external id.');
}

function externalId({ assumedWithoutExternalId: without, roles }: PermissionFacts): PermissionFinding {
  const of = (outcome: Outcome, message: string) => finding('EXTERNAL_ID', outcome, roles.roleArn, message);
  if (without.state === 'unknown')
    return of('UNKNOWN', `Whether the role demands the external id could not be told: ${without.because}`);
  if (!without.value) return of('OK', 'The role cannot be assumed without the external id.');
  return of(
    'MISSING',
    'The role can be assumed without the external id: its trust policy lacks the condition StringEquals sts:ExternalId, ' +
      'which protects it from being used on behalf of somebody else.',
  );
}

function trustOfBackup({ serviceTrust: known, roles }: PermissionFacts): PermissionFinding {
  const of = (outcome: Outcome, message: string) => finding('SERVICE_TRUST', outcome, roles.serviceRoleArn, message);
  if (known.state === 'unknown')
    return of('UNKNOWN', `Whether AWS Backup may assume the role could not be told: ${known.because}`);
  const verdict = readable(() => serviceTrust(known.value, BACKUP_SERVICE));
  if (verdict === 'ALLOWED') return of('OK', `The role trusts ${BACKUP_SERVICE}.`);
  if (verdict === 'CONDITIONAL')
    return of('UNKNOWN', `The role trusts ${BACKUP_SERVICE} under conditions, which cannot be tried from here.`);
  return of('MISSING', `The role’s trust policy does not let ${BACKUP_SERVICE} assume it: every job would fail.`);
}

/** Source: IAM User Guide, "Testing IAM policies with the IAM policy simulator": conditional SCPs are not evaluated. */
function organization(facts: PermissionFacts): PermissionFinding[] {
  const simulations = Object.values(facts.simulated).flatMap((known) => (known.state === 'known' ? known.value : []));
  if (!simulations.some((one) => one.allowedByOrganization !== null)) return [];
  const message =
    'The account is in an organization: service and resource control policies with conditions are not simulated by AWS, ' +
    'so they may still forbid what is allowed here.';
  return [finding('ORGANIZATION', 'UNKNOWN', `arn:aws:iam::${facts.roles.awsAccountId}:root`, message)];
}
