import { ApplicationAutoScalingClient, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { DescribeRecoveryPointCommand } from '@aws-sdk/client-backup';
import {
  DeleteTableCommand,
  DescribeTableCommand,
  UpdateTableCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AWAY, AWS_ACCOUNT, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import {
  backupTables,
  createAirportTable,
  createPolicy,
  deleteRestorePoints,
  endOfSession,
  policyInput,
  previewDeletion,
  readLog,
  registerAccount,
  restoreTables,
  runPolicy,
  type SessionView,
} from '../src/account-under-test.ts';
import { hold, inVault, pointsOf, retain } from '../src/catalog-under-test.ts';
import { startEmbeddedPlatform } from '../src/platform-under-test.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A point that ends after 91 days, and that AWS deletes by itself after 105. */
const AGE_DAYS = 100;

let platform: Awaited<ReturnType<typeof startEmbeddedPlatform>>;
let accountId: string;
let fading: string;

const arnOf = (table: string) => `arn:aws:dynamodb:${HOME}:${AWS_ACCOUNT}:table/${table}`;
const ended = (id: string) => endOfSession(platform.graphql, id, 60_000);
const describeTable = async (TableName: string) =>
  (await platform.owner.dynamodb(HOME).send(new DescribeTableCommand({ TableName }))).Table;

/** Backups of long ago, and of some tables another of now. */
beforeAll(async () => {
  platform = await startEmbeddedPlatform({
    speed: 600,
    durations: { backup: 2 * MINUTE, copy: 2 * MINUTE, restore: 2 * MINUTE, coldRestore: 10 * MINUTE },
    startAt: Date.now() - AGE_DAYS * DAY,
  });
  accountId = await registerAccount(platform.owner, platform.graphql);
  for (const table of ['Chosen', 'Held', 'Left']) await createAirportTable(platform.owner, table);
  await createScaledTable('Scaled');
  await createWarmTable('Warm');
  fading = await policyOver('Fading', ['Left', 'Scaled', 'Warm'], {
    backupRetentionDays: 91,
    coldStorageAfterDays: 1,
    safetyNetDays: 14,
  });
  const copies = [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 3_650 }];
  const lasting = await policyOver('Lasting', ['Chosen', 'Held'], { backupRetentionDays: 3_650, copies });
  for (const policy of [fading, lasting]) await backUp(policy);
  const { session } = await backupTables(platform.graphql, { tableArns: [arnOf('Chosen')], vaultName: VAULT });
  expect((await ended(session!.id)).status).toBe('SUCCEEDED');
  await platform.aws.advance(AGE_DAYS * DAY);
  await backUp(lasting);
}, 120_000);
afterAll(() => platform.stop());

async function policyOver(name: string, tableNames: string[], changes: object): Promise<string> {
  const input = policyInput(accountId, { name, include: { tableNames }, ...changes });
  const { policy, userErrors } = await createPolicy(platform.graphql, input);
  expect(userErrors).toEqual([]);
  return policy!.id;
}

async function backUp(policyId: string): Promise<void> {
  expect((await ended(await runPolicy(platform.graphql, policyId))).status).toBe('SUCCEEDED');
}

/** Auto scaling has moved its read units far above its minimum, and its write units not at all. */
async function createScaledTable(name: string): Promise<void> {
  const ProvisionedThroughput = { ReadCapacityUnits: 40, WriteCapacityUnits: 5 };
  await createAirportTable(platform.owner, name, { BillingMode: 'PROVISIONED', ProvisionedThroughput });
  const credentials = { accessKeyId: `AKIA${AWS_ACCOUNT}OWNER`, secretAccessKey: 'emulated' };
  const client = new ApplicationAutoScalingClient({ endpoint: platform.awsEndpoint, region: HOME, credentials });
  for (const capacity of ['Read', 'Write'] as const) {
    await client.send(
      new RegisterScalableTargetCommand({
        ServiceNamespace: 'dynamodb',
        ResourceId: `table/${name}`,
        ScalableDimension: `dynamodb:table:${capacity}CapacityUnits`,
        MinCapacity: 5,
        MaxCapacity: 50,
      }),
    );
  }
  client.destroy();
}

const WARMTH = { ReadUnitsPerSecond: 20_000, WriteUnitsPerSecond: 8_000 };
async function createWarmTable(name: string): Promise<void> {
  await createAirportTable(platform.owner, name);
  const client = platform.owner.dynamodb(HOME);
  await client.send(new UpdateTableCommand({ TableName: name, WarmThroughput: WARMTH }));
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.05, maxDelay: 0.25 }, { TableName: name });
}

async function deleted(previewId: string): Promise<SessionView> {
  const { session, userErrors } = await deleteRestorePoints(platform.graphql, previewId);
  expect(userErrors).toEqual([]);
  return ended(session!.id);
}

