import { autoScalingOperations } from './auto-scaling.ts';
import { backupRoutes } from './backup/operations.ts';
import { dynamodbOperations } from './dynamodb/operations.ts';
import { iamOperations } from './iam/operations.ts';
import { kmsOperations } from './kms.ts';
import { accountRoutes, ec2Operations } from './regions-operations.ts';
import { snsOperations } from './sns.ts';
import { stsOperations } from './sts.ts';
import { autoScalingDialect, dynamodbDialect, jsonProtocol, kmsDialect, unknownDialect } from './wire/json.ts';
import { ec2Dialect, iamDialect, queryProtocol, snsDialect, stsDialect } from './wire/query-xml.ts';
import { restJsonProtocol } from './wire/rest-json.ts';
import type { Protocol, Request } from './wire/protocol.ts';

/** By SigV4 signing name. */
const services: Readonly<Record<string, Protocol>> = {
  account: restJsonProtocol(accountRoutes),
  'application-autoscaling': jsonProtocol(autoScalingDialect, autoScalingOperations),
  backup: restJsonProtocol(backupRoutes),
  dynamodb: jsonProtocol(dynamodbDialect, dynamodbOperations),
  ec2: queryProtocol(ec2Dialect, ec2Operations),
  iam: queryProtocol(iamDialect, iamOperations),
  kms: jsonProtocol(kmsDialect, kmsOperations),
  sns: queryProtocol(snsDialect, snsOperations),
  sts: queryProtocol(stsDialect, stsOperations),
};

const nothing = {
  json: jsonProtocol(unknownDialect, {}),
  query: queryProtocol(stsDialect, {}),
  rest: restJsonProtocol([]),
};

/** How to speak to a request whose service is unknown, or that is not signed at all: by its looks. */
function byLooks(request: Request): Protocol {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string')
    return target.startsWith('DynamoDB_') ? (services['dynamodb'] ?? nothing.json) : nothing.json;
  const form = String(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  return form ? nothing.query : nothing.rest;
}

export const protocolFor = (service: string | null, request: Request): Protocol =>
  (service !== null && Object.hasOwn(services, service) ? services[service] : undefined) ?? byLooks(request);
