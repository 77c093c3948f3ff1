import { StartBackupJobCommand } from '@aws-sdk/client-backup';
import { UpdateContinuousBackupsCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startEmulator, type Emulator } from '@tablekeep/aws-emulator';
import { startEmbedded } from '@tablekeep/embedded';
import {
  accountOwner,
  AWAY,
  AWS_ACCOUNT,
  HOME,
  OPERATOR_ROLE,
  SERVICE_ROLE,
  VAULT,
  type Owner,
  trustExternalId,
} from '@tablekeep/embedded/demo/aws-account';
import { compareTables } from '@tablekeep/embedded/demo/compare-tables';
import { describeTable } from '@tablekeep/embedded/demo/describe-table';
import type { GraphqlClient } from '@tablekeep/embedded/demo/graphql-client';
import { limitsEnvironment, limitsOf } from '@tablekeep/executor/environment';
import { parseEnv } from '@tablekeep/platform/config';
import { addToKeyring, openKeyring } from '@tablekeep/platform/keyring';
import { Lifecycle } from '@tablekeep/platform/lifecycle';
import { createLogger } from '@tablekeep/platform/logging';
import { eventually } from '@tablekeep/testkit/eventually';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  backupTables,
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  restoreTables,
  runPolicy,
  type SessionPayload,
} from '../src/account-under-test.ts';
import { views } from '../src/platform-under-test.ts';

const SPEED = 600;
const log = createLogger({ service: 'test', level: 'fatal' });

let folder: string;
let emulator: Emulator;
let owner: Owner;
let running: Lifecycle;
let graphql: GraphqlClient;

/** The platform on a data folder of this name, against the AWS that outlives it. */
async function start(name: string): Promise<void> {
  running = new Lifecycle(log);
  const platform = await startEmbedded(
    {
      http: { host: '127.0.0.1', port: 0 },
      dataDir: join(folder, name),
      logLevel: 'error',
      limits: limitsOf(parseEnv(limitsEnvironment, {})),
      aws: { kind: 'external-emulator', url: emulator.endpoint, speed: SPEED },
    },
    running,
    log,
  );
  const token = (await readFile(platform.adminTokenFile, 'utf8')).trim();
  graphql = views(platform.url, token, emulator.endpoint).graphql;
}
const stop = () => running.stop(10_000);
const keyringOf = (name: string) => join(folder, name, 'keyring.json');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablekeep-lost-'));
  emulator = await startEmulator({ speed: SPEED });
  owner = accountOwner(emulator.endpoint);
  await start('first');
}, 60_000);
afterAll(async () => {
  await stop();
  await emulator.stop();
  await rm(folder, { recursive: true, force: true });
});

type Point = {
  recoveryPointArn: string;
  foreign: boolean;
  foreignBecause: string | null;
  importedAt: string | null;
  [field: string]: unknown;
};
const ended = (id: string) => endOfSession(graphql, id, 60_000);

async function catalog(): Promise<Map<string, Point>> {
  const { restorePoints } = await graphql<{ restorePoints: { nodes: Point[] } }>(`
    {
      restorePoints(first: 500) {
        nodes {
          id
          kind
          recoveryPointArn
          tableArn
          tableName
          tableId
          region
          vaultName
          storageClass
          movesToColdAt
          sizeBytes
          createdAt
          expiresAt
          flags {
            flag
            expiresAt
          }
          policyId
          policyName
          selfSufficient
          source {
            id
          }
          copies {
            id
          }
          foreign
          foreignBecause
          importedAt
          drift
          settings {
            tableClass
            deletionProtection
            timeToLiveAttribute
            pointInTimeRecoveryDays
            tags {
              key
              value
            }
            onDemandMaximum {
              readRequestUnits
              writeRequestUnits
            }
            unknownSettings
          }
        }
      }
    }
  `);
  return new Map(restorePoints.nodes.map((point) => [point.recoveryPointArn, point]));
}

async function importPoints(accountId: string, input: object = {}): Promise<SessionPayload> {
  const { importRestorePoints } = await graphql<{ importRestorePoints: SessionPayload }>(
    `
      mutation ($input: ImportRestorePointsInput!) {
        importRestorePoints(input: $input) {
          session {
            id
          }
          userErrors {
            code
            message
            path
          }
        }
      }
    `,
    { input: { accountId, ...input } },
  );
  return importRestorePoints;
}
const imported = async (accountId: string) => ended((await importPoints(accountId)).session!.id);

