import { paginateListRecoveryPointsByBackupVault } from '@aws-sdk/client-backup';
import { DeleteTableCommand, waitUntilTableNotExists } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  runPolicy,
  type SessionPayload,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

type Errors = { userErrors: { code: string; path: string[] }[] };
type Verdict = { restorePoint: { id: string }; verdict: string; reasons: { code: string }[] };
type Chain = { id: string; tableName: string; because: string; acknowledgedAt: string | null };

describe('retention', () => {
  let platform: PlatformUnderTest;
  let accountId: string;
  let tables = 0;
  let table: string;
  let tableArn: string;
  let policyId: string;

  beforeAll(async () => {
    platform = await startPlatform();
    accountId = await registerAccount(platform.owner, platform.graphql);
  }, 60_000);
  afterAll(() => platform.stop());

  /** A table with three backups by one policy, kept for 35 days. */
  beforeEach(async () => {
    table = `Kept-${++tables}`;
    tableArn = `arn:aws:dynamodb:${HOME}:111122223333:table/${table}`;
    await createAirportTable(platform.owner, table);
    const input = policyInput(accountId, { name: table, include: { tableNames: [table] } });
    policyId = (await createPolicy(platform.graphql, input)).policy!.id;
    for (let i = 0; i < 3; i++) await backUp();
  }, 120_000);

  const backUp = async () => {
    const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policyId), 60_000);
    expect(session.status).toBe('SUCCEEDED');
  };
  /** Newest first. */
  const points = async (): Promise<string[]> => {
    const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: { id: string }[] } }>(
      'query ($filter: RestorePointFilter) { restorePoints(filter: $filter) { nodes { id } } }',
      { filter: { tableName: table } },
    );
    return restorePoints.nodes.map(({ id }) => id);
  };
  const inVault = async (): Promise<number> => {
    const client = platform.owner.backup(HOME);
    let found = 0;
    for await (const page of paginateListRecoveryPointsByBackupVault({ client }, { BackupVaultName: VAULT })) {
      found += (page.RecoveryPoints ?? []).filter((point) => point.ResourceArn === tableArn).length;
    }
    return found;
  };
  const expireAt = async (restorePointIds: string[], expiresAt: Date): Promise<Errors> => {
    const { setRestorePointExpiry } = await platform.graphql<{ setRestorePointExpiry: Errors }>(
      `mutation ($input: SetRestorePointExpiryInput!) {
         setRestorePointExpiry(input: $input) { userErrors { code path } } }`,
      { input: { restorePointIds, expiresAt } },
    );
    return setRestorePointExpiry;
  };
  const verdicts = async (): Promise<Verdict[]> => {
    const { retentionPreview } = await platform.graphql<{ retentionPreview: { nodes: Verdict[] } }>(
      `query ($accountId: ID!, $tableArn: ARN) { retentionPreview(accountId: $accountId, tableArn: $tableArn) {
         nodes { restorePoint { id } verdict reasons { code } } } }`,
      { accountId, tableArn },
    );
    return retentionPreview.nodes;
  };
  /** Once the time of all of them is over. */
  const expired = async (ids: string[]) => {
    expect((await expireAt(ids, new Date(Date.now() + 1_500))).userErrors).toEqual([]);
    await eventually(
      async () => {
        const over = (await verdicts()).filter(({ reasons }) => !reasons.some(({ code }) => code === 'EXPIRY'));
        expect(over.map(({ restorePoint }) => restorePoint.id).sort()).toEqual([...ids].sort());
      },
      { timeoutMs: 10_000, everyMs: 200, what: 'the end of their time' },
    );
  };
  const retain = async (dryRun: boolean) => {
    const { runRetention } = await platform.graphql<{ runRetention: SessionPayload }>(
      `mutation ($input: RunRetentionInput!) {
         runRetention(input: $input) { session { id } userErrors { code message path } } }`,
      { input: { accountId, dryRun } },
    );
    expect(runRetention.userErrors).toEqual([]);
    const { id } = runRetention.session!;
    const ended = await endOfSession(platform.graphql, id, 60_000);
    const { session } = await platform.graphql<{ session: { type: string; log: { nodes: { message: string }[] } } }>(
      'query ($id: ID!) { session(id: $id) { type log(first: 100) { nodes { message } } } }',
      { id },
    );
    expect(session.type).toBe('RETENTION');
    return { ...ended, log: session.log.nodes.map(({ message }) => message) };
  };
  const rescan = async () => {
    const { rescanInventory } = await platform.graphql<{ rescanInventory: SessionPayload }>(
      `mutation ($input: RescanInventoryInput!) {
         rescanInventory(input: $input) { session { id } userErrors { code message path } } }`,
      { input: { accountId } },
    );
    expect(rescanInventory.userErrors).toEqual([]);
    expect(await endOfSession(platform.graphql, rescanInventory.session!.id, 60_000)).toMatchObject({
      status: 'SUCCEEDED',
    });
  };
  const deletions = async () =>
    (await platform.aws.calls()).filter(({ operation }) => operation === 'DeleteRecoveryPoint');

  test('points whose time is over go, the newest and the held stay, and a dry run says it before', async () => {
    const [newest = '', middle = '', oldest = ''] = await points();
    await expired([newest, middle, oldest]);
    expect((await verdicts()).map(({ verdict, reasons }) => [verdict, ...reasons.map(({ code }) => code)])).toEqual([
      ['KEEP', 'NEWEST'],
      ['DELETE'],
      ['DELETE'],
    ]);
    const before = JSON.stringify(await deletions());
    const dry = await retain(true);
    expect(dry).toMatchObject({ status: 'SUCCEEDED', tasks: { nodes: [{ kind: 'IMPORT' }] } });
    expect(dry.log.filter((line) => line.startsWith(`Would go: backup of ${table}`))).toHaveLength(2);
    expect(JSON.stringify(await deletions())).toBe(before);
    expect(await inVault()).toBe(3);

    await platform.graphql(
      'mutation ($input: SetLegalHoldInput!) { setLegalHold(input: $input) { userErrors { code } } }',
      { input: { restorePointIds: [middle], hold: true, reason: 'Case 17' } },
    );
    const session = await retain(false);
    expect(session).toMatchObject({
      status: 'SUCCEEDED',
      tasks: { nodes: [{ kind: 'IMPORT' }, { kind: 'DELETE', status: 'SUCCEEDED' }] },
    });
    expect(await points()).toEqual([newest, middle]);
    expect(await inVault()).toBe(2);
  }, 120_000);

  test('a vault that cannot be listed gives up nothing, and the session says so', async () => {
    const [, ...old] = await points();
    await expired(old);
    const fault = { service: 'backup', operation: 'ListRecoveryPointsByBackupVault', kind: 'notFound' } as const;
    await platform.aws.fault({ ...fault, count: 20 });
    const session = await retain(false);
    await platform.aws.clearFaults();
    expect(session).toMatchObject({
      status: 'FAILED',
      notes: [`Vault ${VAULT} in ${HOME} could not be listed; none of its points is deleted.`],
    });
    expect(await inVault()).toBe(3);
    expect((await retain(false)).status).toBe('SUCCEEDED');
    expect(await inVault()).toBe(1);
  }, 120_000);

  test('when a name comes back as another table, the old one’s points wait for a person', async () => {
    const old = await points();
    const client = platform.owner.dynamodb(HOME);
    await client.send(new DeleteTableCommand({ TableName: table }));
    await waitUntilTableNotExists({ client, maxWaitTime: 60, minDelay: 0.05, maxDelay: 0.25 }, { TableName: table });
    await createAirportTable(platform.owner, table);
    const chains = async (includeAcknowledged = false): Promise<Chain[]> => {
      const { frozenChains } = await platform.graphql<{ frozenChains: { nodes: Chain[] } }>(
        `query ($all: Boolean) { frozenChains(includeAcknowledged: $all) {
           nodes { id tableName because acknowledgedAt } } }`,
        { all: includeAcknowledged },
      );
      return frozenChains.nodes.filter(({ tableName }) => tableName === table);
    };
    // Frozen once a scan has seen the new table, which has no point yet and may never have one.
    await rescan();
    const frozen = () => chains().then((found) => expect(found).toMatchObject([{ because: 'REPLACED' }]));
    await eventually(frozen, { what: 'the freeze of the old table’s points' });
    const [chain] = await chains();
    await expired(old);
    await retain(false);
    expect(await points()).toEqual(old);
    await backUp();
    expect(await chains()).toEqual([chain]);
    const { acknowledgeChain } = await platform.graphql<{ acknowledgeChain: Errors }>(
      'mutation ($input: AcknowledgeChainInput!) { acknowledgeChain(input: $input) { userErrors { code path } } }',
      { input: { id: chain!.id, reason: 'The table was moved' } },
    );
    expect(acknowledgeChain.userErrors).toEqual([]);
    expect(await chains()).toEqual([]);
    expect(await chains(true)).toHaveLength(1);
    expect((await retain(false)).status).toBe('SUCCEEDED');
    // The old table's newest stays for being that, the new table's is not touched.
    expect(await points()).toHaveLength(2);
  }, 120_000);

  test('a policy’s points follow its edited retention after a preview, and not at once into the past', async () => {
    const updated = await platform.graphql<{ updatePolicy: Errors }>(
      'mutation ($input: UpdatePolicyInput!) { updatePolicy(input: $input) { userErrors { code path } } }',
      {
        input: {
          id: policyId,
          version: 1,
          policy: policyInput(accountId, { name: table, include: { tableNames: [table] }, backupRetentionDays: 7 }),
        },
      },
    );
    expect(updated.updatePolicy.userErrors).toEqual([]);
    type Preview = { id: string; earlierCount: number; laterCount: number; overCount: number };
    const { previewPolicyRetention } = await platform.graphql<{
      previewPolicyRetention: { preview: Preview } & Errors;
    }>(
      `mutation ($input: PreviewPolicyRetentionInput!) { previewPolicyRetention(input: $input) {
         preview { id earlierCount laterCount overCount } userErrors { code path } } }`,
      { input: { policyId } },
    );
    const { preview } = previewPolicyRetention;
    expect(preview).toMatchObject({ earlierCount: 3, laterCount: 0, overCount: 0 });
    const apply = async () =>
      platform.graphql<{ applyPolicyRetention: { changedCount: number | null } & Errors }>(
        `mutation ($input: ApplyPolicyRetentionInput!) {
           applyPolicyRetention(input: $input) { changedCount userErrors { code path } } }`,
        { input: { previewId: preview.id } },
      );
    expect((await apply()).applyPolicyRetention).toMatchObject({ changedCount: 3, userErrors: [] });
    expect((await apply()).applyPolicyRetention.userErrors).toMatchObject([{ code: 'PREVIEW_USED' }]);
    const { restorePoints } = await platform.graphql<{
      restorePoints: { nodes: { createdAt: string; expiresAt: string }[] };
    }>('query ($filter: RestorePointFilter) { restorePoints(filter: $filter) { nodes { createdAt expiresAt } } }', {
      filter: { tableName: table },
    });
    for (const { createdAt, expiresAt } of restorePoints.nodes) {
      expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(7 * 86_400_000);
    }
    expect(await expireAt([(await points())[0]!], new Date(Date.now() - 1_000))).toMatchObject({
      userErrors: [{ code: 'IN_THE_PAST', path: ['expiresAt'] }],
    });
  }, 120_000);

  test('a table’s newest point stays whatever its age, and goes where its policy says that it may', async () => {
    const [newest = ''] = await points();
    await expired([newest]);
    expect((await verdicts())[0]).toMatchObject({ verdict: 'KEEP', reasons: [{ code: 'NEWEST' }] });
    expect((await retain(false)).status).toBe('SUCCEEDED');
    expect(await points()).toHaveLength(3);

    table = `${table}-spare`;
    tableArn = `${tableArn}-spare`;
    await createAirportTable(platform.owner, table);
    const input = policyInput(accountId, { name: table, include: { tableNames: [table] }, keepNewest: false });
    policyId = (await createPolicy(platform.graphql, input)).policy!.id;
    const { policy } = await platform.graphql<{ policy: { keepNewest: boolean } }>(
      'query ($id: ID!) { policy(id: $id) { keepNewest } }',
      { id: policyId },
    );
    expect(policy).toEqual({ keepNewest: false });
    await backUp();
    const [only = ''] = await points();
    expect((await retain(false)).status).toBe('SUCCEEDED');
    expect(await points()).toEqual([only]);
    await expired([only]);
    expect((await verdicts()).map(({ verdict, reasons }) => [verdict, ...reasons])).toEqual([['DELETE']]);
    expect((await retain(false)).status).toBe('SUCCEEDED');
    expect(await points()).toEqual([]);
    expect(await inVault()).toBe(0);
  }, 120_000);
});
