import type { Known, SettingsSnapshot } from '@tablekeep/schema/settings';
import { terraformOf, valueOf } from './terraform-of.ts';

export type ImportSnippets = Readonly<{
  /** A template whose one resource is the table as it is. */
  cloudFormationTemplate: string;
  /** For `create-change-set --change-set-type IMPORT --resources-to-import`. */
  cloudFormationResources: string;
  /** An import block and the resource it fills. */
  terraform: string;
  /** What is not in them. */
  notes: readonly string[];
}>;

/** Takes a table into infrastructure as code, exactly as it was found: an import that changes nothing. */
export function importSnippets(table: SettingsSnapshot): ImportSnippets {
  const logicalId = table.tableName.replace(/[^A-Za-z0-9]/gu, '') || 'Table';
  return {
    cloudFormationTemplate: pretty({
      AWSTemplateFormatVersion: '2010-09-09',
      Resources: {
        [logicalId]: {
          Type: 'AWS::DynamoDB::Table',
          // AWS imports no resource without a deletion policy.
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Retain',
          Properties: propertiesOf(table),
        },
      },
    }),
    cloudFormationResources: pretty([
      {
        ResourceType: 'AWS::DynamoDB::Table',
        LogicalResourceId: logicalId,
        ResourceIdentifier: { TableName: table.tableName },
      },
    ]),
    terraform: terraformOf(table),
    notes: notesOf(table),
  };
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Source: CloudFormation resource reference, AWS::DynamoDB::Table. */
function propertiesOf(table: SettingsSnapshot): Record<string, unknown> {
  const timeToLive = valueOf(table.timeToLive);
  const recovery = valueOf(table.pointInTimeRecovery);
  const tags = (valueOf(table.tags) ?? []).filter((tag) => !tag.key.startsWith('aws:'));
  const policy = valueOf(table.resourcePolicy);
  const [kinesis] = valueOf(table.kinesisDestinations) ?? [];
  return {
    TableName: table.tableName,
    AttributeDefinitions: table.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: keys(table.keySchema),
    BillingMode: table.billingMode,
    ...capacity(table),
    ...(table.globalIndexes.length > 0 && {
      GlobalSecondaryIndexes: table.globalIndexes.map((index) => ({
        ...indexOf(index),
        ...capacity(index),
        ...insightsOf(table, index.name),
      })),
    }),
    ...(table.localIndexes.length > 0 && { LocalSecondaryIndexes: table.localIndexes.map(indexOf) }),
    ...(table.stream && { StreamSpecification: { StreamViewType: table.stream.viewType } }),
    ...(table.encryption.type !== 'AWS_OWNED' && {
      SSESpecification: {
        SSEEnabled: true,
        SSEType: 'KMS',
        ...(table.encryption.type === 'CUSTOMER_MANAGED' && { KMSMasterKeyId: table.encryption.kmsKeyArn }),
      },
    }),
    TableClass: table.tableClass,
    DeletionProtectionEnabled: table.deletionProtection,
    ...(recovery && {
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: true,
        RecoveryPeriodInDays: recovery.recoveryPeriodDays,
      },
    }),
    ...(timeToLive && { TimeToLiveSpecification: { AttributeName: timeToLive.attribute, Enabled: true } }),
    ...(policy !== null && { ResourcePolicy: { PolicyDocument: JSON.parse(policy) as unknown } }),
    ...insightsOf(table, null),
    ...(kinesis && {
      KinesisStreamSpecification: {
        StreamArn: kinesis.streamArn,
        ...(kinesis.precision !== null && { ApproximateCreationDateTimePrecision: kinesis.precision }),
      },
    }),
    ...(tags.length > 0 && { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
  };
}

type Units = Readonly<{ read: number; write: number }>;

function capacity({ provisioned, onDemandMaximum }: { provisioned: Units | null; onDemandMaximum: Units | null }) {
  return {
    ...(provisioned && {
      ProvisionedThroughput: { ReadCapacityUnits: provisioned.read, WriteCapacityUnits: provisioned.write },
    }),
    ...(onDemandMaximum && {
      OnDemandThroughput: { MaxReadRequestUnits: onDemandMaximum.read, MaxWriteRequestUnits: onDemandMaximum.write },
    }),
  };
}

const keys = (schema: SettingsSnapshot['keySchema']) =>
  schema.map(({ attribute, role }) => ({ AttributeName: attribute, KeyType: role }));

function indexOf({ name, keySchema, projection }: SettingsSnapshot['localIndexes'][number]) {
  return {
    IndexName: name,
    KeySchema: keys(keySchema),
    Projection: {
      ProjectionType: projection.type,
      ...(projection.nonKeyAttributes.length > 0 && { NonKeyAttributes: projection.nonKeyAttributes }),
    },
  };
}

function insightsOf(table: SettingsSnapshot, index: string | null) {
  const on = valueOf(table.contributorInsights)?.find((one) => one.index === index);
  if (!on) return {};
  return { ContributorInsightsSpecification: { Enabled: true, ...(on.mode !== null && { Mode: on.mode }) } };
}

function notesOf(table: SettingsSnapshot): string[] {
  const named = ['tags', 'timeToLive', 'pointInTimeRecovery', 'resourcePolicy', 'contributorInsights'] as const;
  const unread = named.flatMap((name) => {
    const known: Known<unknown> = table[name];
    return known.state === 'unknown' ? [`${name} could not be read and is left out: ${known.because}`] : [];
  });
  const scaled = valueOf(table.autoScaling) ?? [];
  const scaling =
    scaled.length === 0 ? [] : ['Auto scaling is a resource of its own and is left out; it moves the units.'];
  const replicas = table.replicas.length === 0 ? [] : ['The table has replicas: import it as a global table.'];
  return [...unread, ...scaling, ...replicas];
}
