import { AwsError } from '../errors.ts';
import { text } from '../wire/read.ts';
import { parsePolicy } from './policy.ts';
import type { Call, Operations } from '../call.ts';
import type { User } from './model.ts';

const userName = (call: Call): string => text(call.input, 'UserName') ?? '';

function userNamed(call: Call): User {
  const user = call.world.users.get(call.account, userName(call));
  if (user === null) {
    throw new AwsError('NoSuchEntity', `The user with name ${userName(call)} cannot be found.`, 404);
  }
  return user;
}

function createUser(call: Call): unknown {
  const { world, account } = call;
  const name = userName(call);
  if (world.users.get(account, name) !== null) {
    throw new AwsError('EntityAlreadyExists', `User with name ${name} already exists.`, 409);
  }
  const user: User = {
    name,
    id: `AIDA${world.random.upper(17)}`,
    arn: `arn:aws:iam::${account}:user/${name}`,
    created: call.now,
    inlinePolicies: {},
  };
  world.users.put(account, name, user);
  const CreateDate = new Date(user.created).toISOString();
  return { User: { Path: '/', UserName: name, UserId: user.id, Arn: user.arn, CreateDate } };
}

function putUserPolicy(call: Call): unknown {
  const user = userNamed(call);
  const document = text(call.input, 'PolicyDocument') ?? '';
  try {
    parsePolicy(document);
  } catch {
    throw new AwsError('MalformedPolicyDocument', 'Syntax errors in policy.');
  }
  user.inlinePolicies[text(call.input, 'PolicyName') ?? ''] = document;
  call.world.users.put(call.account, user.name, user);
  return null;
}

function createAccessKey(call: Call): unknown {
  const { world, account } = call;
  const user = userNamed(call);
  const accessKeyId = `AKIA${world.random.upper(16)}`;
  world.accessKeys.put('', accessKeyId, { accessKeyId, account, userName: user.name, deleted: false });
  return {
    AccessKey: {
      UserName: user.name,
      AccessKeyId: accessKeyId,
      Status: 'Active',
      // Signatures are not verified, so nobody needs to remember it.
      SecretAccessKey: world.random.bytes(30).toString('base64'),
    },
  };
}

function deleteAccessKey(call: Call): unknown {
  const accessKeyId = text(call.input, 'AccessKeyId') ?? '';
  const key = call.world.accessKeys.get('', accessKeyId);
  if (key === null || key.account !== call.account || key.deleted) {
    throw new AwsError('NoSuchEntity', `The Access Key with id ${accessKeyId} cannot be found.`, 404);
  }
  call.world.accessKeys.put('', accessKeyId, { ...key, deleted: true });
  return null;
}

const ofUser = (call: Call): string[] => [`arn:aws:iam::${call.account}:user/${userName(call)}`];

/** IAM users with inline policies and access keys: who hands keys over for one restore is such a user. */
export const userOperations: Operations = {
  CreateUser: { resources: ofUser, run: createUser },
  PutUserPolicy: { resources: ofUser, run: putUserPolicy },
  CreateAccessKey: { resources: ofUser, run: createAccessKey },
  DeleteAccessKey: { resources: ofUser, run: deleteAccessKey },
};
