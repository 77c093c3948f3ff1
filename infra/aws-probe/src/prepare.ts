import { CreateBackupVaultCommand, DescribeRegionSettingsCommand } from '@aws-sdk/client-backup';
import { BatchWriteItemCommand, CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { TableRef } from '@tablekeep/schema/work-items';
import type { Aws } from './aws.ts';
import type { UpperBound } from './costs.ts';
import { seen } from './jobs.ts';
import { RUN_TAG, type RunNames } from './names.ts';
import type { Where } from './settings.ts';
import { describeTable } from './tables.ts';

/** The run would be wrong here, and has made nothing. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** The very account that was named, before anything else is asked of it. Throws RefusedError. */
export async function checkAccount(aws: Aws, where: Where): Promise<void> {
  const { Account } = await aws.sts.send(new GetCallerIdentityCommand({}));
  if (Account === where.accountId) return;
  throw new RefusedError(
    `TABLEKEEP_AWS_TEST allows account ${where.accountId}, but the credentials belong to ${String(Account)}. Nothing was made.`,
  );
}

/** Throws RefusedError with every reason at once. Account settings are looked at, never switched. */
export async function checkRun(aws: Aws, where: Where, bound: UpperBound, capUsd: number): Promise<void> {
  const problems: string[] = [];
  if (bound.usd > capUsd) {
    problems.push(
      `TABLEKEEP_AWS_SPENDING_CAP_USD is ${capUsd}, and a run may cost up to ${bound.usd}: raise it, or do not run`,
    );
  }
  for (const region of [where.home, where.copyRegion]) {
    const { ResourceTypeOptInPreference: optIn, ResourceTypeManagementPreference: managed } = await aws
      .backup(region)
      .send(new DescribeRegionSettingsCommand({}));
    const off = [
      ...(optIn?.['DynamoDB'] === true ? [] : ['ResourceTypeOptInPreference.DynamoDB']),
      ...(managed?.['DynamoDB'] === true ? [] : ['ResourceTypeManagementPreference.DynamoDB']),
    ];
    if (off.length > 0) {
      problems.push(`Advanced DynamoDB backup is off in ${region}: ${off.join(' and ')} must be true`);
    }
  }
  if (problems.length > 0) throw new RefusedError(`${problems.join('\n')}\nNothing was made.`);
}

/** A vault in each Region. They come first and go last: their tag proves what else is the run's. */
export async function createVaults(aws: Aws, names: RunNames): Promise<void> {
  for (const region of [aws.where.home, aws.where.copyRegion]) {
    await aws
      .backup(region)
      .send(
        new CreateBackupVaultCommand({ BackupVaultName: names.vault, BackupVaultTags: { [RUN_TAG]: names.runId } }),
      );
  }
}

export const ITEMS = 25;
/** What a restore may lose: neither is a default. */
export const SOURCE = { tableClass: 'STANDARD_INFREQUENT_ACCESS', readMaximum: 40, writeMaximum: 20 } as const;

/** The run's one table, with its items in it. */
export async function createSourceTable(aws: Aws, names: RunNames, signal: AbortSignal): Promise<TableRef> {
  const client = aws.dynamodb(aws.where.home);
  const name = names.table('source');
  await client.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      OnDemandThroughput: { MaxReadRequestUnits: SOURCE.readMaximum, MaxWriteRequestUnits: SOURCE.writeMaximum },
      TableClass: SOURCE.tableClass,
      Tags: [{ Key: RUN_TAG, Value: names.runId }],
    }),
  );
  const table = await seen({ aws, signal }, `the table ${name}`, async () => {
    const found = await describeTable(aws, aws.where.home, name);
    return found?.TableStatus === 'ACTIVE' ? found : null;
  });
  const requests = Array.from({ length: ITEMS }, (_, at) => ({
    PutRequest: { Item: { id: { S: `item-${at}` }, text: { S: `The ${at}th of ${ITEMS} items of a probe` } } },
  }));
  const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: requests } }));
  if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('AWS did not take all items of the table');
  return { arn: table.TableArn ?? '', name, region: aws.where.home, tableId: table.TableId ?? null };
}
