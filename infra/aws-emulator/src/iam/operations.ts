import { AwsError } from '../errors.ts';
import { structures, text, texts } from '../wire/read.ts';
import { decideForRole, isManagedPolicy, statementsOf } from './role-permissions.ts';
import { covers, parsePolicy } from './policy.ts';
import type { Call, Operation, Operations } from '../call.ts';
import { userOperations } from './users.ts';
import type { Role } from './model.ts';

const noSuchRole = (name: string): AwsError =>
  new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);

function roleNamed(call: Call): Role {
  const name = text(call.input, 'RoleName') ?? '';
  const role = call.world.roles.get(call.account, name);
  if (role === null) throw noSuchRole(name);
  return role;
}

const save = (call: Call, role: Role): void => void call.world.roles.put(call.account, role.name, role);

function readDocument(call: Call, member: string): string {
  const document = text(call.input, member) ?? '';
  try {
    parsePolicy(document);
  } catch {
    throw new AwsError('MalformedPolicyDocument', 'Syntax errors in policy.');
  }
  return document;
}

const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');

const show = (role: Role): Record<string, unknown> => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: iso(role.created),
  AssumeRolePolicyDocument: encodeURIComponent(role.trustPolicy),
  ...(role.description !== null && { Description: role.description }),
  MaxSessionDuration: role.maxSessionSeconds,
  ...(Object.keys(role.tags).length > 0 && { Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })) }),
});

function createRole(call: Call): unknown {
  const name = text(call.input, 'RoleName') ?? '';
  if (!/^[\w+=,.@-]{1,64}$/.test(name))
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${name}' at 'roleName' failed to satisfy constraint`,
    );
  if (call.world.roles.get(call.account, name) !== null) {
    throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
  }
  const path = text(call.input, 'Path') ?? '/';
  const trustPolicy = readDocument(call, 'AssumeRolePolicyDocument');
  const role: Role = {
    name,
    id: `AROA${call.world.random.upper(17)}`,
    path,
    arn: `arn:aws:iam::${call.account}:role${path}${name}`,
    created: call.now,
    description: text(call.input, 'Description'),
    maxSessionSeconds: Number(text(call.input, 'MaxSessionDuration') ?? '3600'),
    trustPolicy,
    inlinePolicies: {},
    attachedPolicies: [],
    tags: Object.fromEntries(
      (structures(call.input, 'Tags') ?? []).map((tag) => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? '']),
    ),
  };
  save(call, role);
  return { Role: show(role) };
}

