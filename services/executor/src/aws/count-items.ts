import { ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import type { RegionAws } from './region-aws.ts';

export type CountedPage = Readonly<{
  items: number;
  /** Read units that it took. */
  units: number;
  /** Where the next page begins, as text; null: that was the last. It holds key values of an item. */
  after: string | null;
}>;

/** What a page takes where AWS does not say: 1 MB, eventually consistent. Source: DynamoDB API, Scan. */
const UNITS_OF_A_PAGE = 128;

/** Counts the items of one page of a Scan: no attribute of any item is asked for. */
export async function countPage(aws: RegionAws, tableName: string, after: string | null): Promise<CountedPage> {
  const command = new ScanCommand({
    TableName: tableName,
    Select: 'COUNT',
    ReturnConsumedCapacity: 'TOTAL',
    ...(after !== null && { ExclusiveStartKey: keyOf(after) }),
  });
  const send = (abortSignal: AbortSignal) => aws.dynamodb.send(command, { abortSignal });
  const page = await aws.call('dynamodb:Scan', send);
  return {
    items: page.Count ?? 0,
    units: page.ConsumedCapacity?.CapacityUnits ?? UNITS_OF_A_PAGE,
    after: page.LastEvaluatedKey ? textOf(page.LastEvaluatedKey) : null,
  };
}

type Key = Record<string, AttributeValue>;
type Written = Record<string, { S?: string; N?: string; B?: string }>;

/** Keys are strings, numbers or bytes. */
function textOf(key: Key): string {
  const written: Written = {};
  for (const [name, value] of Object.entries(key)) {
    if (value.B !== undefined) written[name] = { B: Buffer.from(value.B).toString('base64') };
    else written[name] = value.N === undefined ? { S: value.S ?? '' } : { N: value.N };
  }
  return JSON.stringify(written);
}

function keyOf(text: string): Key {
  const key: Key = {};
  for (const [name, { S, N, B }] of Object.entries(JSON.parse(text) as Written)) {
    if (B !== undefined) key[name] = { B: Buffer.from(B, 'base64') };
    else key[name] = N === undefined ? { S: S ?? '' } : { N };
  }
  return key;
}
