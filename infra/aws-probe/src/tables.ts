import { DescribeTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import type { Aws } from './aws.ts';

/** Null where there is none: a table that has just been made may not show yet. */
export async function describeTable(aws: Aws, region: string, name: string): Promise<TableDescription | null> {
  try {
    const { Table } = await aws.dynamodb(region).send(new DescribeTableCommand({ TableName: name }));
    return Table ?? null;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return null;
    throw error;
  }
}
