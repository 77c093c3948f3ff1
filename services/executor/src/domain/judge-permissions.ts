import type { PermissionCheck, PermissionFinding } from '@tablekeep/schema/internal';
import {
  policyDocument,
  resourceOf,
  type Permission,
  type PermissionOperation,
  type Roles,
} from '@tablekeep/schema/permissions';
import type { Known } from '@tablekeep/schema/settings';
import { resourceVerdict, serviceTrust, type ResourceVerdict } from './resource-policy.ts';

export type RoleName = 'OPERATOR' | 'SERVICE';

/** What IAM's simulator said of one action on one resource. */
export type Simulated = Readonly<{
  permission: Permission;
  resource: string;
  decision: 'allowed' | 'implicitDeny' | 'explicitDeny';
  /** Condition keys that the policies ask for and the simulation could not give. */
  missingContext: readonly string[];
  /** False: the role's permissions boundary forbids it. */
  allowedByBoundary: boolean | null;
  /** Null where the account is in no organization. */
  allowedByOrganization: boolean | null;
}>;

export type KeyFacts = Readonly<{ manager: 'AWS' | 'CUSTOMER'; enabled: boolean; policy: Known<string> }>;
export type VaultFacts = Readonly<{
  region: string;
  name: string;
  /** Null: the account has no such vault. */
  vault: Known<Readonly<{
    arn: string;
    policy: Known<string | null>;
    keyArn: string | null;
    key: Known<KeyFacts>;
  }> | null>;
}>;

