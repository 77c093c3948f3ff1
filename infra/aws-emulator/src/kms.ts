import { AwsError } from './errors.ts';
import { parsePolicy } from './iam/policy.ts';
import { flag, number, text } from './wire/read.ts';
import { scopeOf } from './call.ts';
import type { Call, Operations } from './call.ts';
import type { World } from './world.ts';

/** A KMS key of one account and Region. Its material does not exist: only its identity and state matter here. */
export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  readonly manager: 'AWS' | 'CUSTOMER';
  readonly description: string;
  readonly multiRegion: boolean;
  readonly created: number;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  deletionDate: number | null;
  /** Names with their `alias/` prefix. */
  aliases: string[];
  /** The policy document as given; null: the one KMS makes, by which the account's IAM decides. */
  policy?: string | null;
}

/** Keys AWS makes for a service at its first use; here they exist from the first look. */
const managedAliases = ['alias/aws/backup', 'alias/aws/dynamodb'] as const;

function addKey(
  world: World,
  scope: string,
  fields: Pick<Key, 'manager' | 'description' | 'multiRegion' | 'aliases'>,
): Key {
  const [account = '', region = ''] = scope.split('/');
  const id = fields.multiRegion ? `mrk-${world.random.hex(32)}` : world.random.uuid();
  const key: Key = {
    ...fields,
    id,
    arn: `arn:aws:kms:${region}:${account}:key/${id}`,
    account,
    created: world.clock.now(),
    state: 'Enabled',
    deletionDate: null,
  };
  return world.keys.put(scope, id, key);
}

export function managedKey(world: World, scope: string, alias: (typeof managedAliases)[number]): Key {
  const existing = world.keys.list(scope).find((key) => key.aliases.includes(alias));
  if (existing !== undefined) return existing;
  const description = `Default key that protects my ${alias.slice('alias/aws/'.length)} data when no other key is defined`;
  return addKey(world, scope, { manager: 'AWS', description, multiRegion: false, aliases: [alias] });
}

/** Finds a key by id, ARN, alias name or alias ARN, as KeyId parameters allow. */
export function findKey(world: World, scope: string, given: string): Key | null {
  const [account = '', region = ''] = scope.split('/');
  const arn = /^arn:aws:kms:([^:]*):([^:]*):(key\/|alias\/)(.+)$/.exec(given);
  if (arn !== null && (arn[1] !== region || arn[2] !== account)) return null;
  const alias = arn?.[3] === 'alias/' ? `alias/${arn[4] ?? ''}` : given.startsWith('alias/') ? given : null;
  const managed = managedAliases.find((name) => name === alias);
  if (managed !== undefined) return managedKey(world, scope, managed);
  if (alias !== null) return world.keys.list(scope).find((key) => key.aliases.includes(alias)) ?? null;
  return world.keys.get(scope, arn?.[4] ?? given);
}

function needKey(call: Call): Key {
  const given = text(call.input, 'KeyId');
  if (given === null)
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value at 'keyId' failed to satisfy constraint: Member must not be null",
    );
  const key = findKey(call.world, call.scope, given);
  if (key === null) {
    throw given.includes('alias/')
      ? new AwsError(
          'NotFoundException',
          `Alias arn:aws:kms:${call.region}:${call.account}:${given.slice(given.indexOf('alias/'))} is not found.`,
        )
      : new AwsError(
          'NotFoundException',
          `Key '${given.startsWith('arn:') ? given : `arn:aws:kms:${call.region}:${call.account}:key/${given}`}' does not exist`,
        );
  }
  return key;
}

const describe = (key: Key): Record<string, unknown> => ({
  AWSAccountId: key.account,
  KeyId: key.id,
  Arn: key.arn,
  CreationDate: key.created / 1_000,
  Enabled: key.state === 'Enabled',
  Description: key.description,
  KeyUsage: 'ENCRYPT_DECRYPT',
  KeyState: key.state,
  ...(key.deletionDate !== null && { DeletionDate: key.deletionDate / 1_000 }),
  Origin: 'AWS_KMS',
  KeyManager: key.manager,
  CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
  KeySpec: 'SYMMETRIC_DEFAULT',
  EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
  MultiRegion: key.multiRegion,
});

function change(call: Call, apply: (key: Key) => void): Key {
  const key = needKey(call);
  if (key.manager === 'AWS') throw new AwsError('AccessDeniedException', 'AWS managed keys cannot be changed');
  if (key.state === 'PendingDeletion')
    throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
  apply(key);
  return call.world.keys.put(call.scope, key.id, key);
}

const keyResource = (call: Call): string[] => {
  const given = text(call.input, 'KeyId');
  return [given === null ? '*' : (findKey(call.world, call.scope, given)?.arn ?? '*')];
};

