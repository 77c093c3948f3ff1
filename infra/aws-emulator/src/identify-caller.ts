import { AwsError } from './errors.ts';
import { DEFAULT_ACCOUNT } from './options.ts';
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from './call.ts';
import type { AccessKey } from './iam/model.ts';
import type { World } from './world.ts';

/** What the Authorization header's credential scope says: `Credential=AKID/DATE/REGION/SERVICE/aws4_request`. */
export interface Credential {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

export function readCredential(headers: IncomingHttpHeaders): Credential {
  const header = headers.authorization;
  if (header === undefined || header === '') {
    throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token', 403);
  }
  const match = /^AWS4-HMAC-SHA256 .*Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/.exec(header);
  if (match === null) {
    throw new AwsError(
      'IncompleteSignatureException',
      `Authorization header requires 'Credential' parameter. Authorization=${header.slice(0, 16)}…`,
      403,
    );
  }
  return { accessKeyId: match[1] ?? '', region: match[2] ?? '', service: match[3] ?? '' };
}

const unrecognized = (): AwsError =>
  new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);

function userOf(world: World, { account, userName, deleted }: AccessKey): Caller {
  const user = deleted ? null : world.users.get(account, userName);
  if (user === null) throw unrecognized();
  return { kind: 'user', account, arn: user.arn, userId: user.id, user };
}

/**
 * Whose key it is. Long-lived keys belong to the IAM user they were made for, else to an administrator of an account: by the `accounts` option, by the digits of
 * `AKIA` + account id + anything, else the default account. Signatures are not verified.
 */
export function identifyCaller(world: World, accessKeyId: string, token: string | undefined): Caller {
  if (accessKeyId.startsWith('ASIA')) {
    const session = world.sessions.get('', accessKeyId);
    if (session === null || session.sessionToken !== token) throw unrecognized();
    if (session.expires <= Date.now()) {
      throw new AwsError('ExpiredTokenException', 'The security token included in the request is expired', 403);
    }
    return {
      kind: 'session',
      account: session.account,
      arn: `arn:aws:sts::${session.account}:assumed-role/${session.roleName}/${session.sessionName}`,
      userId: `${session.roleId}:${session.sessionName}`,
      session,
    };
  }
  const key = world.accessKeys.get('', accessKeyId);
  if (key !== null) return userOf(world, key);
  const account = world.accounts.get(accessKeyId) ?? /^AKIA(\d{12})/.exec(accessKeyId)?.[1] ?? DEFAULT_ACCOUNT;
  return { kind: 'root', account, arn: `arn:aws:iam::${account}:user/administrator`, userId: accessKeyId };
}
