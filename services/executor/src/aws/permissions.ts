import { pieces } from '@tablekeep/platform/lists';
import { GetBackupVaultAccessPolicyCommand } from '@aws-sdk/client-backup';
import { GetRoleCommand, SimulatePrincipalPolicyCommand, type EvaluationResult } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, GetKeyPolicyCommand } from '@aws-sdk/client-kms';
import type { AccountRef } from '@tablekeep/schema/events';
import type { InternalInput } from '@tablekeep/schema/internal';
import { allOperatorPermissions, permissionsFor, resourceOf, servicePermissions } from '@tablekeep/schema/permissions';
import type { Permission } from '@tablekeep/schema/permissions';
import type { Known } from '@tablekeep/schema/settings';
import type { PermissionFacts, RoleName, Simulated } from '../domain/judge-permissions.ts';
import type { KeyFacts, VaultFacts } from '../domain/judge-resources.ts';
import { withUntold } from '../domain/judge-permissions.ts';
import { AwsCallError } from './explain-fault.ts';
import { homeRegion, lookupVaults } from './lookups.ts';
import type { Aws, CallOptions, RegionAws } from './region-aws.ts';

type Wish = Pick<InternalInput<'lookupPermissions'>, 'operations' | 'vaults' | 'tables'>;

/** Everything AWS tells about what the account's two roles may do. What it does not tell is unknown, with the reason. */
export async function readPermissions(
  aws: Aws,
  account: AccountRef,
  wish: Wish,
  options: CallOptions,
): Promise<PermissionFacts> {
  const home = aws.at(account, homeRegion(account.roleArn));
  const simulated = async (role: RoleName): Promise<Known<readonly Simulated[]>> =>
    told(() => simulateRole(home, role, wish, options));
  const { tables = null } = wish;
  const [OPERATOR, SERVICE, assumed, assumedWithoutExternalId, serviceTrust, vaults, tableKeys] = await Promise.all([
    simulated('OPERATOR'),
    simulated('SERVICE'),
    told(() => whyNotAssumed(aws, account, home.region)),
    told(() => isAssumedWithout(aws, account, home.region)),
    told(() => readTrust(home, account.serviceRoleArn, options)),
    readVaults(aws, account, wish.vaults, options),
    Promise.all(
      (tables?.keys ?? []).map(async ({ region, arn }) => ({
        region,
        arn,
        key: await told(() => readKey(aws.at(account, region), arn, options)),
      })),
    ),
  ]);
  return {
    roles: account,
    operations: wish.operations,
    simulated: { OPERATOR, SERVICE },
    assumed,
    assumedWithoutExternalId,
    serviceTrust,
    vaults,
    tables,
    tableKeys,
  };
}

async function told<T>(ask: () => Promise<T>): Promise<Known<T>> {
  try {
    return { state: 'known', value: await ask() };
  } catch (error) {
    if (error instanceof AwsCallError) return { state: 'unknown', because: error.fault.reason };
    throw error;
  }
}

/** Null: it can be. Where STS did not answer, nobody knows. */
async function whyNotAssumed(aws: Aws, account: AccountRef, region: string): Promise<string | null> {
  try {
    await aws.assume(account, region);
    return null;
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.code === 'ROLE_NOT_ASSUMABLE') return error.fault.reason;
    throw error;
  }
}

/** Source: aws "The confused deputy problem": a role that can be assumed without the id is open to it. */
async function isAssumedWithout(aws: Aws, account: AccountRef, region: string): Promise<boolean> {
  try {
    await aws.assume({ ...account, externalId: '' }, region);
    return true;
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.code === 'ROLE_NOT_ASSUMABLE') return false;
    throw error;
  }
}

type Context = Readonly<Record<string, string>>;
/** What is simulated together: the same kind of resource, the same circumstances. */
type Round = Readonly<{ permissions: readonly Permission[]; resources: readonly string[]; context: Context }>;

