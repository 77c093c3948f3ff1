import { ListTagsCommand, paginateListRecoveryPointsByBackupVault } from '@aws-sdk/client-backup';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import { backupTables, createAirportTable, endOfSession, registerAccount } from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

type Point = { kind: string; region: string; recoveryPointArn: string; expiresAt: string | null; createdAt: string };

describe('backing up chosen tables by hand', () => {
  let platform: PlatformUnderTest;
  let accountId: string;
  let tables = 0;
  let table: string;
  let tableArn: string;

  beforeAll(async () => {
    platform = await startPlatform();
    accountId = await registerAccount(platform.owner, platform.graphql);
  }, 60_000);
  afterAll(() => platform.stop());
  beforeEach(async () => {
    table = `Manual-${++tables}`;
    tableArn = `arn:aws:dynamodb:${HOME}:111122223333:table/${table}`;
    await createAirportTable(platform.owner, table);
    await platform.graphql(
      'mutation ($input: RescanInventoryInput!) { rescanInventory(input: $input) { session { id } } }',
      { input: { accountId } },
    );
    await eventually(async () => {
      const { table: found } = await platform.graphql<{ table: object | null }>(
        'query ($arn: ARN!) { table(arn: $arn) { arn } }',
        { arn: tableArn },
      );
      expect(found).not.toBeNull();
    });
  }, 60_000);

  const points = async (): Promise<Point[]> => {
    const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: Point[] } }>(
      `query ($filter: RestorePointFilter) { restorePoints(filter: $filter) {
         nodes { kind region recoveryPointArn expiresAt createdAt } } }`,
      { filter: { tableName: table } },
    );
    return restorePoints.nodes;
  };
  const inVault = async (region: string): Promise<string[]> => {
    const found: string[] = [];
    const client = platform.owner.backup(region);
    for await (const page of paginateListRecoveryPointsByBackupVault({ client }, { BackupVaultName: VAULT })) {
      const own = (page.RecoveryPoints ?? []).filter((point) => point.ResourceArn === tableArn);
      found.push(...own.map((point) => point.RecoveryPointArn ?? ''));
    }
    return found;
  };
  const started = async (input: object) => {
    const { session, userErrors } = await backupTables(platform.graphql, { tableArns: [tableArn], ...input });
    expect(userErrors).toEqual([]);
    return endOfSession(platform.graphql, session!.id, 60_000);
  };

  test('in its own Region: a manual point with the tags and expiry asked for, outside every policy', async () => {
    const session = await started({
      vaultName: VAULT,
      expireAfterDays: 10,
      customTags: [{ key: 'why', value: 'before the release' }],
    });
    expect(session).toMatchObject({ status: 'SUCCEEDED', tasks: { nodes: [{ kind: 'BACKUP', status: 'SUCCEEDED' }] } });
    const [point, ...more] = await points();
    expect(more).toEqual([]);
    expect(point).toMatchObject({ kind: 'MANUAL', region: HOME });
    expect(Date.parse(point!.expiresAt!) - Date.parse(point!.createdAt)).toBe(10 * 86_400_000);
    const { Tags } = await platform.owner
      .backup(HOME)
      .send(new ListTagsCommand({ ResourceArn: point!.recoveryPointArn }));
    expect(Tags).toMatchObject({ why: 'before the release' });
  }, 60_000);

  test('in another Region: the point is there, and nothing is left at home', async () => {
    const session = await started({ vaultName: VAULT, region: AWAY });
    expect(session.status).toBe('SUCCEEDED');
    expect(session.tasks.nodes.map(({ kind, status }) => `${kind} ${status}`).sort()).toEqual([
      'BACKUP SUCCEEDED',
      'COPY SUCCEEDED',
      'DELETE SUCCEEDED',
    ]);
    expect(await points()).toMatchObject([{ kind: 'MANUAL', region: AWAY, expiresAt: null }]);
    expect(await inVault(HOME)).toEqual([]);
    expect(await inVault(AWAY)).toHaveLength(1);
  }, 60_000);

  test('where the copy fails, the point at home is kept, and the session says what is missing', async () => {
    await platform.aws.fault({
      service: 'backup',
      operation: 'StartCopyJob',
      count: 1,
      kind: 'jobFailed',
      message: 'The destination vault does not allow copies from this account.',
    });
    const session = await started({ vaultName: VAULT, region: AWAY });
    expect(session.status).toBe('FAILED');
    expect(session.tasks.nodes.find(({ kind }) => kind === 'DELETE')).toMatchObject({ status: 'SKIPPED' });
    expect(await points()).toMatchObject([{ kind: 'MANUAL', region: HOME }]);
    expect(await inVault(HOME)).toHaveLength(1);
  }, 60_000);

  test('everything that is wrong is told at once, and nothing is started', async () => {
    const wrong = await backupTables(platform.graphql, {
      tableArns: [tableArn, `${tableArn}-not-there`, tableArn],
      vaultName: 'nowhere',
      expireAfterDays: 0,
      customTags: [{ key: 'aws:mine', value: 'x' }],
    });
    expect(wrong.session).toBeNull();
    expect(wrong.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`).sort()).toEqual([
      'BAD_RETENTION expireAfterDays',
      'DUPLICATE tableArns.2',
      'NOT_FOUND tableArns.1',
      'RESERVED_TAG customTags.0.key',
      'VAULT_NOT_FOUND vaultName',
    ]);
    const far = await backupTables(platform.graphql, {
      tableArns: [tableArn],
      vaultName: VAULT,
      region: 'ap-south-1',
      throughVaultName: 'nowhere',
    });
    expect(far.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([
      'UNKNOWN_REGION region',
      'VAULT_NOT_FOUND throughVaultName',
    ]);
    expect(await points()).toEqual([]);
  }, 60_000);
});
