import { text } from '../wire/read.ts';
import {
  describeContributorInsights,
  describeKinesisDestinations,
  disableKinesisDestination,
  enableKinesisDestination,
  updateContributorInsights,
} from './attached.ts';
import { createTable } from './create-table.ts';
import { deleteTable, describe, listTables } from './delete-table.ts';
import { resourceOf } from './find-table.ts';
import { itemOperationTable } from './items.ts';
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy } from './resource-policy.ts';
import {
  describeContinuousBackups,
  describeTimeToLive,
  listTagsOfResource,
  tagResource,
  untagResource,
  updateContinuousBackups,
  updateTimeToLive,
} from './settings.ts';
import { updateTable } from './update-table.ts';
import type { Call, Operation, Operations } from '../call.ts';

const onTable = (run: Operation['run']): Operation => ({
  resources: (call: Call) => [resourceOf(call, text(call.input, 'TableName'))],
  run,
});

const onArn = (run: Operation['run']): Operation => ({
  resources: (call: Call) => [text(call.input, 'ResourceArn') ?? '*'],
  run,
});

/** DynamoDB_20120810: what is missing here answers UnknownOperationException. */
export const dynamodbOperations: Operations = {
  CreateTable: onTable(createTable),
  DescribeTable: onTable(describe),
  UpdateTable: onTable(updateTable),
  DeleteTable: onTable(deleteTable),
  ListTables: {
    resources: (call) => [`arn:aws:dynamodb:${call.region}:${call.account}:table/*`],
    run: listTables,
  },
  UpdateTimeToLive: onTable(updateTimeToLive),
  DescribeTimeToLive: onTable(describeTimeToLive),
  UpdateContinuousBackups: onTable(updateContinuousBackups),
  DescribeContinuousBackups: onTable(describeContinuousBackups),
  TagResource: onArn(tagResource),
  UntagResource: onArn(untagResource),
  ListTagsOfResource: onArn(listTagsOfResource),
  GetResourcePolicy: onArn(getResourcePolicy),
  PutResourcePolicy: onArn(putResourcePolicy),
  DeleteResourcePolicy: onArn(deleteResourcePolicy),
  DescribeContributorInsights: onTable(describeContributorInsights),
  UpdateContributorInsights: onTable(updateContributorInsights),
  DescribeKinesisStreamingDestination: onTable(describeKinesisDestinations),
  EnableKinesisStreamingDestination: onTable(enableKinesisDestination),
  DisableKinesisStreamingDestination: onTable(disableKinesisDestination),
  DescribeLimits: {
    run: () => ({
      AccountMaxReadCapacityUnits: 80_000,
      AccountMaxWriteCapacityUnits: 80_000,
      TableMaxReadCapacityUnits: 40_000,
      TableMaxWriteCapacityUnits: 40_000,
    }),
  },
  DescribeEndpoints: {
    run: (call) => ({ Endpoints: [{ Address: `dynamodb.${call.region}.amazonaws.com`, CachePeriodInMinutes: 1_440 }] }),
  },
  ...itemOperationTable,
};