async function simulateRole(home: RegionAws, role: RoleName, wish: Wish, options: CallOptions): Promise<Simulated[]> {
  const { account } = home;
  const all = role === 'OPERATOR' ? allOperatorPermissions : servicePermissions;
  const groups = Map.groupBy(permissionsFor(all, wish.operations), ({ on, limit }) => `${on} ${limit}`);
  const rounds = [...groups.values()].flatMap((permissions) => roundsOf(permissions, account, wish));
  const source = role === 'OPERATOR' ? account.roleArn : account.serviceRoleArn;
  return (await Promise.all(rounds.map((round) => simulate(home, source, round, options)))).flat();
}

/** So many ARNs in one call. */
const MOST_RESOURCES = 100;

function roundsOf(permissions: readonly Permission[], account: AccountRef, wish: Wish): Round[] {
  const [first] = permissions;
  if (!first) return [];
  const { on, limit } = first;
  const inRegion = (region: string) => resourceOf(on, account, region);
  switch (limit) {
    case 'service-role-to-aws-backup':
      return [{ permissions, resources: inRegion('*'), context: { 'iam:PassedToService': 'backup.amazonaws.com' } }];
    // The service's name has the Region in it.
    case 'through-dynamodb':
      return account.regions.map((region) => ({
        permissions,
        resources: inRegion(region),
        context: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com`, 'kms:GrantIsForAWSResource': 'true' },
      }));
    case 'through-backup':
      return account.regions.map((region) => ({
        permissions,
        resources: inRegion(region),
        context: { 'kms:ViaService': `backup.${region}.amazonaws.com` },
      }));
    case null: {
      const pattern = [...new Set(account.regions.flatMap(inRegion))];
      return pieces(inUse(on, account, wish) ?? pattern, MOST_RESOURCES).map((resources) => ({
        permissions,
        resources,
        context: {},
      }));
    }
  }
}

/**
 * The vaults and tables themselves, where they are known: a statement that singles one out says nothing of a pattern. A restore
 * makes tables whose names nobody knows yet. Null: the pattern alone.
 */
function inUse(on: Permission['on'], account: AccountRef, { operations, vaults, tables }: Wish): string[] | null {
  if (on === 'vault' && vaults.length > 0) {
    return vaults.flatMap(({ region, name }) =>
      resourceOf('vault', account, region).map((arn) => arn.replace(/\*$/u, name)),
    );
  }
  if (on !== 'table' || !tables || tables.arns.length === 0) return null;
  const anywhere = operations.includes('RESTORE') ? account.regions.flatMap((at) => resourceOf(on, account, at)) : [];
  return [...new Set([...anywhere, ...tables.arns])];
}

/** Source: IAM API, SimulatePrincipalPolicy. One result for each action, with one for each resource where several were named. */
async function simulate(home: RegionAws, source: string, round: Round, options: CallOptions): Promise<Simulated[]> {
  const results: EvaluationResult[] = [];
  let marker: string | undefined;
  do {
    const command = new SimulatePrincipalPolicyCommand({
      PolicySourceArn: source,
      ActionNames: round.permissions.map((one) => one.action),
      ResourceArns: [...round.resources],
      MaxItems: 1_000,
      ContextEntries: Object.entries(round.context).map(([key, value]) => ({
        ContextKeyName: key,
        ContextKeyType: value === 'true' ? 'boolean' : 'string',
        ContextKeyValues: [value],
      })),
      ...(marker !== undefined && { Marker: marker }),
    });
    const send = (abortSignal: AbortSignal) => home.iam.send(command, { abortSignal });
    const page = await home.call('iam:SimulatePrincipalPolicy', send, options);
    results.push(...(page.EvaluationResults ?? []));
    marker = page.IsTruncated ? page.Marker : undefined;
  } while (marker);
  return round.permissions.flatMap((permission) => {
    const said = results.filter((one) => one.EvalActionName?.toLowerCase() === permission.action.toLowerCase());
    return withUntold(
      permission,
      round.resources,
      said.flatMap((one) => simulatedOf(permission, one)),
    );
  });
}

function simulatedOf(permission: Permission, result: EvaluationResult): Simulated[] {
  const whole = {
    permission,
    allowedByBoundary: result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary ?? null,
    allowedByOrganization: result.OrganizationsDecisionDetail?.AllowedByOrganizations ?? null,
  };
  const each = result.ResourceSpecificResults ?? [];
  if (each.length === 0) {
    const resource = result.EvalResourceName ?? '*';
    const missingContext = result.MissingContextValues ?? [];
    return [{ ...whole, resource, decision: result.EvalDecision ?? 'implicitDeny', missingContext }];
  }
  return each.map((one) => ({
    ...whole,
    resource: one.EvalResourceName ?? '*',
    decision: one.EvalResourceDecision ?? 'implicitDeny',
    missingContext: one.MissingContextValues ?? [],
  }));
}

async function readTrust(home: RegionAws, roleArn: string, options: CallOptions): Promise<string> {
  const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const send = (abortSignal: AbortSignal) => home.iam.send(new GetRoleCommand({ RoleName }), { abortSignal });
  const answer = await home.call('iam:GetRole', send, options);
  // IAM gives documents URL-encoded (RFC 3986).
  return decodeURIComponent(answer.Role?.AssumeRolePolicyDocument ?? '');
}

async function readVaults(
  aws: Aws,
  account: AccountRef,
  wanted: Wish['vaults'],
  options: CallOptions,
): Promise<VaultFacts[]> {
  const perRegion = Map.groupBy(wanted, (vault) => vault.region);
  const read = [...perRegion].map(async ([region, vaults]) => {
    const there = aws.at(account, region);
    const known = await told(() => lookupVaults(there, options));
    return Promise.all(
      vaults.map(async ({ name }): Promise<VaultFacts> => {
        if (known.state === 'unknown') return { region, name, vault: known };
        const vault = known.value.find((one) => one.name === name);
        if (!vault) return { region, name, vault: { state: 'known', value: null } };
        const { arn, encryptionKeyArn: keyArn } = vault;
        const [policy, key] = await Promise.all([
          told(() => readVaultPolicy(there, name, options)),
          keyArn === null ? nothingAsked : told(() => readKey(there, keyArn, options)),
        ]);
        return { region, name, vault: { state: 'known', value: { arn, keyArn, policy, key } } };
      }),
    );
  });
  return (await Promise.all(read)).flat();
}

const nothingAsked: Known<never> = { state: 'unknown', because: 'the vault names no key.' };

/** Null where the vault has none. */
async function readVaultPolicy(aws: RegionAws, name: string, options: CallOptions): Promise<string | null> {
  const command = new GetBackupVaultAccessPolicyCommand({ BackupVaultName: name });
  const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
  try {
    return (await aws.call('backup:GetBackupVaultAccessPolicy', send, options)).Policy ?? null;
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.code === 'NOT_FOUND') return null;
    throw error;
  }
}

async function readKey(aws: RegionAws, keyArn: string, options: CallOptions): Promise<KeyFacts> {
  const ask = (abortSignal: AbortSignal) => aws.kms.send(new DescribeKeyCommand({ KeyId: keyArn }), { abortSignal });
  const { KeyMetadata } = await aws.call('kms:DescribeKey', ask, options);
  const manager = KeyMetadata?.KeyManager === 'AWS' ? 'AWS' : 'CUSTOMER';
  const enabled = KeyMetadata?.Enabled ?? false;
  const policy = await told(async () => {
    const command = new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default' });
    const send = (abortSignal: AbortSignal) => aws.kms.send(command, { abortSignal });
    return (await aws.call('kms:GetKeyPolicy', send, options)).Policy ?? '';
  });
  return { manager, enabled, policy };
}
