import { AwsError, validation } from '../errors.ts';
import { text } from '../wire/read.ts';
import { parsePolicy } from '../iam/policy.ts';
import { findByArn, save } from './find-table.ts';
import type { Call } from '../call.ts';
import type { ResourcePolicy, Table } from './model.ts';

/** After a change a table's policy cannot be changed again for 15 s (Developer Guide, "Resource-based policy considerations"). */
const QUIET_MS = 15_000;
const MAX_BYTES = 20_480;

export function readPolicy(document: string, now: number): ResourcePolicy {
  if (Buffer.byteLength(document) > MAX_BYTES) {
    throw new AwsError(
      'LimitExceededException',
      `Resource-based policy document exceeds the limit of ${MAX_BYTES} bytes`,
    );
  }
  try {
    parsePolicy(document);
  } catch {
    throw validation('Resource-based policy document is not a valid JSON policy');
  }
  return { document, revision: String(now), changedAt: now };
}

const notFound = (arn: string | null): AwsError =>
  new AwsError('PolicyNotFoundException', `Resource-based policy not found for the provided ResourceArn: ${arn ?? ''}`);

function checkRevision(call: Call, table: Table): void {
  const expected = text(call.input, 'ExpectedRevisionId');
  if (expected === null) return;
  if (expected === 'NO_POLICY' ? table.policy !== null : table.policy?.revision !== expected) {
    throw new AwsError('PolicyNotFoundException', 'The resource-based policy does not have the expected revision');
  }
}

function checkQuiet(call: Call, table: Table): void {
  if (!call.world.enforceLimits || table.policy === null) return;
  if (call.now - table.policy.changedAt < QUIET_MS) {
    throw new AwsError(
      'ResourceInUseException',
      `The resource-based policy of ${table.arn} was changed less than 15 seconds ago`,
    );
  }
}

export function getResourcePolicy(call: Call): unknown {
  const arn = text(call.input, 'ResourceArn');
  const table = findByArn(call, arn);
  if (table.policy === null) throw notFound(arn);
  return { Policy: table.policy.document, RevisionId: table.policy.revision };
}

export function putResourcePolicy(call: Call): unknown {
  const document = text(call.input, 'Policy');
  if (document === null) throw validation("The parameter 'Policy' is required but was not present in the request");
  const table = findByArn(call, text(call.input, 'ResourceArn'));
  checkRevision(call, table);
  if (table.policy?.document === document) return { RevisionId: table.policy.revision };
  checkQuiet(call, table);
  table.policy = readPolicy(document, call.now);
  save(call, table);
  return { RevisionId: table.policy.revision };
}

export function deleteResourcePolicy(call: Call): unknown {
  const table = findByArn(call, text(call.input, 'ResourceArn'));
  checkRevision(call, table);
  const revision = table.policy?.revision;
  table.policy = null;
  save(call, table);
  return revision === undefined ? {} : { RevisionId: revision };
}
