import type { RestoreItem } from '@tablekeep/schema/events';

export type Problem = Readonly<{ code: string; message: string; path: readonly string[] }>;

export const LIMITS = {
  idempotencyKey: 200,
  reason: 1000,
  restoreItems: 100,
  verifiedPoints: 500,
  regions: 64,
  vaults: 500,
} as const;

/** What every mutation that starts a session shares. */
export function checkCommon(input: Readonly<{ idempotencyKey?: string | null; reason?: string | null }>): Problem[] {
  const { idempotencyKey: key, reason } = input;
  const problems: Problem[] = [];
  if (key != null && (key.trim() === '' || key.length > LIMITS.idempotencyKey)) {
    const message = `An idempotency key has 1 to ${LIMITS.idempotencyKey} characters; leave it out to have none.`;
    problems.push({ code: 'BAD_IDEMPOTENCY_KEY', message, path: ['idempotencyKey'] });
  }
  if (reason != null && reason.length > LIMITS.reason) {
    const message = `A reason has at most ${LIMITS.reason} characters; this one has ${reason.length}.`;
    problems.push({ code: 'TOO_LONG', message, path: ['reason'] });
  }
  return problems;
}

export function checkRegions(regions: readonly string[] | null | undefined): Problem[] {
  if (regions == null) return [];
  if (regions.length === 0) {
    const message = 'Name at least one Region, or leave regions out for all Regions of the account.';
    return [{ code: 'EMPTY', message, path: ['regions'] }];
  }
  if (regions.length > LIMITS.regions) {
    return [{ code: 'TOO_MANY', message: `At most ${LIMITS.regions} Regions in one session.`, path: ['regions'] }];
  }
  return [];
}

/** Regions or vaults of an import, not both; an empty list is a mistake, not "all". */
export function checkPlaces(
  regions: readonly string[] | null | undefined,
  vaults: readonly unknown[] | null | undefined,
): Problem[] {
  const problems = checkRegions(regions);
  const wrong = (code: string, message: string) => problems.push({ code, message, path: ['vaults'] });
  if (regions != null && vaults != null) wrong('ONE_OF', 'Name either regions or vaults.');
  if (vaults?.length === 0) wrong('EMPTY', 'Name at least one vault, or leave vaults out for all.');
  if (vaults != null && vaults.length > LIMITS.vaults) {
    wrong('TOO_MANY', `At most ${LIMITS.vaults} vaults in one import; this one names ${vaults.length}.`);
  }
  return problems;
}

/** How many items a restore has: wrong numbers are not worth asking the catalog about. */
export function checkItemCount(count: number): Problem[] {
  if (count === 0) return [{ code: 'EMPTY', message: 'Name at least one restore point.', path: ['items'] }];
  if (count <= LIMITS.restoreItems) return [];
  const message = `At most ${LIMITS.restoreItems} tables in one restore; this one has ${count}. Split it.`;
  return [{ code: 'TOO_MANY', message, path: ['items'] }];
}

/** Either points or a policy; how many points is a question of how much one person can mean at once. */
export function checkVerification(
  input: Readonly<{ restorePointIds?: readonly string[] | null | undefined; policyId?: string | null | undefined }>,
): Problem[] {
  const { restorePointIds: ids, policyId } = input;
  if ((ids == null) === (policyId == null)) {
    const message = 'Name either restore points, or a policy whose tables’ newest points are verified.';
    return [{ code: 'EITHER_OR', message, path: ['restorePointIds'] }];
  }
  if (ids == null) return [];
  if (ids.length === 0)
    return [{ code: 'EMPTY', message: 'Name at least one restore point.', path: ['restorePointIds'] }];
  if (ids.length > LIMITS.verifiedPoints) {
    const message = `At most ${LIMITS.verifiedPoints} points in one verification; this one has ${ids.length}. Split it.`;
    return [{ code: 'TOO_MANY', message, path: ['restorePointIds'] }];
  }
  return ids.flatMap((id, i) => {
    if (ids.indexOf(id) === i) return [];
    return [{ code: 'DUPLICATE', message: `Restore point ${id} is named twice.`, path: ['restorePointIds', `${i}`] }];
  });
}

/**
 * What can be said of restore items without the catalog: the form of names, keys and numbers.
 * Source of the name rule: DynamoDB naming rules, 3 to 255 of a–z, A–Z, 0–9, '_', '-', '.'.
 */
export function checkRestoreItems(items: readonly RestoreItem[]): Problem[] {
  return items.flatMap((item, index) => checkItem(item).map((p) => ({ ...p, path: ['items', `${index}`, ...p.path] })));
}

function checkItem(item: RestoreItem): Problem[] {
  return [
    ...checkWhich(item),
    ...checkName(item.tableName),
    ...checkUnits(item),
    ...checkIndexes(item),
    ...checkEncryption(item),
  ];
}

