import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { BackupClient, CreateBackupVaultCommand } from '@aws-sdk/client-backup';
import {
  CreateTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import type { AccountRef } from '@tablekeep/schema/events';
import { operatorPermissions, policyDocument } from '@tablekeep/schema/permissions';

export const AWS_ACCOUNT = '111122223333';
export const HOME = 'us-east-1';
export const AWAY = 'eu-west-1';
export const VAULT = 'nightly';
const EXTERNAL_ID = 'tablekeep-4711';

export const account: AccountRef = {
  id: 'account-1',
  name: 'Production',
  awsAccountId: AWS_ACCOUNT,
  roleArn: `arn:aws:iam::${AWS_ACCOUNT}:role/Operator`,
  externalId: EXTERNAL_ID,
  serviceRoleArn: `arn:aws:iam::${AWS_ACCOUNT}:role/BackupService`,
  regions: [HOME, AWAY],
};

export const ownerKeys = { accessKeyId: `AKIA${AWS_ACCOUNT}OWNER`, secretAccessKey: 'emulated' };

export const operatorActions = [...new Set(operatorPermissions.map((one) => one.action))];

/** The account's owner with the ordinary SDK: sees AWS as somebody outside the executor does. */
export function accountOwner(endpoint: string) {
  const at = (region: string) => ({ endpoint, region, credentials: ownerKeys });
  const iam = new IAMClient(at(HOME));
  return {
    iam,
    dynamodb: (region = HOME) => new DynamoDBClient(at(region)),
    autoScaling: (region = HOME) => new ApplicationAutoScalingClient(at(region)),
    backup: (region = HOME) => new BackupClient(at(region)),
    kms: (region = HOME) => new KMSClient(at(region)),
    /** What the executor's role may do; nothing else. */
    allow: (actions: readonly string[]) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName: 'Operator',
          PolicyName: 'tablekeep',
          PolicyDocument: policyDocument(
            operatorPermissions.filter((one) => actions.includes(one.action)),
            account,
          ),
        }),
      ),
  };
}
export type Owner = ReturnType<typeof accountOwner>;

/** Roles and vaults, as an operator prepares them. */
export async function prepareAccount(owner: Owner): Promise<void> {
  const trust = (principal: object, condition?: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...(condition && { Condition: condition }) },
      ],
    });
  await owner.iam.send(
    new CreateRoleCommand({
      RoleName: 'Operator',
      AssumeRolePolicyDocument: trust(
        { AWS: `arn:aws:iam::${AWS_ACCOUNT}:root` },
        { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } },
      ),
    }),
  );
  await owner.allow(operatorActions);
  const servicePolicy = trust({ Service: 'backup.amazonaws.com' });
  await owner.iam.send(new CreateRoleCommand({ RoleName: 'BackupService', AssumeRolePolicyDocument: servicePolicy }));
  for (const what of ['Backup', 'Restores']) {
    const PolicyArn = `arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor${what}`;
    await owner.iam.send(new AttachRolePolicyCommand({ RoleName: 'BackupService', PolicyArn }));
  }
  for (const region of [HOME, AWAY]) {
    await owner.backup(region).send(new CreateBackupVaultCommand({ BackupVaultName: VAULT }));
  }
}

/** A table that is there when this resolves; gives its ARN and id. */
export async function createTable(
  owner: Owner,
  name: string,
  extra: Partial<CreateTableCommandInput> = {},
): Promise<{ arn: string; name: string; region: string; tableId: string }> {
  const client = owner.dynamodb();
  await client.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: [{ AttributeName: 'iata', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'iata', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      ...extra,
    }),
  );
  const seen = await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 0.02, maxDelay: 0.1 },
    { TableName: name },
  );
  const { Table } = seen.reason as { Table: { TableArn: string; TableId: string } };
  return { arn: Table.TableArn, name, region: HOME, tableId: Table.TableId };
}
