import { paginateListRecoveryPointsByBackupVault } from '@aws-sdk/client-backup';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AWAY, HOME, trustExternalId, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import {
  createAccount,
  createAirportTable,
  createPolicy,
  deleteRestorePoints,
  endOfSession,
  policyInput,
  previewDeletion,
  registerAccount,
  restoreTables,
  runPolicy,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

type Point = { id: string; kind: string; region: string; recoveryPointArn: string };

describe('deleting restore points by hand', () => {
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

  /** A table with a backup at home and its copy away. */
  beforeEach(async () => {
    table = `Table-${++tables}`;
    tableArn = `arn:aws:dynamodb:${HOME}:111122223333:table/${table}`;
    await createAirportTable(platform.owner, table);
    const copies = [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 90 }];
    const { policy } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name: table, include: { tableNames: [table] }, copies }),
    );
    expect((await ended(await runPolicy(platform.graphql, policy!.id))).status).toBe('SUCCEEDED');
  }, 60_000);

  const ended = (id: string) => endOfSession(platform.graphql, id, 60_000);
  const points = async (): Promise<Point[]> => {
    const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: Point[] } }>(
      `query ($filter: RestorePointFilter) { restorePoints(filter: $filter) {
         nodes { id kind region recoveryPointArn } } }`,
      { filter: { tableName: table } },
    );
    return restorePoints.nodes;
  };
  const inVaults = async (): Promise<(string | undefined)[]> => {
    const found: (string | undefined)[] = [];
    for (const region of [HOME, AWAY]) {
      const client = platform.owner.backup(region);
      const pages = paginateListRecoveryPointsByBackupVault({ client }, { BackupVaultName: VAULT });
      for await (const page of pages) {
        found.push(
          ...(page.RecoveryPoints ?? [])
            .filter((point) => point.ResourceArn === tableArn)
            .map((point) => point.RecoveryPointArn),
        );
      }
    }
    return found;
  };
  const confirmed = async (previewId: string): Promise<string> => {
    const { session, userErrors } = await deleteRestorePoints(platform.graphql, previewId);
    expect(userErrors).toEqual([]);
    return session!.id;
  };

  test('what was shown is deleted, and nothing else; whoever reads SUCCEEDED does not find it any more', async () => {
    const copy = (await points()).find(({ kind }) => kind === 'COPY')!;
    const preview = await previewDeletion(platform.graphql, { tableArn, kinds: ['BACKUP'] });
    expect(preview).toMatchObject({ deleteCount: 1, keepCount: 0, warnings: [] });
    const session = await ended(await confirmed(preview.id));
    expect(session).toMatchObject({ status: 'SUCCEEDED', tasks: { nodes: [{ kind: 'DELETE', status: 'SUCCEEDED' }] } });
    expect(await points()).toMatchObject([{ id: copy.id }]);
    expect(await inVaults()).toEqual([copy.recoveryPointArn]);
    const again = await deleteRestorePoints(platform.graphql, preview.id);
    expect(again).toMatchObject({ session: null, userErrors: [{ code: 'PREVIEW_USED', path: ['previewId'] }] });
  }, 60_000);

  test('all of a table goes after a warning; a point that is gone cannot be restored', async () => {
    const [first] = await points();
    const preview = await previewDeletion(platform.graphql, { tableArn });
    expect(preview).toMatchObject({ deleteCount: 2, warnings: [`No restore point of ${table} would be left.`] });
    expect((await ended(await confirmed(preview.id))).status).toBe('SUCCEEDED');
    expect(await inVaults()).toEqual([]);
    const restore = await restoreTables(platform.graphql, [
      { restorePointId: first!.id, mode: 'NEW', tableName: `${table}-again` },
    ]);
    expect(restore).toMatchObject({ session: null, userErrors: [{ code: 'GONE' }] });
  }, 60_000);

  test('what AWS refuses to delete is kept, listed, and the session says why', async () => {
    const preview = await previewDeletion(platform.graphql, { tableArn, kinds: ['BACKUP'] });
    await platform.aws.fault({
      service: 'backup',
      operation: 'DeleteRecoveryPoint',
      count: 1,
      kind: 'expiredAfterDelete',
    });
    const session = await ended(await confirmed(preview.id));
    expect(session.status).toBe('FAILED');
    expect(session.tasks.nodes[0]).toMatchObject({
      reasonCode: 'NOT_DELETED',
      reason: expect.stringContaining('EXPIRED'),
    });
    expect(await points()).toHaveLength(2);
    expect(await inVaults()).toHaveLength(2);
  }, 60_000);

  test('an account goes once nothing of it is left, and can be registered again', async () => {
    const refusal = async (): Promise<string[]> => {
      const { deleteAccount } = await platform.graphql<{
        deleteAccount: { deletedId: string | null; userErrors: { code: string; message: string; path: string[] }[] };
      }>(
        'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedId userErrors { code message path } } }',
        { input: { id: accountId } },
      );
      const { deletedId, userErrors } = deleteAccount;
      expect(deletedId).toBe(userErrors.length === 0 ? accountId : null);
      return userErrors.map(({ code, path, message }) => `${code} ${path.join('.')}: ${message}`);
    };
    /** The end of a session is told to those who wait for it, and then to everybody else. */
    const saysInTheEnd = (wanted: unknown[]) =>
      eventually(async () => expect(await refusal()).toEqual(wanted), { timeoutMs: 20_000, everyMs: 100 });
    const remains = 'IN_USE id: Recovery points of its tables are in the catalog.';
    const { policies } = await platform.graphql<{ policies: { nodes: { id: string; name: string }[] } }>(
      '{ policies(orderBy: { field: NAME }) { nodes { id name } } }',
    );
    expect(policies.nodes.map(({ name }) => name)).toContain(table);
    await saysInTheEnd([expect.stringMatching(`^IN_USE id: Delete its policies first: .*"${table}"`), remains]);
    for (const { id } of policies.nodes) {
      await platform.graphql('mutation ($input: PolicyIdInput!) { deletePolicy(input: $input) { deletedId } }', {
        input: { id },
      });
    }
    expect(await refusal()).toEqual([remains]);
    const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: { tableArn: string }[] } }>(
      '{ restorePoints(first: 500) { nodes { tableArn } } }',
    );
    for (const arn of new Set(restorePoints.nodes.map(({ tableArn: of }) => of))) {
      const preview = await previewDeletion(platform.graphql, { tableArn: arn });
      expect((await ended(await confirmed(preview.id))).status).toBe('SUCCEEDED');
    }
    await saysInTheEnd([]);
    const seen = await platform.graphql<{ accounts: object[]; tables: { nodes: object[] } }>(
      '{ accounts { id } tables { nodes { name } } }',
    );
    expect(seen).toEqual({ accounts: [], tables: { nodes: [] } });
    expect(await refusal()).toEqual([`NOT_FOUND id: There is no account ${accountId}.`]);

    const again = await createAccount(platform.graphql);
    expect(again.id).not.toBe(accountId);
    accountId = again.id;
    await trustExternalId(platform.owner, again.externalId);
    const input = policyInput(accountId, { name: table, include: { tableNames: [table] } });
    const { policy } = await createPolicy(platform.graphql, input);
    expect((await ended(await runPolicy(platform.graphql, policy!.id))).status).toBe('SUCCEEDED');
    expect(await points()).toMatchObject([{ kind: 'BACKUP' }]);
  }, 120_000);
});