test('by hand go the points made by hand, the copies, or what is older than a moment, and no others', async () => {
  const { graphql, owner } = platform;
  const before = await pointsOf(graphql, 'Chosen');
  expect(before.map(({ kind, region }) => `${kind} ${region}`).sort()).toEqual([
    `BACKUP ${HOME}`,
    `BACKUP ${HOME}`,
    `COPY ${AWAY}`,
    `COPY ${AWAY}`,
    `MANUAL ${HOME}`,
  ]);
  const of = (kind: string) => before.filter((point) => point.kind === kind);
  const [newBackup, oldBackup] = of('BACKUP');
  const moment = new Date(Date.now() - (AGE_DAYS / 2) * DAY).toISOString();
  const steps: [wish: object, gone: typeof before][] = [
    [{ kinds: ['MANUAL'] }, of('MANUAL')],
    [{ kinds: ['COPY'] }, of('COPY')],
    [{ createdBefore: moment }, [oldBackup!]],
  ];
  const left = new Set(before);
  for (const [wish, gone] of steps) {
    const preview = await previewDeletion(graphql, { tableArn: arnOf('Chosen'), ...wish });
    expect(preview).toMatchObject({ deleteCount: gone.length, keepCount: 0, warnings: [] });
    expect((await deleted(preview.id)).status).toBe('SUCCEEDED');
    for (const point of gone) left.delete(point);
    const arns = [...left].map(({ recoveryPointArn }) => recoveryPointArn).sort();
    expect((await pointsOf(graphql, 'Chosen')).map(({ recoveryPointArn }) => recoveryPointArn).sort()).toEqual(arns);
    const away = { region: AWAY, vaultName: VAULT };
    expect([...(await inVault(owner, 'Chosen')), ...(await inVault(owner, 'Chosen', away))].sort()).toEqual(arns);
  }
  expect([...left]).toEqual([newBackup]);
}, 120_000);

test('a hold takes a point out of what was confirmed, until it is released; too late is told as that', async () => {
  const { graphql, owner, aws } = platform;
  const [newest, old] = (await pointsOf(graphql, 'Held')).filter(({ kind }) => kind === 'BACKUP');
  const wish = { restorePointIds: [newest!.id, old!.id] };
  const before = await previewDeletion(graphql, wish);
  expect(before).toMatchObject({ deleteCount: 2, keepCount: 0 });
  expect(await hold(graphql, [old!.id], 'Case 17')).toEqual([]);
  const outdated = await deleteRestorePoints(graphql, before.id);
  expect(outdated).toMatchObject({ session: null, userErrors: [{ code: 'PREVIEW_OUTDATED', path: ['previewId'] }] });
  expect(await inVault(owner, 'Held')).toHaveLength(2);
  const after = await previewDeletion(graphql, wish);
  expect(after).toMatchObject({ deleteCount: 1, keepCount: 1 });
  expect(after.points.map(({ because }) => because)).toEqual([null, 'It is on legal hold: Case 17']);
  expect((await deleted(after.id)).status).toBe('SUCCEEDED');
  expect(await inVault(owner, 'Held')).toEqual([old!.recoveryPointArn]);
  const isHeld = async () => (await pointsOf(graphql, 'Held')).find(({ id }) => id === old!.id)?.legalHold;
  expect(await isHeld()).toEqual({ reason: 'Case 17' });

  const release = async () => {
    expect(await hold(graphql, [old!.id], null)).toEqual([]);
    expect(await isHeld()).toBeNull();
  };
  /** The session that deletes it, at the moment of a call to AWS, which takes its time. */
  const deletingAt = async (operation: string): Promise<string> => {
    const { id, ...shown } = await previewDeletion(graphql, { restorePointIds: [old!.id] });
    expect(shown).toMatchObject({ deleteCount: 1, keepCount: 0 });
    const calls = async () =>
      (await aws.calls()).filter((call) => call.operation === operation).reduce((sum, { count }) => sum + count, 0);
    const before = await calls();
    await aws.fault({ service: 'backup', operation, kind: 'delay', delayMs: 4_000, count: 1 });
    const { session } = await deleteRestorePoints(graphql, id);
    await eventually(async () => expect(await calls()).toBe(before + 1), { timeoutMs: 30_000, what: operation });
    return session!.id;
  };
  await release();
  const met = await deletingAt('DescribeRecoveryPoint');
  expect(await hold(graphql, [old!.id], 'Case 18')).toEqual([]);
  const kept = { kind: 'DELETE', status: 'WARNING', warnings: [expect.stringContaining('on legal hold: Case 18')] };
  expect(await ended(met)).toMatchObject({ status: 'WARNING', tasks: { nodes: [kept] } });
  expect(await inVault(owner, 'Held')).toEqual([old!.recoveryPointArn]);
  await release();
  const going = await deletingAt('DeleteRecoveryPoint');
  const tooLate = ['TOO_LATE restorePointIds.0'];
  expect(await hold(graphql, [old!.id], 'Case 19')).toEqual(tooLate);
  expect((await ended(going)).status).toBe('SUCCEEDED');
  expect(await inVault(owner, 'Held')).toEqual([]);
  expect(await hold(graphql, [old!.id], 'Case 19')).toEqual(tooLate);
}, 120_000);

