import {
  CreateBackupVaultCommand,
  DeleteRecoveryPointCommand,
  PutBackupVaultLockConfigurationCommand,
} from '@aws-sdk/client-backup';
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { openStream, type StreamUnderTest } from '@tablekeep/testkit/event-stream-client';
import { eventually } from '@tablekeep/testkit/eventually';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  createAirportTable,
  createPolicy,
  deleteRestorePoints,
  endOfSession,
  policyInput,
  previewDeletion,
  readLog,
  registerAccount,
  runPolicy,
} from '../src/account-under-test.ts';
import {
  askRetention,
  changeRetentionSettings,
  hold,
  importPoints,
  inVault,
  metric,
  pointsOf,
  previewRetention,
  retain,
} from '../src/catalog-under-test.ts';
import { startEmbeddedPlatform } from '../src/platform-under-test.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const LOCKED = { region: HOME, vaultName: 'compliance' };

let platform: Awaited<ReturnType<typeof startEmbeddedPlatform>>;
let accountId: string;
let stream: StreamUnderTest;

/** AWS's clock stands a month back: points that are kept for a week are past their time as soon as they are there. */
beforeAll(async () => {
  platform = await startEmbeddedPlatform({
    speed: 600,
    durations: { backup: 2 * MINUTE },
    startAt: Date.now() - 30 * DAY,
  });
  accountId = await registerAccount(platform.owner, platform.graphql);
  stream = await openStream(`${platform.url}/events`, { authorization: `Bearer ${platform.token}` });
  await changeRetentionSettings(platform.graphql, { ...halfAnHourAway(), jitterMinutes: 0 });
  for (const name of ['Slide', 'Bereft', 'Shrunk']) await createAirportTable(platform.owner, name);
  const large = await fill('Shrunk');
  const week = await policyOver('Week', { include: { tableNames: ['Slide', 'Bereft', 'Shrunk'] } });
  for (let i = 0; i < 3; i++) await backUp(week);
  await large.remove();
  await backUp(week);
}, 120_000);
afterAll(async () => {
  stream.close();
  await platform.stop();
});

async function policyOver(name: string, changes: object): Promise<string> {
  const input = policyInput(accountId, { name, backupRetentionDays: 7, ...changes });
  const { policy, userErrors } = await createPolicy(platform.graphql, input);
  expect(userErrors).toEqual([]);
  return policy!.id;
}

async function backUp(policyId: string): Promise<void> {
  const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policyId), 60_000);
  expect(session.status).toBe('SUCCEEDED');
}

/** More than a megabyte, and the way to take it out again. */
async function fill(TableName: string): Promise<{ remove(): Promise<void> }> {
  const client = platform.owner.dynamodb(HOME);
  const keys = ['A', 'B', 'C', 'D'].map((iata) => ({ iata: { S: iata } }));
  for (const key of keys) {
    await client.send(new PutItemCommand({ TableName, Item: { ...key, photo: { S: 'x'.repeat(350_000) } } }));
  }
  return {
    remove: async () => {
      for (const Key of keys) await client.send(new DeleteItemCommand({ TableName, Key }));
    },
  };
}

/** A time of day is moved about within one day: in a zone where it is about noon now. */
const ZONE_HOURS = 12 - new Date().getUTCHours();
const ZONE = `Etc/GMT${ZONE_HOURS > 0 ? '-' : '+'}${Math.abs(ZONE_HOURS)}`;
const localTime = (awayMs: number) => new Date(Date.now() + awayMs + ZONE_HOURS * 60 * MINUTE).toISOString();
const timeOfDay = (awayMs: number) => ({ timeZone: ZONE, timeOfDay: localTime(awayMs).slice(11, 16) });
/** Of today there. */
const momentOf = (time: string) =>
  new Date(Date.parse(`${localTime(0).slice(0, 10)}T${time}:00Z`) - ZONE_HOURS * 60 * MINUTE).toISOString();
const halfAnHourAway = () => timeOfDay(30 * MINUTE);