function deleteRole(call: Call): unknown {
  const role = roleNamed(call);
  if (role.attachedPolicies.length > 0)
    throw new AwsError('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
  if (Object.keys(role.inlinePolicies).length > 0)
    throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
  call.world.roles.delete(call.account, role.name);
  return null;
}

const policyName = (call: Call): string => text(call.input, 'PolicyName') ?? '';

const noSuchPolicy = (role: Role, name: string): AwsError =>
  new AwsError('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404, { RoleName: role.name });

function attachedPolicy(call: Call): string {
  const arn = text(call.input, 'PolicyArn') ?? '';
  if (!isManagedPolicy(arn))
    throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
  return arn;
}

/**
 * API Reference, SimulatePrincipalPolicy: of a role of this account. One result for each action, which is the most
 * restrictive of its resources; what holds for each resource is told apart where resources were named.
 */
function simulate(call: Call): unknown {
  const source = text(call.input, 'PolicySourceArn') ?? '';
  const role = call.world.roles.list(call.account).find((candidate) => candidate.arn === source);
  if (role === undefined) throw new AwsError('NoSuchEntity', `The principal ${source} cannot be found.`, 404);
  const context = simulatedContext(call);
  const resources = texts(call.input, 'ResourceArns') ?? ['*'];
  return {
    EvaluationResults: (texts(call.input, 'ActionNames') ?? []).map((action) => {
      const each = resources.map((resource) => ({
        resource,
        decision: decideForRole(role, action, resource, context),
        missing: contextMissing(role, action, resource, context),
      }));
      const strictest = (['explicitDeny', 'implicitDeny'] as const).find((decision) =>
        each.some((one) => one.decision === decision),
      );
      return {
        EvalActionName: action,
        EvalResourceName: resources.length === 1 ? resources[0] : '*',
        EvalDecision: strictest ?? 'allowed',
        MatchedStatements: [],
        MissingContextValues: [...new Set(each.flatMap((one) => one.missing))],
        ...(call.world.behaviour.inOrganization && { OrganizationsDecisionDetail: { AllowedByOrganizations: true } }),
        ...(texts(call.input, 'ResourceArns') !== null && {
          ResourceSpecificResults: each.map((one) => ({
            EvalResourceName: one.resource,
            EvalResourceDecision: one.decision,
            MatchedStatements: [],
            MissingContextValues: one.missing,
          })),
        }),
      };
    }),
    IsTruncated: false,
  };
}

function simulatedContext(call: Call): Record<string, string> {
  const context: Record<string, string> = {};
  for (const entry of structures(call.input, 'ContextEntries') ?? []) {
    const values = texts(entry, 'ContextKeyValues');
    const key = text(entry, 'ContextKeyName');
    if (key !== null && values?.[0] !== undefined) context[key] = values[0];
  }
  return context;
}

/** Condition keys that the role's policies ask for and the simulation was not given. */
function contextMissing(role: Role, action: string, resource: string, context: Record<string, string>): string[] {
  const given = new Set(Object.keys(context).map((key) => key.toLowerCase()));
  const asked = statementsOf(role)
    .filter((statement) => covers(statement, action, resource))
    .flatMap((statement) => Object.values(statement.conditions).flatMap((keys) => Object.keys(keys)));
  return [...new Set(asked)].filter((key) => !given.has(key));
}

const onRole = (run: Operation['run']): Operation => ({
  resources: (call) => [
    call.world.roles.get(call.account, text(call.input, 'RoleName') ?? '')?.arn ??
      `arn:aws:iam::${call.account}:role/${text(call.input, 'RoleName') ?? ''}`,
  ],
  run,
});

export const iamOperations: Operations = {
  ...userOperations,
  CreateRole: onRole(createRole),
  GetRole: onRole((call) => ({ Role: show(roleNamed(call)) })),
  ListRoles: {
    run: (call) => ({
      Roles: call.world.roles
        .list(call.account)
        .filter((role) => role.path.startsWith(text(call.input, 'PathPrefix') ?? '/'))
        .map(show),
      IsTruncated: false,
    }),
  },
  DeleteRole: onRole(deleteRole),
  UpdateAssumeRolePolicy: onRole((call) => {
    const role = roleNamed(call);
    role.trustPolicy = readDocument(call, 'PolicyDocument');
    save(call, role);
    return null;
  }),
  PutRolePolicy: onRole((call) => {
    const role = roleNamed(call);
    role.inlinePolicies[policyName(call)] = readDocument(call, 'PolicyDocument');
    save(call, role);
    return null;
  }),
  GetRolePolicy: onRole((call) => {
    const role = roleNamed(call);
    const document = role.inlinePolicies[policyName(call)];
    if (document === undefined) throw noSuchPolicy(role, policyName(call));
    return { RoleName: role.name, PolicyName: policyName(call), PolicyDocument: encodeURIComponent(document) };
  }),
  ListRolePolicies: onRole((call) => ({
    PolicyNames: Object.keys(roleNamed(call).inlinePolicies),
    IsTruncated: false,
  })),
  DeleteRolePolicy: onRole((call) => {
    const role = roleNamed(call);
    const name = policyName(call);
    if (!(name in role.inlinePolicies)) throw noSuchPolicy(role, name);
    role.inlinePolicies = Object.fromEntries(Object.entries(role.inlinePolicies).filter(([key]) => key !== name));
    save(call, role);
    return null;
  }),
  AttachRolePolicy: onRole((call) => {
    const role = roleNamed(call);
    const arn = attachedPolicy(call);
    if (!role.attachedPolicies.includes(arn)) role.attachedPolicies.push(arn);
    save(call, role);
    return null;
  }),
  DetachRolePolicy: onRole((call) => {
    const role = roleNamed(call);
    const arn = text(call.input, 'PolicyArn') ?? '';
    if (!role.attachedPolicies.includes(arn)) throw new AwsError('NoSuchEntity', `Policy ${arn} was not found.`, 404);
    role.attachedPolicies = role.attachedPolicies.filter((attached) => attached !== arn);
    save(call, role);
    return null;
  }),
  ListAttachedRolePolicies: onRole((call) => ({
    AttachedPolicies: roleNamed(call).attachedPolicies.map((arn) => ({
      PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
      PolicyArn: arn,
    })),
    IsTruncated: false,
  })),
  SimulatePrincipalPolicy: { resources: (call) => [text(call.input, 'PolicySourceArn') ?? '*'], run: simulate },
};
