import { BackupClient, CreateBackupVaultCommand, UpdateRegionSettingsCommand } from '@aws-sdk/client-backup';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { operatorPermissions, policyDocument } from '@tablekeep/schema/permissions';

export const AWS_ACCOUNT = '111122223333';
export const HOME = 'us-east-1';
export const AWAY = 'eu-west-1';
export const VAULT = 'tablekeep-demo';
export const OPERATOR_ROLE = `arn:aws:iam::${AWS_ACCOUNT}:role/TablekeepOperator`;
export const SERVICE_ROLE = `arn:aws:iam::${AWS_ACCOUNT}:role/TablekeepBackupService`;

const credentials = { accessKeyId: `AKIA${AWS_ACCOUNT}OWNER`, secretAccessKey: 'emulated' };

/** The account's owner, with the ordinary AWS SDK, as somebody outside Tablekeep. */
export type Owner = Readonly<{
  dynamodb(region: string): DynamoDBClient;
  backup(region: string): BackupClient;
  kms(region: string): KMSClient;
  iam: IAMClient;
}>;

export function accountOwner(endpoint: string): Owner {
  const at = (region: string) => ({ endpoint, region, credentials });
  const perRegion = <C>(make: (region: string) => C) => {
    const clients = new Map<string, C>();
    return (region: string): C => {
      const client = clients.get(region) ?? make(region);
      clients.set(region, client);
      return client;
    };
  };
  return {
    dynamodb: perRegion((region) => new DynamoDBClient(at(region))),
    backup: perRegion((region) => new BackupClient(at(region))),
    kms: perRegion((region) => new KMSClient(at(region))),
    iam: new IAMClient(at(HOME)),
  };
}

/** A customer-managed key of the Region. */
export async function createKey(owner: Owner, region: string, description: string): Promise<string> {
  const { KeyMetadata } = await owner.kms(region).send(new CreateKeyCommand({ Description: description }));
  if (KeyMetadata?.Arn === undefined) throw new Error('KMS gave no key');
  return KeyMetadata.Arn;
}

/** Backup vaults and the two Region settings that AWS Backup needs for DynamoDB's advanced features. */
export async function prepareVaults(owner: Owner): Promise<void> {
  for (const region of [HOME, AWAY]) {
    await owner.backup(region).send(
      new UpdateRegionSettingsCommand({
        ResourceTypeOptInPreference: { DynamoDB: true },
        ResourceTypeManagementPreference: { DynamoDB: true },
      }),
    );
    await owner.backup(region).send(new CreateBackupVaultCommand({ BackupVaultName: VAULT }));
  }
}

/**
 * The two roles: the one Tablekeep assumes (only with the external id it was given) and the one passed to AWS Backup.
 * Exactly the actions the platform calls, no more.
 */
export async function createRoles(owner: Owner, externalId: string): Promise<void> {
  await owner.iam.send(
    new CreateRoleCommand({
      RoleName: 'TablekeepOperator',
      AssumeRolePolicyDocument: trustOfOperator(externalId),
    }),
  );
  await owner.iam.send(
    new PutRolePolicyCommand({
      RoleName: 'TablekeepOperator',
      PolicyName: 'tablekeep',
      PolicyDocument: policyDocument(operatorPermissions, {
        awsAccountId: AWS_ACCOUNT,
        roleArn: OPERATOR_ROLE,
        serviceRoleArn: SERVICE_ROLE,
      }),
    }),
  );
  await owner.iam.send(
    new CreateRoleCommand({
      RoleName: 'TablekeepBackupService',
      AssumeRolePolicyDocument: trust({ Service: 'backup.amazonaws.com' }),
    }),
  );
  for (const policy of ['Backup', 'Restores']) {
    await owner.iam.send(
      new AttachRolePolicyCommand({
        RoleName: 'TablekeepBackupService',
        PolicyArn: `arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor${policy}`,
      }),
    );
  }
}

/** For an account that was registered anew: the role that is there demands its new external id from now on. */
export async function trustExternalId(owner: Owner, externalId: string): Promise<void> {
  const PolicyDocument = trustOfOperator(externalId);
  await owner.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'TablekeepOperator', PolicyDocument }));
}

const trustOfOperator = (externalId: string): string =>
  trust({ AWS: `arn:aws:iam::${AWS_ACCOUNT}:root` }, { StringEquals: { 'sts:ExternalId': externalId } });

function trust(principal: object, condition?: object): string {
  const statement = { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ ...statement, ...(condition && { Condition: condition }) }],
  });
}
