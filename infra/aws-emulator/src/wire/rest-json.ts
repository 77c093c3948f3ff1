import { AwsError } from '../errors.ts';
import { isRecord } from './read.ts';
import type { Input } from './read.ts';
import type { Answer, Protocol, Reading, Request } from './protocol.ts';
import type { Route } from '../backup/operations.ts';

/** A text no member of ours can hold, around the milliseconds of a date. */
const MARK = '\u0000date:';

/** AWS Backup prints epoch seconds as Java prints doubles: 1.772659628879E9. */
function javaDouble(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (Math.abs(seconds) < 1e7) return Number.isInteger(seconds) ? `${seconds}.0` : String(seconds);
  const [digits = '0', exponent = '+0'] = seconds.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** JSON with dates as epoch seconds in exponent form and absent members as explicit null. */
export function restJson(value: unknown): string {
  const marked = JSON.stringify(value, function (this: Record<string, unknown>, key: string, encoded: unknown) {
    const original = this[key];
    return original instanceof Date ? `${MARK}${original.getTime()}` : encoded;
  });
  return marked.replaceAll(/"\\u0000date:(-?\d+)"/g, (_, milliseconds: string) => javaDouble(Number(milliseconds)));
}

function labels(pattern: string, segments: readonly string[]): Record<string, string> | null {
  const parts = pattern.split('/').filter((part) => part !== '');
  if (parts.length !== segments.length) return null;
  const found: Record<string, string> = {};
  for (const [at, part] of parts.entries()) {
    const segment = segments[at] ?? '';
    if (part.startsWith('{')) found[part.slice(1, -1)] = segment;
    else if (part !== segment) return null;
  }
  return found;
}

/** The raw path is split before it is decoded, so an ARN's %2F stays inside its segment. A trailing slash is allowed. */
function segmentsOf(path: string): string[] {
  const trimmed = path.replace(/^\//, '').replace(/\/$/, '');
  try {
    return trimmed === '' ? [] : trimmed.split('/').map(decodeURIComponent);
  } catch {
    throw new AwsError('ValidationException', 'The request path is not well encoded');
  }
}

function readBody(request: Request): Input {
  if (request.body.length === 0) return {};
  try {
    const body: unknown = JSON.parse(request.body.toString('utf8'));
    if (isRecord(body)) return body;
  } catch {
    // Answered below, as any body that is not a structure.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON structure');
}

export function restJsonProtocol(routes: readonly Route[]): Protocol {
  return {
    read: (request: Request): Reading | null => {
      const segments = segmentsOf(request.path);
      for (const route of routes) {
        const found = route.method === request.method ? labels(route.path, segments) : null;
        if (found !== null) {
          return {
            name: route.name,
            operation: route,
            input: () => ({ ...readBody(request), ...found }),
            query: request.query,
          };
        }
      }
      return null;
    },
    unknown: () => new AwsError('UnknownOperationException', 'The operation is not known', 404),
    succeed: (result: unknown): Answer =>
      result === null
        ? { status: 200, headers: {}, body: '' }
        : { status: 200, headers: { 'content-type': 'application/json' }, body: restJson(result) },
    fail: (error: AwsError): Answer => {
      const { Code = null, ...members } = error.members;
      const body = {
        Code: Code ?? error.code,
        Message: error.message,
        Type: error.status >= 500 ? 'Server' : 'Client',
        Context: null,
        ...members,
      };
      return {
        status: error.status,
        headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
        // AWS leaves the message out of the answer about a vault the caller may not see.
        body: JSON.stringify(error.message === '' ? {} : body),
      };
    },
    serverError: 'ServiceUnavailableException',
  };
}
