import type { CheckedTables, PermissionFinding } from '@tablekeep/schema/internal';
import { operatorPermissions, permissionsFor, resourceOf, servicePermissions } from '@tablekeep/schema/permissions';
import type { Permission, ResourceKind } from '@tablekeep/schema/permissions';
import type { Known } from '@tablekeep/schema/settings';
import { arnOf, finding, type PermissionFacts, type RoleName } from './judge-permissions.ts';
import { resourceVerdict, type ResourceVerdict } from './resource-policy.ts';

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
export type TableKeyFacts = Readonly<{ region: string; arn: string; key: Known<KeyFacts> }>;

type Outcome = PermissionFinding['outcome'];
type Asked = Readonly<{ role: RoleName; permission: Permission }>;

/** What each role does on such a resource for the operations that are asked about. */
function askedOn(kinds: readonly ResourceKind[], { operations }: PermissionFacts): Asked[] {
  const of = (role: RoleName, all: readonly Permission[]): Asked[] =>
    permissionsFor(all, operations)
      .filter(({ on, limit }) => limit === null && kinds.includes(on))
      .map((permission) => ({ role, permission }));
  return [...of('OPERATOR', operatorPermissions), ...of('SERVICE', servicePermissions)];
}

export function vaultFindings({ region, name, vault }: VaultFacts, facts: PermissionFacts): PermissionFinding[] {
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
    ...(keyArn === null
      ? []
      : [
          {
            ...keyFinding({ code: 'VAULT_KEY', of: `vault ${name}`, region, keyArn }, key, facts),
            vaultName: name,
          },
        ]),
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
  const points = resourceOf('recovery-point', facts.roles, region)[0] ?? '*';
  const { denied, conditional } = against(document, askedOn(['vault', 'recovery-point'], facts), facts, (on) =>
    on === 'vault' ? arn : points,
  );
  if (denied !== '') return of('MISSING', `The access policy of vault ${name} denies ${denied}.`);
  if (conditional !== '')
    return of('UNKNOWN', `The access policy of vault ${name} denies or allows ${conditional} under conditions.`);
  return of('OK', `The access policy of vault ${name} denies nothing that is needed.`);
}

/** The actions that a resource's own policy denies, and those of which it cannot be said. */
function against(
  document: string,
  asked: readonly Asked[],
  facts: PermissionFacts,
  resourceOn: (on: ResourceKind) => string,
): Readonly<{ denied: string; conditional: string }> {
  const { awsAccountId } = facts.roles;
  const verdicts = asked.map(({ role, permission: { action, on } }) => ({
    action,
    verdict: readable(() =>
      resourceVerdict(document, { roleArn: arnOf(role, facts), awsAccountId, action, resource: resourceOn(on) }),
    ),
  }));
  const actionsOf = (verdict: ResourceVerdict) =>
    [...new Set(verdicts.filter((one) => one.verdict === verdict).map((one) => one.action))].join(', ');
  return { denied: actionsOf('DENIED'), conditional: actionsOf('CONDITIONAL') };
}

/** What speaks against the tables that policies cover: their own policies, their keys, and that there are too many to ask. */
export function tableFindings(facts: PermissionFacts): PermissionFinding[] {
  const { tables, tableKeys, roles } = facts;
  if (tables === null) return [];
  const account = `arn:aws:iam::${roles.awsAccountId}:root`;
  const uncounted = (code: string, count: number, message: string) =>
    count > 0 ? [finding(code, 'UNKNOWN', account, message)] : [];
  return [
    ...uncounted(
      'TABLES_NOT_ASKED',
      tables.more,
      `${tables.arns.length} of the covered tables were simulated; whether a policy of a role singles out one of the other ` +
        `${tables.more} could not be told.`,
    ),
    ...tablePolicies(tables, facts),
    ...uncounted(
      'TABLE_POLICY',
      tables.morePolicies,
      `${tables.morePolicies} more tables have policies of their own, which were not looked at.`,
    ),
    ...tableKeys.map(({ region, arn, key }) =>
      keyFinding({ code: 'TABLE_KEY', of: `tables in ${region}`, region, keyArn: arn }, key, facts),
    ),
    ...uncounted('TABLE_KEY', tables.moreKeys, `${tables.moreKeys} more keys of tables were not looked at.`),
  ];
}

/** A finding for each table whose policy speaks against it, one for all the others. */
function tablePolicies({ policies }: CheckedTables, facts: PermissionFacts): PermissionFinding[] {
  const asked = askedOn(['table'], facts);
  const bad = policies.flatMap(({ arn, policy }): PermissionFinding[] => {
    const region = arn.split(':')[3] ?? null;
    const of = (outcome: Outcome, message: string) => [finding('TABLE_POLICY', outcome, arn, message, region)];
    const name = arn.slice(arn.indexOf('/') + 1);
    if (policy.state === 'unknown')
      return of('UNKNOWN', `The policy of table ${name} could not be read: ${policy.because}`);
    const { denied, conditional } = against(policy.value, asked, facts, () => arn);
    if (denied !== '') return of('MISSING', `The policy of table ${name} denies ${denied}.`);
    if (conditional === '') return [];
    return of('UNKNOWN', `The policy of table ${name} denies or allows ${conditional} under conditions.`);
  });
  const good = policies.length - bad.length;
  if (good === 0) return bad;
  const message = `The policies of ${good === 1 ? '1 table deny' : `${good} tables deny`} nothing that is needed.`;
  return [...bad, finding('TABLE_POLICY', 'OK', `arn:aws:iam::${facts.roles.awsAccountId}:root`, message)];
}

const WITH_KEY = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'] as const;

function keyFinding(
  what: Readonly<{ code: string; of: string; region: string; keyArn: string }>,
  known: Known<KeyFacts>,
  facts: PermissionFacts,
): PermissionFinding {
  const { keyArn, region } = what;
  const of = (outcome: Outcome, message: string) => finding(what.code, outcome, keyArn, message, region);
  const key = `key of ${what.of}`;
  if (known.state === 'unknown') return of('UNKNOWN', `The ${key} could not be read: ${known.because}`);
  const { manager, enabled, policy } = known.value;
  if (!enabled) return of('MISSING', `The ${key} is disabled or being deleted: nothing can be stored or read with it.`);
  if (manager === 'AWS') return of('OK', `The ${key} is AWS’s own.`);
  if (policy.state === 'unknown') return of('UNKNOWN', `The policy of the ${key} could not be read: ${policy.because}`);
  const { serviceRoleArn: roleArn, awsAccountId } = facts.roles;
  const verdicts = WITH_KEY.map((action) => ({
    action,
    verdict: readable(() => resourceVerdict(policy.value, { roleArn, awsAccountId, action, resource: keyArn })),
  }));
  const not = verdicts.filter((one) => one.verdict === 'DENIED' || one.verdict === 'SILENT').map((one) => one.action);
  if (not.length > 0)
    return of('MISSING', `The policy of the ${key} does not allow the service role ${not.join(', ')}.`);
  const unclear = verdicts.filter((one) => one.verdict === 'CONDITIONAL').map((one) => one.action);
  if (unclear.length > 0)
    return of('UNKNOWN', `The policy of the ${key} allows ${unclear.join(', ')} under conditions.`);
  return of('OK', `The policy of the ${key} lets the service role use it, or leaves that to IAM.`);
}

/** The verdict of a resource’s policy; CONDITIONAL where its JSON cannot be read: such a policy decides nothing. */
export function readable(read: () => ResourceVerdict): ResourceVerdict {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return 'CONDITIONAL';
    throw error;
  }
}
