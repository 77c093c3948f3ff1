import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  BatchGetItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { startEmulator } from '@tablekeep/aws-emulator';
import { AWAY, MINUTE, airports, arnOf, clients, failure, makeTable, putAirports } from './clients.ts';
import type { Emulator } from '@tablekeep/aws-emulator';

let emulator: Emulator;
let aws: ReturnType<typeof clients>;

beforeEach(async () => {
  emulator = await startEmulator({ limits: 'off' });
  aws = clients(emulator.endpoint);
  await makeTable(emulator, aws.dynamodb);
});
afterEach(() => emulator.stop());

const iata = (code: string) => ({ iata: { S: code } });

describe('items', () => {
  test('are put, read, updated and deleted, by name and by ARN', async () => {
    await aws.dynamodb.send(
      new PutItemCommand({ TableName: 'airports', Item: { ...iata('AKL'), runways: { N: '1' } } }),
    );
    await aws.dynamodb.send(
      new UpdateItemCommand({
        TableName: arnOf('airports'),
        Key: iata('AKL'),
        UpdateExpression: 'ADD runways :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
    const { Item } = await aws.dynamodb.send(new GetItemCommand({ TableName: arnOf('airports'), Key: iata('AKL') }));
    expect(Item).toEqual({ ...iata('AKL'), runways: { N: '2' } });
    await aws.dynamodb.send(new DeleteItemCommand({ TableName: 'airports', Key: iata('AKL') }));
    expect(
      (await aws.dynamodb.send(new GetItemCommand({ TableName: 'airports', Key: iata('AKL') }))).Item,
    ).toBeUndefined();
  });

  test('of two tables are written and read together under the tables’ own names', async () => {
    await makeTable(emulator, aws.dynamodb, { ...airports, TableName: 'closed' });
    await putAirports(aws.dynamodb, 3);
    await putAirports(aws.dynamodb, 3, 'closed');
    const answer = await aws.dynamodb.send(
      new BatchGetItemCommand({
        RequestItems: { airports: { Keys: [iata('A0000')] }, closed: { Keys: [iata('A0002')] } },
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    expect(answer.Responses?.['airports']?.[0]?.['name']).toEqual({ S: 'Airport 0' });
    expect(answer.Responses?.['closed']?.[0]?.['name']).toEqual({ S: 'Airport 2' });
    expect(answer.ConsumedCapacity?.map((capacity) => capacity.TableName).sort()).toEqual(['airports', 'closed']);
  });

  test('page through scans and queries', async () => {
    await putAirports(aws.dynamodb, 90);
    let found = 0;
    let ExclusiveStartKey: Record<string, { S: string }> | undefined;
    do {
      const answer = await aws.dynamodb.send(new ScanCommand({ TableName: 'airports', Limit: 40, ExclusiveStartKey }));
      found += answer.Count ?? 0;
      ExclusiveStartKey = answer.LastEvaluatedKey as typeof ExclusiveStartKey;
    } while (ExclusiveStartKey !== undefined);
    expect(found).toBe(90);
    const one = await aws.dynamodb.send(
      new QueryCommand({
        TableName: 'airports',
        KeyConditionExpression: 'iata = :i',
        ExpressionAttributeValues: { ':i': { S: 'A0041' } },
      }),
    );
    expect(one.Items).toHaveLength(1);
  });

  test('a failed condition says so', async () => {
    await putAirports(aws.dynamodb, 1);
    const put = new PutItemCommand({
      TableName: 'airports',
      Item: iata('A0000'),
      ConditionExpression: 'attribute_not_exists(iata)',
    });
    expect(await failure(aws.dynamodb.send(put))).toEqual({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      status: 400,
    });
  });

  test('a table that is missing, being created, or in another Region has none', async () => {
    await aws.dynamodb.send(new CreateTableCommand({ ...airports, TableName: 'young' }));
    const get = (TableName: string, region?: string) =>
      failure(clients(emulator.endpoint, region).dynamodb.send(new GetItemCommand({ TableName, Key: iata('AKL') })));
    for (const refused of [await get('nothing'), await get('young'), await get('airports', AWAY)]) {
      expect(refused).toMatchObject({ name: 'ResourceNotFoundException', message: 'Requested resource not found' });
    }
  });

  test('do not come back in a new table of the same name', async () => {
    await putAirports(aws.dynamodb, 30);
    await aws.dynamodb.send(new DeleteTableCommand({ TableName: 'airports' }));
    await emulator.clock.advance(MINUTE);
    await makeTable(emulator, aws.dynamodb);
    expect((await aws.dynamodb.send(new ScanCommand({ TableName: 'airports' }))).Count).toBe(0);
  });

  test('an operation that is not there is not pretended', async () => {
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Put: { TableName: 'airports', Item: iata('AKL') } }],
    });
    expect(await failure(aws.dynamodb.send(transaction))).toMatchObject({
      name: 'UnknownOperationException',
      status: 400,
    });
    expect((await aws.dynamodb.send(new ScanCommand({ TableName: 'airports' }))).Count).toBe(0);
  });
});
