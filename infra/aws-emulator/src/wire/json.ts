import { AwsError } from '../errors.ts';
import { isRecord } from './read.ts';
import type { Operations } from '../call.ts';
import type { Input } from './read.ts';
import type { Answer, Protocol, Request } from './protocol.ts';

interface JsonDialect {
  /** The part of x-amz-target before the dot. */
  readonly target: string;
  readonly contentType: string;
  /** The namespace of a code in `__type`, with its `#`; empty where the service uses bare names. */
  readonly namespace: (code: string) => string;
  readonly serverError: string;
}

const common: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InternalFailure',
  'MissingAuthenticationTokenException',
  'SerializationException',
  'UnknownOperationException',
  'UnrecognizedClientException',
]);

export const dynamodbDialect: JsonDialect = {
  target: 'DynamoDB_20120810',
  contentType: 'application/x-amz-json-1.0',
  namespace: (code) =>
    code === 'ValidationException'
      ? 'com.amazon.coral.validate#'
      : common.has(code)
        ? 'com.amazon.coral.service#'
        : 'com.amazonaws.dynamodb.v20120810#',
  serverError: 'InternalServerError',
};

export const kmsDialect: JsonDialect = {
  target: 'TrentService',
  contentType: 'application/x-amz-json-1.1',
  namespace: () => '',
  serverError: 'KMSInternalException',
};

export const autoScalingDialect: JsonDialect = {
  target: 'AnyScaleFrontendService',
  contentType: 'application/x-amz-json-1.1',
  namespace: () => '',
  serverError: 'InternalServiceException',
};

/** For services that are not here but are spoken to in this protocol. */
export const unknownDialect: JsonDialect = { ...kmsDialect, target: '', serverError: 'InternalFailure' };

function readBody(request: Request): Input {
  try {
    const body: unknown = JSON.parse(request.body.length === 0 ? '{}' : request.body.toString('utf8'));
    if (isRecord(body)) return body;
  } catch {
    // Answered below, as any body that is not a structure.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON structure');
}

/** AWS JSON: operations by header; client errors of every kind are 400. */
export function jsonProtocol(dialect: JsonDialect, operations: Operations): Protocol {
  const { contentType } = dialect;
  return {
    read: (request) => {
      const [target, name = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
      if (target !== dialect.target || request.method !== 'POST' || !Object.hasOwn(operations, name)) return null;
      const operation = operations[name];
      return operation === undefined
        ? null
        : { name, operation, input: () => readBody(request), query: new URLSearchParams() };
    },
    unknown: () => new AwsError('UnknownOperationException', ''),
    succeed: (result): Answer => ({
      status: 200,
      headers: { 'content-type': contentType },
      body: result === null ? '' : JSON.stringify(result),
    }),
    fail: (error): Answer => ({
      status: error.status >= 500 ? error.status : 400,
      headers: { 'content-type': contentType },
      body: JSON.stringify({
        ...error.members,
        __type: `${dialect.namespace(error.code)}${error.code}`,
        ...(error.message !== '' && {
          [error.code === 'AccessDeniedException' ? 'Message' : 'message']: error.message,
        }),
      }),
    }),
    serverError: dialect.serverError,
  };
}