/** What time does, and no test can wait for. */
function meanwhile(sql: string, ...parameters: string[]): void {
  const database = new DatabaseSync(join(platform.dataDir, 'retention.sqlite'), { timeout: 10_000 });
  expect(database.prepare(sql).run(...parameters).changes).toBeGreaterThan(0);
  database.close();
}

type Told = { sessionId?: string; tableName: string | null; code: string; points: number; vaultName: string | null };
const told = (type: string) =>
  stream.events().flatMap((event) => (event.type === `dev.tablekeep.${type}.v1` ? [event.data as Told] : []));
const CODES = ['NEWEST_MISSING', 'TOO_MANY_AT_ONCE', 'VAULT_UNREADABLE', 'CLOCK_SKEW'];
const refusals = () =>
  Promise.all(
    CODES.map(
      async (code) =>
        (await metric(platform.adminUrls, `tablekeep_retention_refused_total{reason="${code}"}`)) ?? Number.NaN,
    ),
  );
const notesOf = (table: string, { notes }: { notes: string[] }) =>
  notes.filter((note) => note.startsWith(`${table}: `));
const inVaultOf = async (table: string) => (await inVault(platform.owner, table)).length;

test('what is in doubt stays, and is told; the share raised, the day’s own session lets the landslide go', async () => {
  const { graphql, owner, aws } = platform;
  const [newest] = await pointsOf(graphql, 'Bereft');
  const arn = newest!.recoveryPointArn;
  await owner.backup(HOME).send(new DeleteRecoveryPointCommand({ BackupVaultName: VAULT, RecoveryPointArn: arn }));
  await eventually(async () => expect(await inVaultOf('Bereft')).toBe(3));
  meanwhile("UPDATE restore_point SET catalogued_at = strftime('%Y-%m-%d %H:%M:%f', catalogued_at, '-1 hours')");
  const before = await refusals();

  const session = await retain(graphql, accountId);
  expect(notesOf('Bereft', session)).toEqual([
    `Bereft: its newest point ${arn} is not in vault ${VAULT}; none of its points is deleted.`,
  ]);
  expect(notesOf('Slide', session)).toEqual([
    expect.stringMatching(
      /^Slide: 3 of its 4 points would go at once, more than 50 %\. .*none of its points is deleted\.$/u,
    ),
  ]);
  const blind = {
    service: 'backup',
    operation: 'ListRecoveryPointsByBackupVault',
    kind: 'notFound',
    count: 20,
  } as const;
  await aws.fault(blind);
  expect((await retain(graphql, accountId)).notes).toContain(
    `Vault ${VAULT} in ${HOME} could not be listed; none of its points is deleted.`,
  );
  await aws.clearFaults();
  expect([await inVaultOf('Bereft'), await inVaultOf('Slide')]).toEqual([3, 4]);
  const row = ({ code, tableName, vaultName, points }: Told) => `${code} ${tableName ?? vaultName} ${points}`;
  await eventually(() =>
    expect(told('retention.refused').map(row)).toEqual(
      expect.arrayContaining([
        'NEWEST_MISSING Bereft 2',
        'TOO_MANY_AT_ONCE Slide 3',
        expect.stringMatching(`^VAULT_UNREADABLE ${VAULT} \\d+$`),
      ]),
    ),
  );
  expect((await refusals()).map((count, i) => count - before[i]!)).toEqual([1, 1, 1, 0]);
  await seenAsMissing(newest!.id);

  expect(await scheduled()).toEqual([]);
  const { retentionSettings } = await graphql<{ retentionSettings: { timeOfDay: string; nextRuns: object[] } }>(
    '{ retentionSettings { timeOfDay nextRuns { accountId at } } }',
  );
  expect(retentionSettings.nextRuns).toEqual([{ accountId, at: momentOf(retentionSettings.timeOfDay) }]);
  // As if it had points since yesterday: the day on which an account gets its first has no session of its own.
  meanwhile('UPDATE retained_account SET last_day = ?', localTime(-DAY).slice(0, 10));
  await changeRetentionSettings(graphql, { ...timeOfDay(-MINUTE), sharePercent: 100 });
  const [own] = await eventually(
    async () => {
      const sessions = await scheduled();
      expect(sessions).toHaveLength(1);
      return sessions;
    },
    { timeoutMs: 60_000, everyMs: 250, what: 'the session of the day' },
  );
  const daily = await endOfSession(graphql, own!.id, 60_000);
  expect(notesOf('Slide', daily)).toEqual([]);
  expect(notesOf('Bereft', daily)).toHaveLength(1);
  expect([await inVaultOf('Bereft'), await inVaultOf('Slide')]).toEqual([3, 1]);
}, 180_000);

