/**
 * Errors by who can act on them: DomainError – the caller; TransientError – nobody, try again; InvariantError – us.
 */
export abstract class AppError extends Error {
  abstract readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(message: string, details: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.details = details;
    this.name = new.target.name;
  }
}

export abstract class DomainError extends AppError {}

export class TransientError extends AppError {
  readonly code = 'TRANSIENT';
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs?: number, options?: ErrorOptions) {
    super(message, {}, options);
    this.retryAfterMs = retryAfterMs;
  }
}

export class InvariantError extends AppError {
  readonly code = 'INTERNAL';
}

/** A problem of the caller's input: what, and the path of names and list positions into it. */
export type UserError = Readonly<{ code: string; message: string; path: readonly string[] }>;

/** All problems of an input at once. */
export class UserErrors extends DomainError {
  readonly code = 'BAD_INPUT';
  readonly errors: readonly UserError[];
  constructor(errors: readonly UserError[]) {
    super(errors.map((error) => `${error.path.join('.')}: ${error.message}`).join('\n'));
    this.errors = errors;
  }
}

export class ForbiddenError extends DomainError {
  readonly code = 'FORBIDDEN';
}

export class NotFoundError extends DomainError {
  readonly code = 'NOT_FOUND';
}

export function assertNever(value: never): never {
  throw new InvariantError(`unhandled case ${JSON.stringify(value)}`);
}
