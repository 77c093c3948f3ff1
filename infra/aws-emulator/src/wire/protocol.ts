import type { AwsError } from '../errors.ts';
import type { Operation } from '../call.ts';
import type { Input } from './read.ts';

/** A request as it came: the path is raw, still percent-encoded. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Which operation a request names. The input is decoded late: a throttled caller is not told about its body. */
export interface Reading {
  readonly name: string;
  readonly operation: Operation;
  readonly input: () => Input;
  readonly query: URLSearchParams;
}

/** How one service speaks: reading operations off requests, and writing results and errors. */
export interface Protocol {
  /** null: no such operation. */
  readonly read: (request: Request) => Reading | null;
  readonly unknown: (request: Request) => AwsError;
  /** A result of null has no body. */
  readonly succeed: (result: unknown, name: string) => Answer;
  readonly fail: (error: AwsError) => Answer;
  /** What the service calls a failure of its own, status 500. */
  readonly serverError: string;
}