/** Why each of the account's points stays. */
async function reasons(accountId: string): Promise<string[][]> {
  const { retentionPreview } = await graphql<{ retentionPreview: { nodes: { reasons: { code: string }[] }[] } }>(
    `
      query ($accountId: ID!) {
        retentionPreview(accountId: $accountId, first: 100) {
          nodes {
            reasons {
              code
            }
          }
        }
      }
    `,
    { accountId },
  );
  return retentionPreview.nodes.map((node) => node.reasons.map(({ code }) => code));
}

/** The account as a fresh installation registers it: another external id, for which the role's owner lets it in. */
async function registerAgain(): Promise<string> {
  const { createAccount } = await graphql<{ createAccount: { account: { id: string; externalId: string } } }>(
    'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { account { id externalId } } }',
    {
      input: {
        name: 'Production again',
        awsAccountId: AWS_ACCOUNT,
        roleArn: OPERATOR_ROLE,
        serviceRoleArn: SERVICE_ROLE,
        regions: [HOME, AWAY],
      },
    },
  );
  const { id, externalId } = createAccount.account;
  await trustExternalId(owner, externalId);
  return id;
}

/** Two tables with copies away, one of them rich in what AWS forgets; backups by hand, at home and away; and a stranger's. */
async function makePoints(): Promise<{ foreignArn: string; points: number }> {
  const accountId = await registerAccount(owner, graphql);
  await createAirportTable(owner, 'Plain');
  await createAirportTable(owner, 'Rich', {
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    TableClass: 'STANDARD_INFREQUENT_ACCESS',
    Tags: [
      { Key: 'backup', Value: 'nightly' },
      { Key: 'team', Value: 'travel' },
    ],
  });
  const client = owner.dynamodb(HOME);
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: 'Rich',
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
    }),
  );
  await eventually(() =>
    client.send(
      new UpdateContinuousBackupsCommand({
        TableName: 'Rich',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 9 },
      }),
    ),
  );
  await eventually(async () => expect((await describeTable(client, 'Rich')).properties.get('TTL')).toBe('expires'));
  const { policy, userErrors } = await createPolicy(
    graphql,
    policyInput(accountId, {
      copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 400 }],
      customTags: [{ key: 'cost-center', value: '42' }],
      coldStorageAfterDays: 30,
      backupRetentionDays: 365,
    }),
  );
  expect(userErrors).toEqual([]);
  expect((await ended(await runPolicy(graphql, policy!.id))).status).toBe('SUCCEEDED');
  const tableArns = [`arn:aws:dynamodb:${HOME}:${AWS_ACCOUNT}:table/Plain`];
  const byHand = { tableArns, vaultName: VAULT, expireAfterDays: 70, customTags: [{ key: 'why', value: 'audit' }] };
  for (const input of [byHand, { ...byHand, region: AWAY, expireAfterDays: 80 }]) {
    const { session, userErrors: wrong } = await backupTables(graphql, input);
    expect(wrong).toEqual([]);
    expect((await ended(session!.id)).status).toBe('SUCCEEDED');
  }
  const { RecoveryPointArn } = await owner.backup(HOME).send(
    new StartBackupJobCommand({
      BackupVaultName: VAULT,
      ResourceArn: tableArns[0]!,
      IamRoleArn: SERVICE_ROLE,
    }),
  );
  return { foreignArn: RecoveryPointArn!, points: 6 };
}

