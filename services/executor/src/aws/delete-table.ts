import { DeleteTableCommand, DescribeTableCommand, ListTagsOfResourceCommand } from '@aws-sdk/client-dynamodb';
import { isTemporaryTable } from '@tablekeep/schema/temporary-tables';
import type { TableIdentity } from './change-table.ts';
import { AwsCallError } from './explain-fault.ts';
import { NotSentError } from './not-sent.ts';
import { replicasOf } from './read-settings.ts';
import { CHANGE_TIMEOUT_MS, type RegionAws } from './region-aws.ts';

const LOOK_TIMEOUT_MS = 3_000;

/**
 * DeleteTable: one attempt, aborted at its deadline. It takes no token, so immediately before, with the budget already
 * given: the table is still the same one (TableId), a confirmed one has no replicas, a temporary one still has both its name
 * and its mark, and the lease outlasts the call by the monotonic clock.
 * @param what `temporary`: nothing is deleted that a verification has not made
 * @throws NotSentError, AwsCallError
 */
export async function deleteTable(
  aws: RegionAws,
  table: TableIdentity,
  what: 'temporary' | 'confirmed',
  leaseLeftMs: () => number,
): Promise<void> {
  try {
    await aws.call(
      'dynamodb:DeleteTable',
      async (signal) => {
        const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)]);
        await mustBe(aws, table, what, abortSignal);
        const timeoutMs = CHANGE_TIMEOUT_MS - LOOK_TIMEOUT_MS;
        if (leaseLeftMs() <= timeoutMs) throw new NotSentError('lease');
        const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
        await aws.dynamodb.send(new DeleteTableCommand({ TableName: table.name }), { abortSignal: deadline });
      },
      { changes: true },
    );
  } catch (error) {
    if (error instanceof AwsCallError && error.cause instanceof NotSentError) throw error.cause;
    throw error;
  }
}

/** The mark may stand on a later page of tags, so all are read. */
async function mustBe(
  aws: RegionAws,
  table: TableIdentity,
  what: 'temporary' | 'confirmed',
  abortSignal: AbortSignal,
): Promise<void> {
  const now = await aws.dynamodb.send(new DescribeTableCommand({ TableName: table.name }), { abortSignal });
  if (now.Table?.TableId !== table.tableId) throw new NotSentError('other-table');
  if (what === 'confirmed') {
    if (replicasOf(now.Table, aws.region).length > 0) throw new NotSentError('replicas');
    return;
  }
  const tags: { key: string; value: string }[] = [];
  let token: string | undefined;
  do {
    const command = new ListTagsOfResourceCommand({ ResourceArn: table.arn, ...(token && { NextToken: token }) });
    const page = await aws.dynamodb.send(command, { abortSignal });
    tags.push(...(page.Tags ?? []).map((tag) => ({ key: tag.Key ?? '', value: tag.Value ?? '' })));
    token = page.NextToken;
  } while (token);
  if (!isTemporaryTable(table.name, tags)) throw new NotSentError('unmarked');
}