/** Once catalog and vaults are compared: told to people and to programs as a point that its vault does not show. */
async function seenAsMissing(id: string): Promise<void> {
  expect((await importPoints(platform.graphql, accountId)).status).toBe('SUCCEEDED');
  await eventually(async () => {
    const { catalogDrift, catalogDriftCounts } = await platform.graphql<{
      catalogDrift: { nodes: { id: string; drift: string[] }[] };
      catalogDriftCounts: { kind: string; points: number }[];
    }>(
      `query ($accountId: ID!) {
         catalogDrift(accountId: $accountId, kind: MISSING) { nodes { id drift } }
         catalogDriftCounts(accountId: $accountId) { kind points } }`,
      { accountId },
    );
    expect(catalogDrift.nodes).toEqual([{ id, drift: ['MISSING'] }]);
    expect(catalogDriftCounts).toEqual([{ kind: 'MISSING', points: 1 }]);
    expect(told('catalog.drifted')).toMatchObject([{ counts: [{ kind: 'MISSING', points: 1 }] }]);
    const series = `tablekeep_catalog_drift_points{account="${accountId}",kind="MISSING"}`;
    expect(await metric(platform.adminUrls, series)).toBe(1);
  });
}

/** Retention sessions that nobody asked for. */
async function scheduled(): Promise<{ id: string }[]> {
  const { sessions } = await platform.graphql<{ sessions: { nodes: { id: string; trigger: string }[] } }>(
    '{ sessions(filter: { type: RETENTION }) { nodes { id trigger } } }',
  );
  return sessions.nodes.filter(({ trigger }) => trigger === 'SCHEDULE');
}

test('a table whose size has collapsed loses no point until a person has acknowledged it', async () => {
  const { graphql, owner } = platform;
  type Chain = { id: string; tableName: string; because: string; detail: string; acknowledgedBy: string | null };
  const chains = async (includeAcknowledged: boolean) => {
    const { frozenChains } = await graphql<{ frozenChains: { nodes: Chain[] } }>(
      `
        query ($all: Boolean) {
          frozenChains(includeAcknowledged: $all) {
            nodes {
              id
              tableName
              because
              detail
              acknowledgedBy
            }
          }
        }
      `,
      { all: includeAcknowledged },
    );
    return frozenChains.nodes;
  };
  const [chain, ...others] = await chains(false);
  expect(others).toEqual([]);
  expect(chain).toMatchObject({ tableName: 'Shrunk', because: 'COLLAPSED', acknowledgedBy: null });
  expect(chain!.detail).toMatch(/^its newest point has \d{3,4} bytes where 14\d{5} were usual/u);
  const frozen = { chainId: chain!.id, tableName: 'Shrunk', because: 'COLLAPSED' };
  await eventually(() => expect(told('chain.frozen')).toMatchObject([frozen]));
  expect(await metric(platform.adminUrls, 'tablekeep_frozen_chains')).toBe(1);
  const reasons = async () =>
    (await previewRetention(graphql, accountId, 'Shrunk')).map((one) => one.reasons.map(({ code }) => code).join(' '));
  expect(await reasons()).toEqual(['NEWEST CHAIN_FROZEN', 'CHAIN_FROZEN', 'CHAIN_FROZEN', 'CHAIN_FROZEN']);
  await retain(graphql, accountId);
  expect(await inVaultOf('Shrunk')).toBe(4);

  const { acknowledgeChain } = await graphql<{ acknowledgeChain: { userErrors: object[] } }>(
    'mutation ($input: AcknowledgeChainInput!) { acknowledgeChain(input: $input) { userErrors { code path } } }',
    { input: { id: chain!.id, reason: 'The photos were moved' } },
  );
  expect(acknowledgeChain.userErrors).toEqual([]);
  expect(await chains(false)).toEqual([]);
  expect(await chains(true)).toMatchObject([{ id: chain!.id, acknowledgedBy: expect.any(String) }]);
  await eventually(() => expect(told('chain.released')).toMatchObject([{ ...frozen, how: 'ACKNOWLEDGED' }]));
  expect(await metric(platform.adminUrls, 'tablekeep_frozen_chains')).toBe(0);
  // One less than a landslide.
  const [newest, second] = await pointsOf(graphql, 'Shrunk');
  expect(await hold(graphql, [second!.id], 'Case 17')).toEqual([]);
  expect(await reasons()).toEqual(['NEWEST', 'LEGAL_HOLD', '', '']);
  await retain(graphql, accountId);
  expect((await inVault(owner, 'Shrunk')).sort()).toEqual([newest!, second!].map((one) => one.recoveryPointArn).sort());
}, 120_000);

