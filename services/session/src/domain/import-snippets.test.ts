import { describe, expect, test } from '@jest/globals';
import { snapshotOf } from '@tablekeep/testkit/table-settings';
import { importSnippets } from './import-snippets.ts';

const arn = 'arn:aws:dynamodb:us-east-1:111122223333:table/flights.2026';
const policy = `{"Statement":[{"Resource":"${arn}","Condition":{"StringLike":{"aws:PrincipalTag/x":"\${aws:PrincipalTag/y}"}}}]}`;
const kmsKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/a';

const table = snapshotOf('flights.2026', {
  tableArn: arn,
  keySchema: [
    { attribute: 'iata', role: 'HASH' },
    { attribute: 'at', role: 'RANGE' },
  ],
  attributes: [
    { name: 'iata', type: 'S' },
    { name: 'at', type: 'N' },
    { name: 'country', type: 'S' },
  ],
  billingMode: 'PROVISIONED',
  provisioned: { read: 5, write: 4 },
  globalIndexes: [
    {
      name: 'by-country',
      keySchema: [{ attribute: 'country', role: 'HASH' }],
      projection: { type: 'INCLUDE', nonKeyAttributes: ['city', 'name'] },
      provisioned: { read: 3, write: 2 },
      onDemandMaximum: null,
    },
  ],
  localIndexes: [
    {
      name: 'by-land',
      keySchema: [
        { attribute: 'iata', role: 'HASH' },
        { attribute: 'country', role: 'RANGE' },
      ],
      projection: { type: 'KEYS_ONLY', nonKeyAttributes: [] },
    },
  ],
  tableClass: 'STANDARD_INFREQUENT_ACCESS',
  deletionProtection: true,
  encryption: { type: 'CUSTOMER_MANAGED', kmsKeyArn },
  stream: { viewType: 'NEW_IMAGE' },
  tags: {
    state: 'known',
    value: [
      { key: 'team', value: 'say "hi" ${now} %{if}' },
      { key: 'aws:stack', value: 'x' },
    ],
  },
  timeToLive: { state: 'known', value: { attribute: 'expires' } },
  pointInTimeRecovery: { state: 'known', value: { recoveryPeriodDays: 7 } },
  resourcePolicy: { state: 'known', value: policy },
  contributorInsights: { state: 'known', value: [{ index: 'by-country', mode: 'THROTTLED_KEYS' }] },
});

describe('importing a restored table into CloudFormation', () => {
  test('the template has the table’s properties and no others', () => {
    const template = JSON.parse(importSnippets(table).cloudFormationTemplate) as { Resources: object };
    expect(template.Resources).toEqual({
      flights2026: {
        Type: 'AWS::DynamoDB::Table',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          TableName: 'flights.2026',
          AttributeDefinitions: [
            { AttributeName: 'iata', AttributeType: 'S' },
            { AttributeName: 'at', AttributeType: 'N' },
            { AttributeName: 'country', AttributeType: 'S' },
          ],
          KeySchema: [
            { AttributeName: 'iata', KeyType: 'HASH' },
            { AttributeName: 'at', KeyType: 'RANGE' },
          ],
          BillingMode: 'PROVISIONED',
          ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 4 },
          GlobalSecondaryIndexes: [
            {
              IndexName: 'by-country',
              KeySchema: [{ AttributeName: 'country', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['city', 'name'] },
              ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 2 },
              ContributorInsightsSpecification: { Enabled: true, Mode: 'THROTTLED_KEYS' },
            },
          ],
          LocalSecondaryIndexes: [
            {
              IndexName: 'by-land',
              KeySchema: [
                { AttributeName: 'iata', KeyType: 'HASH' },
                { AttributeName: 'country', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'KEYS_ONLY' },
            },
          ],
          StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
          SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: kmsKeyArn },
          TableClass: 'STANDARD_INFREQUENT_ACCESS',
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
          TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
          ResourcePolicy: { PolicyDocument: JSON.parse(policy) as unknown },
          Tags: [{ Key: 'team', Value: 'say "hi" ${now} %{if}' }],
        },
      },
    });
  });

  test('the resource to import is known by the table’s name', () => {
    expect(JSON.parse(importSnippets(table).cloudFormationResources)).toEqual([
      {
        ResourceType: 'AWS::DynamoDB::Table',
        LogicalResourceId: 'flights2026',
        ResourceIdentifier: { TableName: 'flights.2026' },
      },
    ]);
  });

  test('an on-demand table has its maximum and no units', () => {
    const onDemand = snapshotOf('T', { onDemandMaximum: { read: 100, write: -1 } });
    const template = JSON.parse(importSnippets(onDemand).cloudFormationTemplate) as {
      Resources: { T: { Properties: object } };
    };
    expect(template.Resources.T.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      OnDemandThroughput: { MaxReadRequestUnits: 100, MaxWriteRequestUnits: -1 },
    });
    expect(template.Resources.T.Properties).not.toHaveProperty('ProvisionedThroughput');
    expect(template.Resources.T.Properties).not.toHaveProperty('SSESpecification');
  });
});

