import { AwsError } from './errors.ts';
import { conditionsHold, like, parsePolicy } from './iam/policy.ts';
import { authorize } from './iam/authorize.ts';
import { text } from './wire/read.ts';
import type { Call, Operations } from './call.ts';
import type { Context, Statement } from './iam/policy.ts';
import type { Role, Session } from './iam/model.ts';

const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

const constraint = (name: string, value: string, rule: string): AwsError =>
  new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ${rule}`,
  );

const denied = (call: Call, arn: string): AwsError =>
  new AwsError(
    'AccessDenied',
    `User: ${call.caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    403,
  );

interface Match {
  /** The caller itself is named, not just its account: in its own account it then needs no permission of its own. */
  readonly named: boolean;
}

function principalMatch(call: Call, statement: Statement): Match | null {
  const { caller } = call;
  const own =
    caller.kind === 'session'
      ? [caller.arn, `arn:aws:iam::${caller.account}:role/${caller.session.roleName}`]
      : [caller.arn];
  for (const { type, value } of statement.principals ?? []) {
    if (type !== 'AWS' && type !== '*') continue;
    if (own.includes(value)) return { named: true };
    if (value === '*' || value === caller.account || value === `arn:aws:iam::${caller.account}:root`)
      return { named: false };
  }
  return null;
}

/** Throws unless the role's trust policy, and where needed the caller's own policies, allow assuming it. */
function checkTrust(call: Call, role: Role): void {
  const externalId = text(call.input, 'ExternalId');
  const context: Context = {
    'aws:PrincipalAccount': call.caller.account,
    'aws:PrincipalArn': call.caller.arn,
    ...(externalId !== null && { 'sts:ExternalId': externalId }),
  };
  const fitting = parsePolicy(role.trustPolicy)
    .filter((statement) => statement.actions.some((action) => like(action, 'sts:AssumeRole', true)))
    .map((statement) => ({ statement, match: principalMatch(call, statement) }))
    .filter(({ statement, match }) => match !== null && conditionsHold(statement, context));
  if (fitting.length === 0 || fitting.some(({ statement }) => statement.effect === 'Deny'))
    throw denied(call, role.arn);
  const account = role.arn.split(':')[4];
  const byName = account === call.caller.account && fitting.some(({ match }) => match?.named === true);
  if (byName) return;
  try {
    authorize(call, 'sts:AssumeRole', [role.arn]);
  } catch {
    throw denied(call, role.arn);
  }
}

interface Asked {
  readonly arn: string;
  readonly account: string;
  readonly roleName: string;
  readonly sessionName: string;
  readonly seconds: number;
  readonly sessionPolicy: string | null;
}

function readAsked(call: Call): Asked {
  const { input } = call;
  const arn = text(input, 'RoleArn') ?? '';
  const sessionName = text(input, 'RoleSessionName') ?? '';
  const externalId = text(input, 'ExternalId');
  const seconds = Number(text(input, 'DurationSeconds') ?? '3600');
  const sessionPolicy = text(input, 'Policy');
  const match = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(arn);
  if (match === null) throw constraint('roleArn', arn, 'Member must be the ARN of a role');
  const pattern = (source: string): string => `Member must satisfy regular expression pattern: ${source}`;
  if (!SESSION_NAME.test(sessionName)) throw constraint('roleSessionName', sessionName, pattern(SESSION_NAME.source));
  if (externalId !== null && !EXTERNAL_ID.test(externalId)) {
    throw constraint('externalId', externalId, pattern(EXTERNAL_ID.source));
  }
  if (!Number.isInteger(seconds) || seconds < 900 || seconds > 43_200) {
    throw constraint('durationSeconds', String(seconds), 'Member must have value between 900 and 43200');
  }
  return { arn, account: match[1] ?? '', roleName: match[2] ?? '', sessionName, seconds, sessionPolicy };
}

function checkSession(call: Call, role: Role, { seconds, sessionPolicy }: Asked): void {
  if (call.caller.kind === 'session' && seconds > 3_600) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds > role.maxSessionSeconds) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  if (sessionPolicy === null) return;
  try {
    parsePolicy(sessionPolicy);
  } catch {
    throw new AwsError('MalformedPolicyDocument', 'The session policy is not a valid policy document');
  }
}

/** Keys that ended a day ago are forgotten; until then they answer ExpiredTokenException. */
function forgetOldSessions(call: Call): void {
  const limit = Date.now() - 86_400_000;
  for (const session of call.world.sessions.list('')) {
    if (session.expires < limit) call.world.sessions.delete('', session.accessKeyId);
  }
}

function assumeRole(call: Call): unknown {
  const { world } = call;
  const asked = readAsked(call);
  const { arn, account, sessionName: name, seconds, sessionPolicy } = asked;
  const role = world.roles.get(account, asked.roleName);
  if (role === null || role.arn !== arn) throw denied(call, arn);
  checkTrust(call, role);
  checkSession(call, role, asked);
  forgetOldSessions(call);
  const session: Session = {
    accessKeyId: `ASIA${world.random.upper(16)}`,
    secretAccessKey: world.random.bytes(30).toString('base64'),
    sessionToken: world.random.bytes(48).toString('base64'),
    account,
    roleName: role.name,
    roleId: role.id,
    sessionName: name,
    sessionPolicy,
    expires: Date.now() + seconds * 1_000,
  };
  world.sessions.put('', session.accessKeyId, session);
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(session.expires).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    },
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${name}`,
      Arn: `arn:aws:sts::${session.account}:assumed-role/${role.name}/${name}`,
    },
    PackedPolicySize: 0,
  };
}

export const stsOperations: Operations = {
  // Both decide for themselves who may call: no identity policy is asked first.
  AssumeRole: { resources: () => [], run: assumeRole },
  GetCallerIdentity: {
    resources: () => [],
    run: ({ caller }) => ({ Arn: caller.arn, UserId: caller.userId, Account: caller.account }),
  },
};
