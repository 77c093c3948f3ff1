import { Arn, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** Where the cluster runs: the work queue with its dead-letter queue, and what session and executor may do with it. */
export class QueueStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & Pick<Settings, 'queueName' | 'operatorRoleName'>) {
    super(scope, id, props);
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, removalPolicy: RemovalPolicy.RETAIN };
    const dead = new Queue(this, 'DeadWork', {
      ...common,
      queueName: `${props.queueName}-dead`,
      retentionPeriod: Duration.days(14),
    });
    const work = new Queue(this, 'Work', {
      ...common,
      queueName: props.queueName,
      visibilityTimeout: Duration.seconds(60),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: dead, maxReceiveCount: 10 },
    });
    const onQueue = (sid: string, { queueArn }: Queue, ...names: string[]) =>
      new PolicyStatement({ sid, actions: names.map((name) => `sqs:${name}`), resources: [queueArn] });
    const look = ['GetQueueAttributes', 'GetQueueUrl'];
    // In every account: each account's own trust policy says who may come.
    const operators = Arn.format(
      { service: 'iam', region: '', account: '*', resource: 'role', resourceName: props.operatorRoleName },
      this,
    );
    const session = new ManagedPolicy(this, 'SessionPolicy', {
      description: 'For the pods of the session service: sends work items',
      statements: [onQueue('Queue', work, 'SendMessage', ...look)],
    });
    const executor = new ManagedPolicy(this, 'ExecutorPolicy', {
      description: 'For the pods of the executor: takes work items, assumes the operator roles',
      statements: [
        onQueue('Queue', work, 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', ...look),
        onQueue('DeadLetters', dead, 'ReceiveMessage', 'DeleteMessage', 'GetQueueUrl'),
        new PolicyStatement({ sid: 'Operate', actions: ['sts:AssumeRole'], resources: [operators] }),
      ],
    });
    new CfnOutput(this, 'QueueUrl', { value: work.queueUrl, description: 'queue.url of the Helm chart' });
    new CfnOutput(this, 'SessionPolicyArn', { value: session.managedPolicyArn });
    new CfnOutput(this, 'ExecutorPolicyArn', { value: executor.managedPolicyArn });
  }
}
