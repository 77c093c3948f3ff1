import { accessDenied } from '../errors.ts';
import { decide, parsePolicy } from './policy.ts';
import { decideForRole } from './role-permissions.ts';
import type { Call } from '../call.ts';
import type { Context, Decision } from './policy.ts';

function decideForCaller(call: Call, action: string, resource: string, context: Context): Decision {
  const { caller, world } = call;
  if (caller.kind === 'root' || !world.behaviour.enforceIam) return 'allowed';
  if (caller.kind === 'user') {
    const statements = Object.values(caller.user.inlinePolicies).flatMap((policy) => parsePolicy(policy));
    return decide(statements, action, resource, context);
  }
  const role = world.roles.get(caller.account, caller.session.roleName);
  if (role === null || role.id !== caller.session.roleId) return 'implicitDeny';
  const decision = decideForRole(role, action, resource, context);
  if (decision !== 'allowed' || caller.session.sessionPolicy === null) return decision;
  // A session policy can only narrow what the role may do.
  return decide(parsePolicy(caller.session.sessionPolicy), action, resource, context);
}

/** Throws AWS's AccessDeniedException when the caller may not do this. Root keys may do everything. */
export function authorize(call: Call, action: string, resources: readonly string[], context: Context = {}): void {
  for (const resource of resources) {
    const decision = decideForCaller(call, action, resource, {
      'aws:PrincipalAccount': call.account,
      'aws:RequestedRegion': call.region,
      ...context,
    });
    if (decision === 'allowed') continue;
    const reason =
      decision === 'explicitDeny'
        ? 'with an explicit deny in an identity-based policy'
        : `because no identity-based policy allows the ${action} action`;
    throw accessDenied(
      `User: ${call.caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
    );
  }
}