test('what a vault’s lock refuses, by hand and by the rules, is an outcome that the session tells, and no failure', async () => {
  const { graphql, owner, aws } = platform;
  const backup = owner.backup(HOME);
  await backup.send(new CreateBackupVaultCommand({ BackupVaultName: LOCKED.vaultName }));
  await createAirportTable(owner, 'Bound');
  const policy = await policyOver('Bound', { include: { tableNames: ['Bound'] }, vaults: [LOCKED] });
  for (let i = 0; i < 2; i++) await backUp(policy);
  const [, old] = await pointsOf(graphql, 'Bound');
  const preview = await previewDeletion(graphql, { restorePointIds: [old!.id] });
  expect(preview.deleteCount).toBe(1);
  // By now the catalog knows the vault, and knows it without a lock; that it gets one, AWS tells nobody for a while.
  await retain(graphql, accountId, true);
  await aws.fault({ service: 'backup', operation: 'ListBackupVaults', kind: 'notFound', count: 100 });
  await backup.send(
    new PutBackupVaultLockConfigurationCommand({ BackupVaultName: LOCKED.vaultName, MinRetentionDays: 1 }),
  );
  const keptAsLocked = async (id: string) => {
    const session = await endOfSession(graphql, id, 60_000);
    const deletion = session.tasks.nodes.find(({ kind, tableName }) => kind === 'DELETE' && tableName === 'Bound');
    const kept = expect.stringMatching(/^The recovery point was kept: .*locked/u);
    expect(deletion).toMatchObject({ status: 'WARNING', reasonCode: null, warnings: [kept] });
    expect(await readLog(graphql, id)).toContainEqual(expect.stringMatching(/was kept: .*locked/u));
    expect(await inVault(owner, 'Bound', LOCKED)).toHaveLength(2);
    return session.status;
  };
  const byHand = await deleteRestorePoints(graphql, preview.id);
  expect(await keptAsLocked(byHand.session!.id)).toBe('WARNING');

  const byRules = await askRetention(graphql, accountId);
  expect(await keptAsLocked(byRules)).toBe('WARNING');
  await aws.clearFaults();
  // Told by AWS that the vault is locked, retention asks for nothing that AWS refuses.
  const { tasks } = await retain(graphql, accountId);
  expect(tasks.nodes.filter(({ kind, tableName }) => kind === 'DELETE' && tableName === 'Bound')).toEqual([]);
  expect(
    (await previewRetention(graphql, accountId, 'Bound')).map(({ verdict, reasons }) => [verdict, ...reasons]),
  ).toEqual([
    ['KEEP', { code: 'LOCKED_VAULT' }],
    ['KEEP', { code: 'LOCKED_VAULT' }],
  ]);
  expect(await hold(graphql, [old!.id], 'Case 17')).toEqual(['VAULT_LOCKED restorePointIds.0']);
}, 120_000);