function checkWhich({ restorePointId, tableArn }: RestoreItem): Problem[] {
  if ((restorePointId === null) !== (tableArn == null)) return [];
  const message = 'Name either a restore point, or a table whose newest one shall be taken.';
  return [{ code: 'POINT_OR_TABLE', message, path: ['restorePointId'] }];
}

function checkName(name: string | null): Problem[] {
  if (name === null || /^[\w.-]{3,255}$/u.test(name)) return [];
  const message = 'A table name has 3 to 255 letters, digits, underscores, hyphens or dots.';
  return [{ code: 'BAD_TABLE_NAME', message, path: ['tableName'] }];
}

function checkUnits(item: RestoreItem): Problem[] {
  const names = ['readCapacityUnits', 'writeCapacityUnits'] as const;
  return names
    .filter((name) => item[name] !== null && item[name] < 1)
    .map((name) => ({ code: 'TOO_SMALL', message: 'Capacity units start at 1.', path: [name] }));
}

function checkIndexes(item: RestoreItem): Problem[] {
  const seen = new Set<string>();
  return item.indexCapacity.flatMap((index, at) => {
    const path = ['indexCapacity', `${at}`];
    const problems: Problem[] = [];
    if (seen.has(index.indexName)) {
      const message = `Index ${index.indexName} is named twice.`;
      problems.push({ code: 'DUPLICATE', message, path: [...path, 'indexName'] });
    }
    seen.add(index.indexName);
    for (const name of ['readCapacityUnits', 'writeCapacityUnits'] as const) {
      if (index[name] >= 1) continue;
      problems.push({ code: 'TOO_SMALL', message: 'Capacity units start at 1.', path: [...path, name] });
    }
    return problems;
  });
}

function checkEncryption({ encryption }: RestoreItem): Problem[] {
  if (encryption === null) return [];
  const path = ['encryption', 'kmsKeyArn'];
  if (encryption.type === 'CUSTOMER_MANAGED' && encryption.kmsKeyArn === null) {
    return [{ code: 'KEY_REQUIRED', message: 'CUSTOMER_MANAGED encryption needs the ARN of the KMS key.', path }];
  }
  if (encryption.type !== 'CUSTOMER_MANAGED' && encryption.kmsKeyArn !== null) {
    const message = `${encryption.type} encryption takes no key; ask for CUSTOMER_MANAGED to use this one.`;
    return [{ code: 'KEY_NOT_ALLOWED', message, path }];
  }
  return [];
}

/** All problems at once, ours first; where both speak of one place, the first word stands. */
export function mergeProblems(ours: readonly Problem[], owners: readonly Problem[]): Problem[] {
  const told = new Set(ours.map((problem) => problem.path.join('\n')));
  return [...ours, ...owners.filter((problem) => problem.path.length === 0 || !told.has(problem.path.join('\n')))];
}

/** As a caller gives them, for one session. */
export type GivenKeys = Readonly<{ accessKeyId: string; secretAccessKey: string; sessionToken: string | null }>;

/**
 * The form of AWS access keys. No message repeats any of it.
 * Source: IAM API Reference, AccessKey and Credentials; IAM User Guide, unique identifiers (AKIA, ASIA).
 */
export function checkCredentials(keys: GivenKeys | null): Problem[] {
  if (keys === null) return [];
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  const problems: Problem[] = [];
  const wrong = (code: string, message: string, name: keyof GivenKeys) =>
    problems.push({ code, message, path: ['credentials', name] });
  if (!/^A[KS]IA\w{12,124}$/u.test(accessKeyId)) {
    wrong(
      'BAD_ACCESS_KEY',
      'An access key id begins with AKIA or ASIA and has 16 to 128 letters and digits.',
      'accessKeyId',
    );
  }
  if (!/^[\x21-\x7e]{16,128}$/u.test(secretAccessKey)) {
    wrong(
      'BAD_SECRET_KEY',
      'A secret access key has 16 to 128 characters without blanks; AWS makes them of 40.',
      'secretAccessKey',
    );
  }
  if (accessKeyId.startsWith('ASIA') && sessionToken === null) {
    wrong('TOKEN_REQUIRED', 'Temporary keys (ASIA…) are good only with their session token.', 'sessionToken');
  }
  if (accessKeyId.startsWith('AKIA') && sessionToken !== null) {
    wrong('TOKEN_NOT_ALLOWED', 'Keys of an IAM user (AKIA…) have no session token; leave it out.', 'sessionToken');
  } else if (sessionToken !== null && !/^[\x21-\x7e]{1,4096}$/u.test(sessionToken)) {
    wrong('BAD_SESSION_TOKEN', 'A session token has at most 4,096 characters without blanks.', 'sessionToken');
  }
  return problems;
}
