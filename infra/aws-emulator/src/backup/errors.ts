import { AwsError } from '../errors.ts';

/** AWS Backup's modelled errors carry a code of their own, which the SDK must not take for the error's name. */
const withCode = (name: string, message: string, number: string, status = 400): AwsError =>
  new AwsError(name, message, status, { Code: number, Type: status >= 500 ? 'Server' : 'Client', Context: null });

export const notFound = (message: string): AwsError => withCode('ResourceNotFoundException', message, 'ERROR_3101');
export const invalidValue = (message: string): AwsError =>
  withCode('InvalidParameterValueException', message, 'ERROR_2101');
export const missingValue = (message: string): AwsError =>
  withCode('MissingParameterValueException', message, 'ERROR_2102');
export const invalidRequest = (message: string): AwsError => withCode('InvalidRequestException', message, 'ERROR_2103');
export const invalidState = (message: string): AwsError =>
  withCode('InvalidResourceStateException', message, 'ERROR_2104');
export const limitExceeded = (message: string): AwsError => withCode('LimitExceededException', message, 'ERROR_4101');

export const alreadyExists = (message: string, arn: string, creatorRequestId: string | null): AwsError =>
  new AwsError('AlreadyExistsException', message, 400, {
    Code: 'ERROR_3102',
    Type: 'Client',
    Context: null,
    Arn: arn,
    CreatorRequestId: creatorRequestId,
  });
