import {
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeContributorInsightsCommand,
  DescribeKinesisStreamingDestinationCommand,
  DisableKinesisStreamingDestinationCommand,
  EnableKinesisStreamingDestinationCommand,
  UpdateContributorInsightsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startEmulator } from '@tablekeep/aws-emulator';
import type { Emulator } from '@tablekeep/aws-emulator';
import { airports, clients, failure, makeTable, MINUTE } from './clients.ts';

describe('what hangs on a table in other APIs', () => {
  let emulator: Emulator;
  let aws: ReturnType<typeof clients>;
  const TableName = 'airports';
  const of = { ServiceNamespace: 'dynamodb', ResourceId: 'table/airports' } as const;
  const read = { ...of, ScalableDimension: 'dynamodb:table:ReadCapacityUnits' } as const;

  beforeEach(async () => {
    emulator = await startEmulator();
    aws = clients(emulator.endpoint);
    await makeTable(emulator, aws.dynamodb, {
      ...airports,
      AttributeDefinitions: [...airports.AttributeDefinitions!, { AttributeName: 'country', AttributeType: 'S' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-country',
          KeySchema: [{ AttributeName: 'country', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
  });
  afterEach(() => emulator.stop());

  test('Contributor Insights is turned on for the table or an index, and off', async () => {
    const status = async (IndexName?: string) => {
      const answer = await aws.dynamodb.send(
        new DescribeContributorInsightsCommand({ TableName, ...(IndexName && { IndexName }) }),
      );
      return answer.ContributorInsightsStatus;
    };
    const turn = (ContributorInsightsAction: 'ENABLE' | 'DISABLE', IndexName?: string) =>
      aws.dynamodb.send(
        new UpdateContributorInsightsCommand({ TableName, ContributorInsightsAction, ...(IndexName && { IndexName }) }),
      );
    expect(await status()).toBe('DISABLED');
    expect((await turn('ENABLE', 'by-country')).ContributorInsightsStatus).toBe('ENABLING');
    await emulator.clock.advance(MINUTE);
    expect([await status(), await status('by-country')]).toEqual(['DISABLED', 'ENABLED']);
    expect((await failure(turn('ENABLE', 'by-nothing'))).name).toBe('ValidationException');
    expect((await turn('DISABLE', 'by-country')).ContributorInsightsStatus).toBe('DISABLING');
    await emulator.clock.advance(MINUTE);
    expect(await status('by-country')).toBe('DISABLED');
  });

  test('a Kinesis destination is enabled once, and stays in the list when disabled', async () => {
    const StreamArn = 'arn:aws:kinesis:us-east-1:111122223333:stream/changes';
    const enable = () =>
      aws.dynamodb.send(
        new EnableKinesisStreamingDestinationCommand({
          TableName,
          StreamArn,
          EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: 'MICROSECOND' },
        }),
      );
    expect((await enable()).DestinationStatus).toBe('ENABLING');
    expect((await failure(enable())).name).toBe('ResourceInUseException');
    await emulator.clock.advance(MINUTE);
    await aws.dynamodb.send(new DisableKinesisStreamingDestinationCommand({ TableName, StreamArn }));
    await emulator.clock.advance(MINUTE);
    const listed = await aws.dynamodb.send(new DescribeKinesisStreamingDestinationCommand({ TableName }));
    expect(listed.KinesisDataStreamDestinations).toEqual([
      { StreamArn, DestinationStatus: 'DISABLED', ApproximateCreationDateTimePrecision: 'MICROSECOND' },
    ]);
  });

  test('a scalable target takes policies, and loses them with itself', async () => {
    const put = (PolicyName: string, TargetValue: number) =>
      aws.autoScaling.send(
        new PutScalingPolicyCommand({
          ...read,
          PolicyName,
          PolicyType: 'TargetTrackingScaling',
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue,
            ScaleInCooldown: 60,
            PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' },
          },
        }),
      );
    expect((await failure(put('keep', 70))).name).toBe('ObjectNotFoundException');
    const register = (change: object) =>
      aws.autoScaling.send(new RegisterScalableTargetCommand({ ...read, ...change }));
    expect((await failure(register({}))).name).toBe('ValidationException');
    expect((await failure(register({ ResourceId: 'table/nowhere', MinCapacity: 1, MaxCapacity: 2 }))).name).toBe(
      'ValidationException',
    );
    await register({ MinCapacity: 5, MaxCapacity: 100 });
    await register({ SuspendedState: { DynamicScalingInSuspended: true } });
    await put('keep', 70);
    expect((await failure(put('greedy', 95))).name).toBe('ValidationException');
    const targets = await aws.autoScaling.send(
      new DescribeScalableTargetsCommand(of as { ServiceNamespace: 'dynamodb' }),
    );
    expect(targets.ScalableTargets).toMatchObject([
      {
        ResourceId: 'table/airports',
        MinCapacity: 5,
        MaxCapacity: 100,
        SuspendedState: { DynamicScalingInSuspended: true },
      },
    ]);
    const policies = () => aws.autoScaling.send(new DescribeScalingPoliciesCommand(of));
    expect((await policies()).ScalingPolicies).toMatchObject([
      { PolicyName: 'keep', TargetTrackingScalingPolicyConfiguration: { TargetValue: 70, ScaleInCooldown: 60 } },
    ]);
    await aws.autoScaling.send(new DeregisterScalableTargetCommand(read));
    expect((await policies()).ScalingPolicies).toEqual([]);
    expect(
      (await failure(aws.autoScaling.send(new DeleteScalingPolicyCommand({ ...read, PolicyName: 'keep' })))).name,
    ).toBe('ObjectNotFoundException');
  });

  test('targets come in pages', async () => {
    for (const capacity of ['Read', 'Write'] as const) {
      for (const [kind, ResourceId] of [
        ['table', 'table/airports'],
        ['index', 'table/airports/index/by-country'],
      ] as const) {
        await aws.autoScaling.send(
          new RegisterScalableTargetCommand({
            ServiceNamespace: 'dynamodb',
            ResourceId,
            ScalableDimension: `dynamodb:${kind}:${capacity}CapacityUnits`,
            MinCapacity: 1,
            MaxCapacity: 9,
          }),
        );
      }
    }
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await aws.autoScaling.send(
        new DescribeScalableTargetsCommand({
          ServiceNamespace: 'dynamodb',
          MaxResults: 3,
          ...(NextToken && { NextToken }),
        }),
      );
      seen.push(...page.ScalableTargets!.map((one) => `${one.ResourceId} ${one.ScalableDimension}`));
      ({ NextToken } = page);
    } while (NextToken);
    expect(new Set(seen).size).toBe(4);
    expect(seen).toHaveLength(4);
  });
});
