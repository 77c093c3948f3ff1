import { AwsError, validation } from './errors.ts';
import { flag, number, structure, text, texts } from './wire/read.ts';
import type { Call, Operations } from './call.ts';
import type { Input } from './wire/read.ts';

/** A capacity that Application Auto Scaling has been told to move. Here it is kept and given back; nothing scales. */
export interface ScalableTarget {
  readonly resource: string;
  readonly dimension: string;
  readonly created: number;
  readonly arn: string;
  minimum: number;
  maximum: number;
  suspended: { readonly in: boolean; readonly out: boolean; readonly scheduled: boolean };
}

export interface ScalingPolicy {
  readonly name: string;
  readonly resource: string;
  readonly dimension: string;
  readonly arn: string;
  readonly created: number;
  /** As it was put: AWS gives it back member by member. */
  configuration: Readonly<Record<string, unknown>>;
}

const DIMENSIONS = ['table', 'index'].flatMap((kind) =>
  ['Read', 'Write'].map((capacity) => `dynamodb:${kind}:${capacity}CapacityUnits`),
);
/** API Reference: MaxResults and ResourceIds of the describe calls. */
const PAGE = 50;

const missing = (what: string): AwsError => new AwsError('ObjectNotFoundException', what);

function namespaceOf(call: Call): void {
  const given = text(call.input, 'ServiceNamespace');
  if (given !== 'dynamodb') {
    throw validation(
      `1 validation error detected: Value '${given ?? 'null'}' at 'serviceNamespace' failed to satisfy constraint: here only dynamodb can be scaled`,
    );
  }
}

interface Place {
  readonly resource: string;
  readonly dimension: string;
  readonly id: string;
}

/** `table/NAME` or `table/NAME/index/INDEX`, of a table that exists. */
function placeOf(call: Call): Place {
  namespaceOf(call);
  const resource = text(call.input, 'ResourceId') ?? '';
  const dimension = text(call.input, 'ScalableDimension') ?? '';
  const [, table = '', index] = /^table\/([^/]+)(?:\/index\/([^/]+))?$/.exec(resource) ?? [];
  if (!DIMENSIONS.includes(dimension) || dimension.startsWith('dynamodb:index:') !== (index !== undefined)) {
    throw validation(`Unsupported service namespace, resource type or scalable dimension: ${resource}, ${dimension}`);
  }
  const found = call.world.tables.get(call.scope, table);
  if (found === null) throw validation(`DynamoDB table does not exist: ${resource}`);
  if (index !== undefined && !found.globalIndexes.some((one) => one.name === index)) {
    throw validation(`DynamoDB index does not exist: ${resource}`);
  }
  return { resource, dimension, id: `${resource} ${dimension}` };
}

/** A page by key, in the order of keys. */
function page<T>(input: Input, all: readonly T[], keyOf: (one: T) => string): { found: T[]; next: object } {
  const size = number(input, 'MaxResults') ?? PAGE;
  if (size < 1 || size > PAGE) throw validation(`MaxResults must be between 1 and ${PAGE}`);
  const after = text(input, 'NextToken');
  const from = after === null ? '' : Buffer.from(after, 'base64url').toString();
  const sorted = [...all].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).filter((one) => keyOf(one) > from);
  const found = sorted.slice(0, size);
  const last = found.at(-1);
  const more = sorted.length > found.length && last !== undefined;
  return { found, next: more ? { NextToken: Buffer.from(keyOf(last)).toString('base64url') } : {} };
}

const idOfTarget = ({ resource, dimension }: ScalableTarget): string => `${resource} ${dimension}`;
const idOfPolicy = ({ resource, dimension, name }: ScalingPolicy): string => `${resource} ${dimension} ${name}`;

const arnOf = (call: Call, rest: string): string =>
  `arn:aws:application-autoscaling:${call.region}:${call.account}:${rest}`;

function register(call: Call): unknown {
  const { world, scope, input } = call;
  const { resource, dimension, id } = placeOf(call);
  const before = world.scalableTargets.get(scope, id);
  const minimum = number(input, 'MinCapacity') ?? before?.minimum ?? null;
  const maximum = number(input, 'MaxCapacity') ?? before?.maximum ?? null;
  if (minimum === null || maximum === null) throw validation('MinCapacity and MaxCapacity are required');
  if (minimum < 1 || maximum < minimum) throw validation('Maximum capacity cannot be less than minimum capacity');
  const target: ScalableTarget = {
    resource,
    dimension,
    created: before?.created ?? call.now,
    arn: before?.arn ?? arnOf(call, `scalable-target/${world.random.hex(32)}`),
    minimum,
    maximum,
    suspended: suspensions(input, before),
  };
  world.scalableTargets.put(scope, id, target);
  return { ScalableTargetARN: target.arn };
}

/** What a call does not name stays as it was. */
function suspensions(input: Input, before: ScalableTarget | null): ScalableTarget['suspended'] {
  const wanted = structure(input, 'SuspendedState') ?? {};
  const was = before?.suspended ?? { in: false, out: false, scheduled: false };
  return {
    in: flag(wanted, 'DynamicScalingInSuspended') ?? was.in,
    out: flag(wanted, 'DynamicScalingOutSuspended') ?? was.out,
    scheduled: flag(wanted, 'ScheduledScalingSuspended') ?? was.scheduled,
  };
}