export type PermissionFacts = Readonly<{
  roles: Roles;
  operations: readonly PermissionOperation[];
  simulated: Readonly<Record<RoleName, Known<readonly Simulated[]>>>;
  /** Whether the operator role can be assumed as it should be, and whether it can be without its external id. */
  assumed: Known<true>;
  assumedWithoutExternalId: Known<boolean>;
  serviceTrust: Known<string>;
  vaults: readonly VaultFacts[];
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

type Why = Readonly<{ outcome: 'MISSING' | 'UNKNOWN'; reason: string; grantable: boolean }>;

function whyNot(one: Simulated): Why | null {
  const missing = (reason: string, grantable = false): Why => ({ outcome: 'MISSING', reason, grantable });
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

const arnOf = (role: RoleName, { roles }: PermissionFacts): string =>
  role === 'OPERATOR' ? roles.roleArn : roles.serviceRoleArn;

const finding = (
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
  return assumed.state === 'known'
    ? finding('ROLE_ASSUMED', 'OK', roles.roleArn, 'Tablekeep can assume the role with its external id.')
    : finding('ROLE_ASSUMED', 'MISSING', roles.roleArn, assumed.because);
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

/** Which role does what in a vault, and with which of its operations. */
const IN_VAULT: readonly Readonly<{
  role: RoleName;
  action: string;
  for: readonly PermissionOperation[];
  on: 'vault' | 'recovery-point';
}>[] = [
  { role: 'OPERATOR', action: 'backup:StartBackupJob', for: ['BACKUP'], on: 'vault' },
  { role: 'OPERATOR', action: 'backup:CopyIntoBackupVault', for: ['COPY'], on: 'vault' },
  { role: 'OPERATOR', action: 'backup:StartCopyJob', for: ['COPY'], on: 'recovery-point' },
  { role: 'SERVICE', action: 'backup:CopyIntoBackupVault', for: ['COPY'], on: 'vault' },
  { role: 'OPERATOR', action: 'backup:StartRestoreJob', for: ['RESTORE', 'VERIFICATION'], on: 'recovery-point' },
  { role: 'OPERATOR', action: 'backup:DeleteRecoveryPoint', for: ['DELETION'], on: 'recovery-point' },
];

function vaultFindings({ region, name, vault }: VaultFacts, facts: PermissionFacts): PermissionFinding[] {
  if (vault.state === 'unknown') {
    const message = `The vault ${name} could not be looked at: ${vault.because}`;
    return [finding('VAULT_POLICY', 'UNKNOWN', name, message, region)];
  }
  if (vault.value === null) {
    return [finding('VAULT_MISSING', 'MISSING', name, `There is no vault ${name} in ${region}.`, region)];
  }
  const { arn, policy, keyArn, key } = vault.value;
  return [
    vaultPolicy(region, name, arn, policy, facts),
    ...(keyArn === null ? [] : [keyFinding(region, name, keyArn, key, facts)]),
  ];
}

function vaultPolicy(
  region: string,
  name: string,
  arn: string,
  policy: Known<string | null>,
  facts: PermissionFacts,
): PermissionFinding {
  const of = (outcome: Outcome, message: string) => finding('VAULT_POLICY', outcome, arn, message, region);
  if (policy.state === 'unknown')
    return of('UNKNOWN', `The access policy of vault ${name} could not be read: ${policy.because}`);
  const document = policy.value;
  if (document === null) return of('OK', `Vault ${name} has no access policy: nothing is denied there.`);
  const asked = IN_VAULT.filter((one) => one.for.some((operation) => facts.operations.includes(operation)));
  const verdicts = asked.map(({ role, action, on }) => ({
    action,
    verdict: readable(() =>
      resourceVerdict(document, {
        roleArn: arnOf(role, facts),
        awsAccountId: facts.roles.awsAccountId,
        action,
        resource: on === 'vault' ? arn : (resourceOf('recovery-point', facts.roles, region)[0] ?? '*'),
      }),
    ),
  }));
  const actionsOf = (verdict: ResourceVerdict) =>
    [...new Set(verdicts.filter((one) => one.verdict === verdict).map((one) => one.action))].join(', ');
  const denied = actionsOf('DENIED');
  if (denied !== '') return of('MISSING', `The access policy of vault ${name} denies ${denied}.`);
  const conditional = actionsOf('CONDITIONAL');
  if (conditional !== '')
    return of('UNKNOWN', `The access policy of vault ${name} denies or allows ${conditional} under conditions.`);
  return of('OK', `The access policy of vault ${name} denies nothing that is needed.`);
}

const WITH_KEY = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'] as const;

function keyFinding(
  region: string,
  name: string,
  keyArn: string,
  known: Known<KeyFacts>,
  facts: PermissionFacts,
): PermissionFinding {
  const of = (outcome: Outcome, message: string) => finding('VAULT_KEY', outcome, keyArn, message, region);
  if (known.state === 'unknown') return of('UNKNOWN', `The key of vault ${name} could not be read: ${known.because}`);
  const { manager, enabled, policy } = known.value;
  if (!enabled)
    return of('MISSING', `The key of vault ${name} is disabled or being deleted: nothing can be stored there.`);
  if (manager === 'AWS') return of('OK', `The key of vault ${name} is AWS Backup’s own.`);
  if (policy.state === 'unknown')
    return of('UNKNOWN', `The policy of the key of vault ${name} could not be read: ${policy.because}`);
  const { serviceRoleArn: roleArn, awsAccountId } = facts.roles;
  const verdicts = WITH_KEY.map((action) => ({
    action,
    verdict: readable(() => resourceVerdict(policy.value, { roleArn, awsAccountId, action, resource: keyArn })),
  }));
  const not = verdicts.filter((one) => one.verdict === 'DENIED' || one.verdict === 'SILENT').map((one) => one.action);
  if (not.length > 0)
    return of('MISSING', `The key policy of vault ${name} does not allow the service role ${not.join(', ')}.`);
  const unclear = verdicts.filter((one) => one.verdict === 'CONDITIONAL').map((one) => one.action);
  if (unclear.length > 0)
    return of('UNKNOWN', `The key policy of vault ${name} allows ${unclear.join(', ')} under conditions.`);
  return of('OK', `The key policy of vault ${name} lets the service role use it, or leaves that to IAM.`);
}

/** A policy that cannot be read decides nothing. */
function readable(read: () => ResourceVerdict): ResourceVerdict {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return 'CONDITIONAL';
    throw error;
  }
}
