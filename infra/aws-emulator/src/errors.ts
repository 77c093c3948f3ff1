/** An answer AWS gives as an error: the code it uses on the wire, its HTTP status, and members beside the message. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

export const validation = (message: string): AwsError => new AwsError('ValidationException', message);

/** DynamoDB's way of saying that a parameter's value cannot be. */
export const invalidParameters = (message: string): AwsError =>
  validation(`One or more parameter values were invalid: ${message}`);

export const accessDenied = (message: string): AwsError => new AwsError('AccessDeniedException', message, 403);