test('the last point of a table that is gone outlives the deletion that AWS was told at its making', async () => {
  const { graphql, owner, aws } = platform;
  await graphql('mutation ($input: PolicyIdInput!) { disablePolicy(input: $input) { userErrors { code } } }', {
    input: { id: fading },
  });
  await owner.dynamodb(HOME).send(new DeleteTableCommand({ TableName: 'Left' }));
  const [last] = await pointsOf(graphql, 'Left');
  const lifecycle = async () => {
    const RecoveryPointArn = last!.recoveryPointArn;
    const point = new DescribeRecoveryPointCommand({ BackupVaultName: VAULT, RecoveryPointArn });
    return (await owner.backup(HOME).send(point)).Lifecycle;
  };
  expect(await lifecycle()).toMatchObject({ MoveToColdStorageAfterDays: 1, DeleteAfterDays: 105 });
  expect((await retain(graphql, accountId)).status).toBe('SUCCEEDED');
  await eventually(
    async () => {
      const { sessions } = await graphql<{ sessions: { nodes: SessionView[] } }>(
        `
          query ($filter: SessionFilter) {
            sessions(filter: $filter) {
              nodes {
                status
                tasks {
                  nodes {
                    kind
                    status
                    tableName
                  }
                }
              }
            }
          }
        `,
        { filter: { type: 'RETENTION', tableArn: arnOf('Left') } },
      );
      const nets = sessions.nodes.filter(({ tasks }) => tasks.nodes.some(({ kind }) => kind === 'LIFECYCLE'));
      expect(nets).toMatchObject([{ status: 'SUCCEEDED' }]);
      expect(nets[0]!.tasks.nodes).toContainEqual({ kind: 'LIFECYCLE', status: 'SUCCEEDED', tableName: 'Left' });
    },
    { timeoutMs: 30_000 },
  );
  // Its age, and the net of 14 days; the day on which it became cold is sent again.
  expect(await lifecycle()).toMatchObject({ MoveToColdStorageAfterDays: 1, DeleteAfterDays: AGE_DAYS + 14 });
  await aws.advance(7 * DAY);
  expect(await inVault(owner, 'Left')).toEqual([last!.recoveryPointArn]);
  expect(await pointsOf(graphql, 'Left')).toMatchObject([{ id: last!.id, storageClass: 'COLD' }]);
}, 120_000);

test('before a restore it is told that it takes longer and may bring a peak; what is asked for comes back', async () => {
  const { graphql } = platform;
  const [scaled] = await pointsOf(graphql, 'Scaled');
  const [warm] = await pointsOf(graphql, 'Warm');
  const cold = `The point is in cold storage: AWS takes about 4 hours longer to restore it, and only in ${HOME}.`;
  const peak =
    'The read capacity of the table stood at 40 when the point was made, and auto scaling moves it between 5 and 50: ' +
    'it may have been a peak. It comes back as it stood unless scaledCapacity is MINIMUM.';
  expect(scaled!.restoreNotes).toEqual([cold, peak]);
  expect(warm!.restoreNotes).toEqual([cold]);
  const { session, userErrors } = await restoreTables(graphql, [
    { restorePointId: scaled!.id, mode: 'NEW', tableName: 'Scaled-as-it-stood' },
    { restorePointId: scaled!.id, mode: 'NEW', tableName: 'Scaled-low', scaledCapacity: 'MINIMUM' },
    { restorePointId: warm!.id, mode: 'NEW', tableName: 'Warm-again', warmThroughput: 'REAPPLY' },
    { restorePointId: warm!.id, mode: 'NEW', tableName: 'Not-warmed' },
  ]);
  expect(userErrors).toEqual([]);
  const done = await endOfSession(graphql, session!.id, 90_000);
  expect(done.tasks.nodes.map(({ kind, status }) => `${kind} ${status}`)).toEqual(Array(4).fill('RESTORE SUCCEEDED'));
  const log = await readLog(graphql, session!.id);
  expect(log).toContain(`Scaled-as-it-stood in ${HOME}: ${cold}`);
  expect(log).toContain(`Scaled-as-it-stood in ${HOME}: ${peak}`);
  // It does not come back as it stood: there is nothing to warn of.
  expect(log).not.toContain(`Scaled-low in ${HOME}: ${peak}`);
  const units = async (name: string) => (await describeTable(name))?.ProvisionedThroughput;
  expect(await units('Scaled-as-it-stood')).toMatchObject({ ReadCapacityUnits: 40, WriteCapacityUnits: 5 });
  expect(await units('Scaled-low')).toMatchObject({ ReadCapacityUnits: 5, WriteCapacityUnits: 5 });
  expect((await describeTable('Warm-again'))?.WarmThroughput).toMatchObject(WARMTH);
  expect((await describeTable('Not-warmed'))?.WarmThroughput?.ReadUnitsPerSecond).toBeLessThan(20_000);
}, 150_000);
