import { actionsOnTemporaryTables, actionsWith, replacementActions } from '@tablekeep/schema/permissions';
import { TEMPORARY_PREFIX } from '@tablekeep/schema/temporary-tables';
import { Arn, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Effect, ManagedPolicy, PolicyStatement, ArnPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** In each protected account, once: the role Tablekeep assumes and the one AWS Backup works as. */
export class AccountStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    props: StackProps &
      Pick<Settings, 'trustedPrincipalArn' | 'externalId' | 'operatorRoleName' | 'serviceRoleName' | 'replaceTables'>,
  ) {
    super(scope, id, props);
    const serviceRole = new Role(this, 'ServiceRole', {
      roleName: props.serviceRoleName,
      description: 'What AWS Backup works as for Tablekeep',
      assumedBy: new ServicePrincipal('backup.amazonaws.com'),
      managedPolicies: ['Backup', 'Restores'].map((what) =>
        ManagedPolicy.fromAwsManagedPolicyName(`service-role/AWSBackupServiceRolePolicyFor${what}`),
      ),
    });
    const operator = new Role(this, 'OperatorRole', {
      roleName: props.operatorRoleName,
      description: 'What Tablekeep assumes: exactly the actions it calls',
      assumedBy: new ArnPrincipal(props.trustedPrincipalArn).withConditions({
        StringEquals: { 'sts:ExternalId': props.externalId },
      }),
    });
    const allow = (sid: string, actions: string[], resources: string[], conditions = {}) =>
      new PolicyStatement({ sid, effect: Effect.ALLOW, actions, resources, conditions });
    // Of this account, in all Regions.
    const anyKey = Arn.format({ service: 'kms', region: '*', resource: 'key', resourceName: '*' }, this);
    const tables = (resourceName: string) =>
      Arn.format({ service: 'dynamodb', region: '*', resource: 'table', resourceName }, this);
    new ManagedPolicy(this, 'OperatorPolicy', {
      roles: [operator],
      description: 'Of the role Tablekeep assumes',
      statements: [
        allow('Call', actionsWith(null), ['*']),
        allow('TemporaryTables', actionsOnTemporaryTables(), [tables(`${TEMPORARY_PREFIX}*`)]),
        ...(props.replaceTables ? [allow('ReplaceTables', [...replacementActions], [tables('*')])] : []),
        allow('HandOver', actionsWith('service-role-to-aws-backup'), [serviceRole.roleArn], {
          StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' },
        }),
        allow('TableKeys', actionsWith('through-dynamodb'), [anyKey], {
          StringLike: { 'kms:ViaService': 'dynamodb.*.amazonaws.com' },
        }),
        allow('VaultKeys', actionsWith('through-backup'), [anyKey], {
          StringLike: { 'kms:ViaService': 'backup.*.amazonaws.com' },
        }),
      ],
    });
    new CfnOutput(this, 'OperatorRoleArn', { value: operator.roleArn });
    new CfnOutput(this, 'ServiceRoleArn', { value: serviceRole.roleArn });
  }
}
