import { randomUUID } from 'node:crypto';
import { AwsError } from '../errors.ts';
import { isRecord } from './read.ts';
import type { Operations } from '../call.ts';
import type { Input } from './read.ts';
import type { Answer, Protocol } from './protocol.ts';

interface QueryDialect {
  readonly namespace: string;
  /** The element of a list's items. */
  readonly item: 'member' | 'item';
  /** EC2 puts results straight into the response, and errors into another envelope. */
  readonly ec2: boolean;
  /** What this service calls yet otherwise. */
  readonly codes?: Readonly<Record<string, string>>;
}

export const stsDialect: QueryDialect = {
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  item: 'member',
  ec2: false,
};
export const iamDialect: QueryDialect = {
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  item: 'member',
  ec2: false,
};
export const snsDialect: QueryDialect = {
  namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
  item: 'member',
  ec2: false,
  codes: { AccessDeniedException: 'AuthorizationError' },
};
export const ec2Dialect: QueryDialect = {
  namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  item: 'item',
  ec2: true,
};

/** What the other protocols call by one name, these services call by another. */
const queryCodes: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  ExpiredTokenException: 'ExpiredToken',
  IncompleteSignatureException: 'IncompleteSignature',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  ThrottlingException: 'Throttling',
  UnrecognizedClientException: 'InvalidClientTokenId',
  ValidationException: 'ValidationError',
};

const escape = (value: string): string =>
  value.replace(/[&<>"'\r]/g, (character) => `&#${character.codePointAt(0) ?? 0};`);

function toXml(value: unknown, item: string): string {
  if (Array.isArray(value)) return value.map((entry) => `<${item}>${toXml(entry, item)}</${item}>`).join('');
  if (isRecord(value)) {
    return Object.entries(value)
      .filter(([, entry]) => entry !== null && entry !== undefined)
      .map(([name, entry]) => `<${name}>${toXml(entry, item)}</${name}>`)
      .join('');
  }
  return escape(String(value));
}

/** Form fields as a structure: `Tags.member.1.Key` becomes Tags[0].Key; EC2 leaves `member` out. */
export function readForm(body: string): Input {
  const root: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const path = name.split('.').filter((part) => part !== 'member');
    let at: Record<string, unknown> = root;
    for (const part of path.slice(0, -1)) {
      const next = at[part];
      const child: Record<string, unknown> = isRecord(next) ? next : {};
      at[part] = child;
      at = child;
    }
    at[path.at(-1) ?? name] = value;
  }
  const listed = (value: unknown): unknown => {
    if (!isRecord(value)) return value;
    const keys = Object.keys(value);
    if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key))) {
      return keys.sort((a, b) => Number(a) - Number(b)).map((key) => listed(value[key]));
    }
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, listed(entry)]));
  };
  return listed(root) as Input;
}

export function queryProtocol(dialect: QueryDialect, operations: Operations): Protocol {
  const xml = (status: number, body: string): Answer => ({
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8' },
    body,
  });
  const action = (body: Buffer): string => new URLSearchParams(body.toString('utf8')).get('Action') ?? '';
  return {
    read: (request) => {
      const name = action(request.body);
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) return null;
      return { name, operation, input: () => readForm(request.body.toString('utf8')), query: new URLSearchParams() };
    },
    unknown: (request) =>
      new AwsError(
        'InvalidAction',
        `Could not find operation ${action(request.body)} for version ${new URLSearchParams(request.body.toString('utf8')).get('Version') ?? ''}`,
      ),
    succeed: (result, name) => {
      const id = randomUUID();
      const inner = result === null ? '' : toXml(result, dialect.item);
      return xml(
        200,
        dialect.ec2
          ? `<${name}Response xmlns="${dialect.namespace}"><requestId>${id}</requestId>${inner}</${name}Response>`
          : `<${name}Response xmlns="${dialect.namespace}">${result === null ? '' : `<${name}Result>${inner}</${name}Result>`}<ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata></${name}Response>`,
      );
    },
    fail: (error) => {
      const code = dialect.codes?.[error.code] ?? queryCodes[error.code] ?? error.code;
      const inner = `<Code>${code}</Code><Message>${escape(error.message)}</Message>`;
      const type = error.status >= 500 ? 'Receiver' : 'Sender';
      return xml(
        error.status,
        dialect.ec2
          ? `<Response><Errors><Error>${inner}</Error></Errors><RequestID>${randomUUID()}</RequestID></Response>`
          : `<ErrorResponse xmlns="${dialect.namespace}"><Error><Type>${type}</Type>${inner}</Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
      );
    },
    serverError: 'InternalFailure',
  };
}