function deregister(call: Call): unknown {
  const { world, scope } = call;
  const { resource, dimension, id } = placeOf(call);
  if (world.scalableTargets.get(scope, id) === null) throw missing(`No scalable target found for ${resource}`);
  world.scalableTargets.delete(scope, id);
  for (const policy of world.scalingPolicies.list(scope)) {
    if (policy.resource === resource && policy.dimension === dimension) {
      world.scalingPolicies.delete(scope, idOfPolicy(policy));
    }
  }
  return {};
}

function describeTargets(call: Call): unknown {
  namespaceOf(call);
  const resources = texts(call.input, 'ResourceIds');
  const dimension = text(call.input, 'ScalableDimension');
  if (resources !== null && resources.length > PAGE) throw validation(`ResourceIds has at most ${PAGE} members`);
  const wanted = call.world.scalableTargets
    .list(call.scope)
    .filter((one) => resources === null || resources.length === 0 || resources.includes(one.resource))
    .filter((one) => dimension === null || one.dimension === dimension);
  const { found, next } = page(call.input, wanted, idOfTarget);
  return {
    ScalableTargets: found.map((one) => ({
      ServiceNamespace: 'dynamodb',
      ResourceId: one.resource,
      ScalableDimension: one.dimension,
      MinCapacity: one.minimum,
      MaxCapacity: one.maximum,
      RoleARN: `arn:aws:iam::${call.account}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable`,
      CreationTime: one.created / 1_000,
      SuspendedState: {
        DynamicScalingInSuspended: one.suspended.in,
        DynamicScalingOutSuspended: one.suspended.out,
        ScheduledScalingSuspended: one.suspended.scheduled,
      },
      ScalableTargetARN: one.arn,
    })),
    ...next,
  };
}

function putPolicy(call: Call): unknown {
  const { world, scope, input } = call;
  const { resource, dimension, id } = placeOf(call);
  if (world.scalableTargets.get(scope, id) === null) throw missing(`No scalable target registered for ${resource}`);
  const name = text(input, 'PolicyName');
  if (name === null || name === '') throw validation('PolicyName is required');
  if ((text(input, 'PolicyType') ?? 'StepScaling') !== 'TargetTrackingScaling') {
    throw validation('DynamoDB takes policies of the type TargetTrackingScaling only');
  }
  const configuration = structure(input, 'TargetTrackingScalingPolicyConfiguration');
  const value = configuration && number(configuration, 'TargetValue');
  if (configuration === null || value === null) throw validation('TargetValue is required');
  const predefined = structure(configuration, 'PredefinedMetricSpecification');
  if (predefined !== null && (value < 20 || value > 90)) throw validation('TargetValue must be between 20 and 90');
  const key = `${id} ${name}`;
  const before = world.scalingPolicies.get(scope, key);
  const arn =
    before?.arn ?? arnOf(call, `scalingPolicy:${world.random.uuid()}:resource/dynamodb/${resource}:policyName/${name}`);
  world.scalingPolicies.put(scope, key, {
    name,
    resource,
    dimension,
    arn,
    created: before?.created ?? call.now,
    configuration,
  });
  return { PolicyARN: arn, Alarms: [] };
}

function describePolicies(call: Call): unknown {
  namespaceOf(call);
  const resource = text(call.input, 'ResourceId');
  const dimension = text(call.input, 'ScalableDimension');
  const names = texts(call.input, 'PolicyNames');
  const wanted = call.world.scalingPolicies
    .list(call.scope)
    .filter((one) => resource === null || one.resource === resource)
    .filter((one) => dimension === null || one.dimension === dimension)
    .filter((one) => names === null || names.length === 0 || names.includes(one.name));
  const { found, next } = page(call.input, wanted, idOfPolicy);
  return {
    ScalingPolicies: found.map((one) => ({
      PolicyARN: one.arn,
      PolicyName: one.name,
      ServiceNamespace: 'dynamodb',
      ResourceId: one.resource,
      ScalableDimension: one.dimension,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: one.configuration,
      Alarms: [],
      CreationTime: one.created / 1_000,
    })),
    ...next,
  };
}

function deletePolicy(call: Call): unknown {
  const { resource, id } = placeOf(call);
  const key = `${id} ${text(call.input, 'PolicyName') ?? ''}`;
  if (call.world.scalingPolicies.get(call.scope, key) === null) {
    throw missing(`No scaling policy found for ${resource}`);
  }
  call.world.scalingPolicies.delete(call.scope, key);
  return {};
}

/** Application Auto Scaling API Reference, 2016-02-06, namespace dynamodb. */
export const autoScalingOperations: Operations = {
  RegisterScalableTarget: { run: register },
  DeregisterScalableTarget: { run: deregister },
  DescribeScalableTargets: { run: describeTargets },
  PutScalingPolicy: { run: putPolicy },
  DescribeScalingPolicies: { run: describePolicies },
  DeleteScalingPolicy: { run: deletePolicy },
};
