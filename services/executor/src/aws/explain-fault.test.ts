import { describe, expect, test } from '@jest/globals';
import { explainFault } from './explain-fault.ts';

const site = {
  action: 'backup:StartBackupJob',
  region: 'us-east-1',
  roleArn: 'arn:aws:iam::111122223333:role/Operator',
};
const of = (name: string, message = '', status: number | undefined = 400, more: object = {}) =>
  explainFault({ name, message, $metadata: { httpStatusCode: status, requestId: 'r-1' }, ...more }, site);

describe('an AWS error in words', () => {
  test('a missing permission names action, resource and role', () => {
    const message =
      'User: arn:aws:sts::111122223333:assumed-role/Operator/x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/Service because no identity-based policy allows the iam:PassRole action';
    const fault = of('AccessDeniedException', message, 403);
    expect(fault).toMatchObject({ code: 'ACCESS_DENIED', retryable: false, transient: false, requestId: 'r-1' });
    expect(fault.reason).toContain('role/Operator may not iam:PassRole on arn:aws:iam::111122223333:role/Service');
  });

  test('an empty denial still names the action that was called', () => {
    expect(of('AccessDeniedException', '', 403).reason).toContain('may not backup:StartBackupJob in us-east-1');
  });

  test('an explicit deny is not answered with "add the permission"', () => {
    const { reason } = of(
      'AccessDeniedException',
      'x is not authorized to perform: backup:StartBackupJob with an explicit deny',
      403,
    );
    expect(reason).toContain('explicit deny');
    expect(reason).not.toContain('Add the action');
  });

  test.each([
    ['ThrottlingException', 400, { code: 'THROTTLED', transient: true, throttled: true, effect: 'none' }],
    ['LimitExceededException', 400, { code: 'LIMIT_EXCEEDED', transient: true, effect: 'none' }],
    ['ResourceInUseException', 400, { code: 'IN_USE', transient: true, effect: 'none' }],
    ['ResourceNotFoundException', 400, { code: 'NOT_FOUND', transient: false }],
    ['InvalidParameterValueException', 400, { code: 'INVALID_REQUEST', transient: false, retryable: false }],
    ['ServiceUnavailableException', 500, { code: 'AWS_ERROR', transient: true, effect: 'possible' }],
    ['ExpiredTokenException', 403, { code: 'CREDENTIALS_EXPIRED', transient: true, effect: 'none' }],
    ['UnrecognizedClientException', 403, { code: 'CREDENTIALS_REFUSED', transient: false }],
  ])('%s', (name, status, expected) => {
    expect(of(name, 'words of AWS', status)).toMatchObject(expected);
  });

  test('what was cut off on the way may have had its effect; what never arrived has not', () => {
    const cut = explainFault({ name: 'Error', code: 'ECONNRESET', message: 'socket hang up' }, site);
    const refused = explainFault({ name: 'Error', code: 'ECONNREFUSED' }, site);
    const aborted = explainFault({ name: 'AbortError', message: 'Request aborted' }, site);
    expect([cut, refused, aborted].map((fault) => fault.effect)).toEqual(['possible', 'none', 'possible']);
    expect([cut, refused, aborted].every((fault) => fault.transient)).toBe(true);
  });
});
