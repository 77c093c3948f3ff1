import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { RegionAws } from './region-aws.ts';

/** Names of all tables of the account and Region, a page of at most 100 at a time. */
export async function* listTables(aws: RegionAws): AsyncGenerator<readonly string[]> {
  let after: string | undefined;
  do {
    const page = await aws.call('dynamodb:ListTables', (abortSignal) =>
      aws.dynamodb.send(
        new ListTablesCommand({ Limit: 100, ...(after !== undefined && { ExclusiveStartTableName: after }) }),
        {
          abortSignal,
        },
      ),
    );
    yield page.TableNames ?? [];
    after = page.LastEvaluatedTableName;
  } while (after);
}
