import type { Fault } from '../domain/fault.ts';

/** Where a call went, for the words of its failure. */
export type CallSite = Readonly<{
  action: string;
  region: string;
  roleArn: string;
  /** It was signed with keys given for one session, not by the role. */
  oneTimeKeys?: boolean;
}>;

/** A failed AWS call, explained. */
export class AwsCallError extends Error {
  override readonly name = 'AwsCallError';
  readonly fault: Fault;
  /** The call would have changed something: what AWS says to it is said of that change. */
  readonly changes: boolean;
  constructor(fault: Fault, options: ErrorOptions & { changes?: boolean } = {}) {
    super(fault.reason, options);
    this.fault = fault;
    this.changes = options.changes ?? false;
  }
}

type Shape = Readonly<{
  name: string;
  message: string;
  /** Node's error code for what never reached AWS, or was cut off. */
  code: string | undefined;
  status: number | undefined;
  requestId: string | null;
}>;

const denied = new Set([
  'AccessDeniedException',
  'AccessDenied',
  'UnauthorizedException',
  'UnauthorizedOperation',
  'NotAuthorizedException',
  'AuthorizationErrorException',
]);
const expired = new Set(['ExpiredTokenException', 'ExpiredToken', 'RequestExpired']);
const badCredentials = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'IncompleteSignature',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'CredentialsProviderError',
]);
const throttled = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'ProvisionedThroughputExceededException',
]);
const missing = new Set([
  'ResourceNotFoundException',
  'TableNotFoundException',
  'NotFoundException',
  'PolicyNotFoundException',
  'ObjectNotFoundException',
]);
const busy = new Set([
  'ResourceInUseException',
  'InvalidResourceStateException',
  'ContinuousBackupsUnavailableException',
  'ConcurrentUpdateException',
]);
const exists = new Set(['AlreadyExistsException', 'TableAlreadyExistsException']);
/** The request certainly never arrived. */
const neverArrived = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * AWS's error as a fault: a code for programs, words for a person naming the action and the role, whether to try again,
 * and whether AWS may have acted all the same.
 */
export function explainFault(error: unknown, site: CallSite): Fault {
  if (error instanceof AwsCallError) return error.fault;
  const shape = shapeOf(error);
  const base = {
    requestId: shape.requestId,
    throttled: false,
    transient: false,
    effect: 'none',
    retryable: false,
  } as const;
  const where = `${site.action} in ${site.region}`;
  const said = shape.message && shape.message !== 'UnknownError' ? ` AWS says: ${shape.message}` : '';

  if (denied.has(shape.name)) return { ...base, code: 'ACCESS_DENIED', reason: deniedWords(shape.message, site) };
  if (expired.has(shape.name) && site.oneTimeKeys) {
    return { ...base, code: 'CREDENTIALS_EXPIRED', reason: `The one-time keys expired before ${where}.` };
  }
  if (expired.has(shape.name)) {
    const reason = `The session of ${site.roleArn} expired during ${where}.`;
    return { ...base, code: 'CREDENTIALS_EXPIRED', transient: true, retryable: true, reason };
  }
  if (badCredentials.has(shape.name)) {
    const whose = site.oneTimeKeys ? 'one-time keys' : 'installation’s AWS credentials';
    const reason = `AWS did not accept the credentials for ${where}.${said} Check the ${whose}.`;
    return { ...base, code: 'CREDENTIALS_REFUSED', reason };
  }
  if (throttled.has(shape.name) || shape.status === 429) {
    const reason = `AWS throttles ${where}; the account’s limit is shared with its other tools.`;
    return { ...base, code: 'THROTTLED', transient: true, retryable: true, throttled: true, reason };
  }
  if (shape.name === 'LimitExceededException') {
    return {
      ...base,
      code: 'LIMIT_EXCEEDED',
      transient: true,
      retryable: true,
      reason: `A limit stops ${where}.${said}`,
    };
  }
  if (busy.has(shape.name)) {
    return { ...base, code: 'IN_USE', transient: true, retryable: true, reason: `${where} has to wait.${said}` };
  }
  if (missing.has(shape.name)) return { ...base, code: 'NOT_FOUND', reason: `${where} found nothing.${said}` };
  if (exists.has(shape.name)) return { ...base, code: 'ALREADY_EXISTS', reason: `${where} was refused.${said}` };
  if (shape.status === undefined) return unreachable(shape, base, where);
  if (shape.status >= 500) {
    const reason = `AWS failed at ${where} (HTTP ${shape.status}).${said}`;
    return { ...base, code: 'AWS_ERROR', transient: true, retryable: true, effect: 'possible', reason };
  }
  return { ...base, code: 'INVALID_REQUEST', reason: `AWS refused ${where} (${shape.name}).${said}` };
}

function unreachable(shape: Shape, base: Pick<Fault, 'requestId' | 'throttled'>, where: string): Fault {
  const detail = shape.code ?? (shape.message || shape.name);
  const reason = `AWS could not be reached for ${where} (${detail}).`;
  const effect = shape.code !== undefined && neverArrived.has(shape.code) ? 'none' : 'possible';
  return { ...base, code: 'UNREACHABLE', transient: true, retryable: true, effect, reason };
}

/** IAM's message names who lacks what on which resource; DescribeBackupVault's is empty. */
function deniedWords(message: string, site: CallSite): string {
  const action = /perform:? ([\w-]+:\w+)/u.exec(message)?.[1] ?? site.action;
  const resource = /on resource:? (\S+)/u.exec(message)?.[1]?.replace(/[.,]$/u, '');
  const onWhat = resource ? ` on ${resource}` : '';
  const explicit = /explicit deny/iu.test(message) ? ' An explicit deny forbids it.' : '';
  const advice = explicit || ` Add the action to the ${site.oneTimeKeys ? 'user' : 'role'}’s permissions policy.`;
  const who = site.oneTimeKeys ? 'The owner of the one-time keys' : `The role ${site.roleArn}`;
  return `${who} may not ${action}${onWhat} in ${site.region}.${advice}`;
}

function shapeOf(error: unknown): Shape {
  const e = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const metadata = (e['$metadata'] ?? {}) as { httpStatusCode?: number; requestId?: string };
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const code = text(e['code']);
  return {
    name: text(e['name']) || 'Error',
    message: text(e['message']),
    code: code === '' ? undefined : code,
    status: metadata.httpStatusCode,
    requestId: metadata.requestId ?? null,
  };
}