test('with AWS and the escrowed key alone, a fresh installation has every point as it was, and restores from it', async () => {
  const { foreignArn, points } = await makePoints();
  const before = await catalog();
  expect(before.size).toBe(points);
  const richBefore = await describeTable(owner.dynamodb(HOME), 'Rich');
  const escrowed = (await openKeyring(keyringOf('first'))).export();
  await stop();
  await rm(join(folder, 'first'), { recursive: true });

  // Without the key everything is found, and nothing is taken for ours.
  await start('second');
  const accountId = await registerAgain();
  expect(await importPoints(accountId, { regions: ['mars-1'] })).toMatchObject({
    session: null,
    userErrors: [{ code: 'UNKNOWN_REGION', path: ['regions', '0'] }],
  });
  const sealed = await imported(accountId);
  expect(sealed).toMatchObject({ status: 'WARNING', notes: [expect.stringContaining('sealed with key')] });
  const unread = await catalog();
  expect(unread.size).toBe(points + 1);
  expect([...unread.values()].every((point) => point.foreign)).toBe(true);
  await stop();

  await addToKeyring(keyringOf('second'), escrowed);
  await start('second');
  // What people had said of them is lost, so they wait for a person.
  expect(await imported(accountId)).toMatchObject({
    status: 'WARNING',
    notes: [
      expect.stringMatching(new RegExp(`^${points} restore points must not expire before a person says so`, 'u')),
    ],
  });
  const after = await catalog();
  expect(after.get(foreignArn)).toMatchObject({ foreign: true, tableName: 'Plain', settings: null });
  const plain = (all: Map<string, Point>) =>
    [...all.values()]
      .filter((point) => point.recoveryPointArn !== foreignArn)
      .map(({ importedAt: _at, drift: _drift, ...point }) => ({ ...point, settings: sorted(point['settings']) }))
      .sort((a, b) => a.recoveryPointArn.localeCompare(b.recoveryPointArn));
  expect(plain(after)).toEqual(plain(before));

  // Once more changes nothing.
  expect(await imported(accountId)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await catalog()).toEqual(after);

  const waiting = async () => (await reasons(accountId)).filter((codes) => codes.includes('AWAITS_REVIEW')).length;
  expect(await waiting()).toBe(points);
  const { acknowledgeImport } = await graphql<{ acknowledgeImport: object }>(
    `
      mutation ($input: AcknowledgeImportInput!) {
        acknowledgeImport(input: $input) {
          releasedCount
          userErrors {
            code
          }
        }
      }
    `,
    { input: { accountId, expectedCount: points, reason: 'Holds are placed again' } },
  );
  expect(acknowledgeImport).toEqual({ releasedCount: points, userErrors: [] });
  expect(await waiting()).toBe(0);

  const rich = [...after.values()].find((point) => point['tableName'] === 'Rich' && point['kind'] === 'BACKUP')!;
  const restore = { restorePointId: rich['id'], mode: 'NEW', tableName: 'Rich-again' };
  const { session, userErrors } = await restoreTables(graphql, [
    { ...restore, timeToLive: 'REAPPLY', streams: 'REAPPLY' },
  ]);
  expect(userErrors).toEqual([]);
  expect(await ended(session!.id)).toMatchObject({ status: 'SUCCEEDED' });
  const again = await describeTable(owner.dynamodb(HOME), 'Rich-again');
  const compared = compareTables(richBefore, again, new Map([['name', 'Rich-again']]));
  expect(compared).toMatchObject({ ok: true, itemsWrong: [] });

  // What is held back is not lost either: the report says so, and it can be set afterwards.
  const held = await restoreTables(graphql, [
    { ...restore, tableName: 'Rich-held', timeToLive: 'HOLD', streams: 'HOLD' },
  ]);
  expect(await ended(held.session!.id)).toMatchObject({ status: 'WARNING' });
  const { applyHeldSettings: applied } = await graphql<{ applyHeldSettings: SessionPayload }>(
    `
      mutation ($input: ApplyHeldSettingsInput!) {
        applyHeldSettings(input: $input) {
          session {
            id
          }
          userErrors {
            code
            message
            path
          }
        }
      }
    `,
    { input: { sessionId: held.session!.id } },
  );
  expect(applied.userErrors).toEqual([]);
  expect(await ended(applied.session!.id)).toMatchObject({ status: 'SUCCEEDED' });
  const whole = await describeTable(owner.dynamodb(HOME), 'Rich-held');
  expect(compareTables(richBefore, whole, new Map([['name', 'Rich-held']]))).toMatchObject({ ok: true });
}, 240_000);

function sorted(settings: unknown): unknown {
  const { tags, ...others } = settings as { tags: { key: string }[] };
  return { ...others, tags: [...tags].sort((a, b) => a.key.localeCompare(b.key)) };
}
