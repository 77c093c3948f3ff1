import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { BackupVault } from 'aws-cdk-lib/aws-backup';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** In each protected account and Region: a vault. It outlives its stack. */
export class VaultStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    props: StackProps & Pick<Settings, 'vaultName'> & Readonly<{ lock?: Settings['lock'] }>,
  ) {
    super(scope, id, props);
    const vault = new BackupVault(this, 'Vault', {
      backupVaultName: props.vaultName,
      removalPolicy: RemovalPolicy.RETAIN,
      // Without a day from which it cannot be changed any more, the lock is in governance mode.
      ...(props.lock && {
        lockConfiguration: {
          minRetention: Duration.days(props.lock.minRetentionDays),
          maxRetention: Duration.days(props.lock.maxRetentionDays),
        },
      }),
    });
    new CfnOutput(this, 'VaultArn', { value: vault.backupVaultArn });
    new CfnOutput(this, 'RegionSettings', {
      description: 'CloudFormation cannot set these two: run it once in each Region',
      value: [
        'aws backup update-region-settings --region',
        this.region,
        '--resource-type-opt-in-preference DynamoDB=true --resource-type-management-preference DynamoDB=true',
      ].join(' '),
    });
  }
}