describe('importing a restored table into Terraform', () => {
  const { terraform } = importSnippets(table);
  /** HCL as these snippets use it: blocks, `name = value`, quoted strings as in JSON. */
  const LINE =
    /^\s*(?:[a-z_]+(?: "[\w-]+")* \{|(?:[a-z_]+|"(?:[^"\\]|\\.)*") *= *(?:"(?:[^"\\]|\\.)*"|true|false|-?\d+|\{|\[[^\]]*\]|[a-z_.\w-]+)|\})?$/u;

  test('is well formed, line by line and brace by brace', () => {
    expect(terraform.split('\n').filter((line) => !LINE.test(line))).toEqual([]);
    const bare = terraform.replace(/"(?:[^"\\]|\\.)*"/gu, '""');
    expect(bare.split('{').length).toBe(bare.split('}').length);
  });

  test('has the table’s properties, and strings in which nothing is a template', () => {
    const flat = terraform.replace(/ +/gu, ' ');
    for (const line of [
      'to = aws_dynamodb_table.flights_2026',
      'id = "flights.2026"',
      'resource "aws_dynamodb_table" "flights_2026" {',
      'billing_mode = "PROVISIONED"',
      'read_capacity = 5',
      'hash_key = "iata"',
      'range_key = "at"',
      'table_class = "STANDARD_INFREQUENT_ACCESS"',
      'deletion_protection_enabled = true',
      'stream_view_type = "NEW_IMAGE"',
      'non_key_attributes = ["city", "name"]',
      'recovery_period_in_days = 7',
      `kms_key_arn = "${kmsKeyArn}"`,
      'attribute_name = "expires"',
      '"team" = "say \\"hi\\" $${now} %%{if}"',
      `id = "${arn}"`,
      'resource_arn = aws_dynamodb_table.flights_2026.arn',
    ]) {
      expect(flat).toContain(line);
    }
    expect(flat).not.toContain('aws:stack');
    expect(/(?<!\$)\$\{/u.test(flat)).toBe(false);
  });

  test('leaves units alone that auto scaling moves, and says what is not in it', () => {
    const suspended = { scaleIn: false, scaleOut: false, scheduled: false };
    const target = { index: null, capacity: 'READ' as const, minimum: 1, maximum: 9, suspended, policies: [] };
    const scaled = importSnippets({ ...table, autoScaling: { state: 'known', value: [target] } });
    expect(scaled.terraform).toContain('ignore_changes = [read_capacity, write_capacity]');
    expect(scaled.notes).toEqual([expect.stringContaining('Auto scaling')]);
    const unread = importSnippets({ ...table, tags: { state: 'unknown', because: 'The role may not read them.' } });
    expect(unread.notes).toEqual(['tags could not be read and is left out: The role may not read them.']);
  });

  test.each(['2026', '-x-', 'a.b'])('a name like %s becomes one that Terraform takes', (name) => {
    const [, label] = /resource "aws_dynamodb_table" "([^"]+)"/u.exec(importSnippets(snapshotOf(name)).terraform) ?? [];
    expect(label).toMatch(/^[A-Za-z_][\w-]*$/u);
  });
});