/** KMS Developer Guide, "Default key policy", and of an AWS managed key: everybody in the account, through its service. */
const policyOfIam = (key: Key): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      key.manager === 'CUSTOMER'
        ? { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${key.account}:root` }, Action: 'kms:*', Resource: '*' }
        : {
            Effect: 'Allow',
            Principal: { AWS: '*' },
            Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
            Resource: '*',
            Condition: { StringEquals: { 'kms:CallerAccount': key.account } },
          },
    ],
  });

const bothManaged = (call: Call): void => {
  for (const alias of managedAliases) managedKey(call.world, scopeOf(call.account, call.region), alias);
};

export const kmsOperations: Operations = {
  CreateKey: {
    run: (call) => {
      const key = addKey(call.world, call.scope, {
        manager: 'CUSTOMER',
        description: text(call.input, 'Description') ?? '',
        multiRegion: flag(call.input, 'MultiRegion') ?? false,
        aliases: [],
      });
      return { KeyMetadata: describe(key) };
    },
  },
  DescribeKey: { resources: keyResource, run: (call) => ({ KeyMetadata: describe(needKey(call)) }) },
  GetKeyPolicy: {
    resources: keyResource,
    run: (call) => {
      const key = needKey(call);
      return { Policy: key.policy ?? policyOfIam(key), PolicyName: 'default' };
    },
  },
  PutKeyPolicy: {
    resources: keyResource,
    run: (call) => {
      const document = text(call.input, 'Policy') ?? '';
      try {
        parsePolicy(document);
      } catch {
        throw new AwsError('MalformedPolicyDocumentException', 'The new key policy is not a valid policy.');
      }
      change(call, (key) => {
        key.policy = document;
      });
      return null;
    },
  },
  ListKeys: {
    run: (call) => {
      bothManaged(call);
      return {
        Keys: call.world.keys.list(call.scope).map((key) => ({ KeyId: key.id, KeyArn: key.arn })),
        Truncated: false,
      };
    },
  },
  ListAliases: {
    run: (call) => {
      bothManaged(call);
      const only = text(call.input, 'KeyId') === null ? null : needKey(call);
      const aliases = call.world.keys
        .list(call.scope)
        .filter((key) => only === null || key === only)
        .flatMap((key) =>
          key.aliases.map((name) => ({
            AliasName: name,
            AliasArn: `arn:aws:kms:${call.region}:${call.account}:${name}`,
            TargetKeyId: key.id,
            CreationDate: key.created / 1_000,
            LastUpdatedDate: key.created / 1_000,
          })),
        )
        .sort((a, b) => a.AliasName.localeCompare(b.AliasName));
      return { Aliases: aliases, Truncated: false };
    },
  },
  CreateAlias: {
    run: (call) => {
      const name = text(call.input, 'AliasName') ?? '';
      if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name)) {
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value '${name}' at 'aliasName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^alias/[a-zA-Z0-9/_-]+$`,
        );
      }
      if (name.startsWith('alias/aws/')) throw new AwsError('NotAuthorizedException', '');
      if (findKey(call.world, call.scope, name) !== null) {
        throw new AwsError(
          'AlreadyExistsException',
          `An alias with the name arn:aws:kms:${call.region}:${call.account}:${name} already exists`,
        );
      }
      const target = text(call.input, 'TargetKeyId') ?? '';
      const key = findKey(call.world, call.scope, target);
      if (key === null) throw new AwsError('NotFoundException', `Key '${target}' does not exist`);
      key.aliases.push(name);
      call.world.keys.put(call.scope, key.id, key);
      return null;
    },
  },
  DisableKey: {
    resources: keyResource,
    run: (call) => {
      change(call, (key) => {
        key.state = 'Disabled';
      });
      return null;
    },
  },
  EnableKey: {
    resources: keyResource,
    run: (call) => {
      change(call, (key) => {
        key.state = 'Enabled';
      });
      return null;
    },
  },
  ScheduleKeyDeletion: {
    resources: keyResource,
    run: (call) => {
      const days = number(call.input, 'PendingWindowInDays') ?? 30;
      if (days < 7 || days > 30)
        throw new AwsError('ValidationException', 'PendingWindowInDays must be between 7 and 30');
      const key = change(call, (changed) => {
        changed.state = 'PendingDeletion';
        changed.deletionDate = call.now + days * 86_400_000;
      });
      return {
        KeyId: key.arn,
        DeletionDate: (key.deletionDate ?? 0) / 1_000,
        KeyState: key.state,
        PendingWindowInDays: days,
      };
    },
  },
};
