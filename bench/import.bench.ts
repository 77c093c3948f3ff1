/**
 * 10,000 restore points, half of them copies in another Region, come into the catalog of a fresh data folder with nothing but
 * the escrowed key: seconds from the request to its session’s end, and how many of them are as they were made. The points are made
 * through AWS's own API with tags sealed as the executor seals them. Fails unless every point is re-linked. POINTS and SPEED
 * may be given in the environment; times are real seconds.
 */
import {
  DescribeBackupJobCommand,
  DescribeCopyJobCommand,
  StartBackupJobCommand,
  StartCopyJobCommand,
} from '@aws-sdk/client-backup';
import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { startEmulator } from '@tablekeep/aws-emulator';
import { startEmbedded } from '@tablekeep/embedded';
import {
  accountOwner,
  AWAY,
  AWS_ACCOUNT,
  HOME,
  SERVICE_ROLE,
  VAULT,
  type Owner,
} from '@tablekeep/embedded/demo/aws-account';
import { graphqlClient, type GraphqlClient } from '@tablekeep/embedded/demo/graphql-client';
import { OPEN, registerAccount, type SessionPayload } from '@tablekeep/end-to-end/account-under-test';
import { limitsEnvironment, limitsOf } from '@tablekeep/executor/environment';
import { parseEnv } from '@tablekeep/platform/config';
import { importKeyring, openKeyring, type Keyring } from '@tablekeep/platform/keyring';
import { Lifecycle } from '@tablekeep/platform/lifecycle';
import { createLogger } from '@tablekeep/platform/logging';
import type { PointMetadata } from '@tablekeep/schema/vault-points';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { encodePointTags } from '../services/executor/src/domain/point-tags.ts';
import { sealWith } from '../services/executor/src/seal-metadata.ts';
import { median, rounded } from './statistics.ts';

const POINTS = Number(process.env['POINTS'] ?? 10_000);
const SPEED = Number(process.env['SPEED'] ?? 600);
const TABLES = 50;
const DAY_MS = 86_400_000;

type Outcome = Readonly<{ seconds: number; relinked: number }>;

export async function run(runs: number): Promise<Record<string, unknown>> {
  const all: Outcome[] = [];
  for (let i = 0; i < runs; i++) all.push(await once());
  const relinked = Math.min(...all.map((one) => one.relinked));
  if (relinked < POINTS) throw new Error(`${relinked} of ${POINTS} points are as they were made`);
  return { runs, points: POINTS, speed: SPEED, relinked, seconds: rounded(median(all.map((one) => one.seconds))) };
}

async function once(): Promise<Outcome> {
  const life = new Lifecycle(createLogger({ service: 'bench', level: 'error' }));
  const folder = await mkdtemp(join(tmpdir(), 'tablekeep-import-'));
  try {
    const quick = { createTable: 1, backup: 1, copy: 1 };
    const emulator = await startEmulator({ speed: SPEED, limits: 'off', durations: quick });
    life.onStop('emulator', () => emulator.stop());
    const owner = accountOwner(emulator.endpoint);
    const lost = await openKeyring(join(folder, 'lost-installation.json'));
    const dataDir = join(folder, 'data');
    await mkdir(dataDir);
    await importKeyring(join(dataDir, 'keyring.json'), lost.export());
    const graphql = await startPlatform(dataDir, emulator.endpoint, life);
    const accountId = await registerAccount(owner, graphql);
    const made = await makePoints(owner, lost);
    const begun = performance.now();
    await importPoints(graphql, accountId);
    const seconds = (performance.now() - begun) / 1_000;
    return { seconds, relinked: await countRelinked(graphql, made) };
  } finally {
    await life.stop(30_000);
    await rm(folder, { recursive: true, force: true });
  }
}

async function startPlatform(dataDir: string, endpoint: string, life: Lifecycle): Promise<GraphqlClient> {
  const log = createLogger({ service: 'bench', level: 'error' });
  const { url, adminTokenFile } = await startEmbedded(
    {
      http: { host: '127.0.0.1', port: 0 },
      dataDir,
      logLevel: 'error',
      limits: limitsOf(parseEnv(limitsEnvironment, { EXECUTOR_SHARE: '1' })),
      aws: { kind: 'external-emulator', url: endpoint, speed: SPEED },
    },
    life,
    log,
  );
  return graphqlClient(url, (await readFile(adminTokenFile, 'utf8')).trim());
}

/** What the lost installation knew of a point, by its ARN. */
type Made = Map<string, Readonly<Record<string, unknown>>>;

async function makePoints(owner: Owner, keyring: Keyring): Promise<Made> {
  const made: Made = new Map();
  const each = POINTS / 2 / TABLES;
  await Promise.all(
    Array.from({ length: TABLES }, async (_, i) => {
      const table = await makeTable(owner, `table-${i}`);
      // AWS runs one job for a table at a time.
      for (let n = 0; n < each; n++) await makePair(owner, keyring, table, n, made);
    }),
  );
  return made;
}

type Table = PointMetadata['table'];

async function makeTable(owner: Owner, name: string): Promise<Table> {
  const client = owner.dynamodb(HOME);
  await client.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      Tags: [{ Key: 'team', Value: name }],
    }),
  );
  for (;;) {
    const { Table: seen } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (seen?.TableStatus === 'ACTIVE') {
      return { arn: seen.TableArn ?? '', name, region: HOME, tableId: seen.TableId ?? null };
    }
    await wait(5);
  }
}

/** A backup and its copy, each with its own end, as a policy's daily and monthly schedules would have them made. */
async function makePair(owner: Owner, keyring: Keyring, table: Table, n: number, made: Made): Promise<void> {
  const [keepDays, copyDays] = [7 + (n % 300), 400 + (n % 50)];
  const metadata: PointMetadata = {
    version: 1,
    sessionId: randomUUID(),
    taskId: randomUUID(),
    attempt: 1 + (n % 3),
    takenAt: new Date().toISOString(),
    table,
    origin: {
      kind: 'BACKUP',
      policyId: `policy-${n % 7}`,
      policyName: `Policy ${n % 7}`,
      retention: { backupDays: 35, copyDays: null },
      rules: [
        { flag: 'D', keep: { value: keepDays, unit: 'DAYS' }, copied: true, keepCopies: { value: 9, unit: 'YEARS' } },
        { flag: 'M', keep: { value: 3, unit: 'DAYS' }, copied: false, keepCopies: null },
      ],
      coldAfterDays: null,
      copies: [{ region: AWAY, vaultName: VAULT, days: copyDays }],
    },
    settings: {
      tableClass: 'STANDARD',
      onDemandMaximum: null,
      deletionProtection: n % 2 === 0,
      stream: null,
      timeToLive: { state: 'known', value: { attribute: `expires-${n}` } },
      pointInTimeRecovery: { state: 'known', value: { recoveryPeriodDays: 1 + (n % 35) } },
      resourcePolicy: { state: 'known', value: null },
      autoScaling: { state: 'known', value: [] },
      contributorInsights: { state: 'known', value: [] },
      kinesisDestinations: { state: 'known', value: [] },
    },
  };
  const tableTags = [{ key: 'team', value: table.name }];
  const { tags } = encodePointTags(metadata, tableTags, [], sealWith(keyring));
  const backup = await backUp(owner, table, tags);
  const copyArn = await copy(owner, backup.arn);
  const expected = {
    tableArn: table.arn,
    tableId: table.tableId,
    createdAt: backup.createdAt.toISOString(),
    policyId: metadata.origin.policyId,
    policyName: metadata.origin.policyName,
    selfSufficient: true,
    foreign: false,
    vaultName: VAULT,
    settings: {
      deletionProtection: n % 2 === 0,
      timeToLiveAttribute: `expires-${n}`,
      pointInTimeRecoveryDays: 1 + (n % 35),
      tags: tableTags,
    },
  };
  const end = (days: number) => new Date(backup.createdAt.getTime() + days * DAY_MS).toISOString();
  made.set(backup.arn, {
    ...expected,
    recoveryPointArn: backup.arn,
    kind: 'BACKUP',
    region: HOME,
    expiresAt: end(keepDays),
    flags: [
      { flag: 'D', expiresAt: end(keepDays) },
      { flag: 'M', expiresAt: end(3) },
    ],
    source: null,
    copies: [{ recoveryPointArn: copyArn }],
  });
  made.set(copyArn, {
    ...expected,
    recoveryPointArn: copyArn,
    kind: 'COPY',
    region: AWAY,
    expiresAt: end(copyDays),
    flags: [{ flag: 'D', expiresAt: end(copyDays) }],
    source: { recoveryPointArn: backup.arn },
    copies: [],
  });
}

async function backUp(
  owner: Owner,
  table: Table,
  tags: Readonly<Record<string, string>>,
): Promise<{ arn: string; createdAt: Date }> {
  const client = owner.backup(HOME);
  const { BackupJobId } = await client.send(
    new StartBackupJobCommand({
      BackupVaultName: VAULT,
      ResourceArn: table.arn,
      IamRoleArn: SERVICE_ROLE,
      RecoveryPointTags: tags,
    }),
  );
  for (;;) {
    const job = await client.send(new DescribeBackupJobCommand({ BackupJobId }));
    if (job.State === 'COMPLETED')
      return { arn: job.RecoveryPointArn ?? '', createdAt: job.CreationDate ?? new Date(0) };
    if (job.State === 'FAILED') throw new Error(job.StatusMessage);
    await wait(2);
  }
}

async function copy(owner: Owner, arn: string): Promise<string> {
  const client = owner.backup(HOME);
  const { CopyJobId } = await client.send(
    new StartCopyJobCommand({
      RecoveryPointArn: arn,
      SourceBackupVaultName: VAULT,
      DestinationBackupVaultArn: `arn:aws:backup:${AWAY}:${AWS_ACCOUNT}:backup-vault:${VAULT}`,
      IamRoleArn: SERVICE_ROLE,
    }),
  );
  for (;;) {
    const { CopyJob: job } = await client.send(new DescribeCopyJobCommand({ CopyJobId }));
    if (job?.State === 'COMPLETED') return job.DestinationRecoveryPointArn ?? '';
    if (job?.State === 'FAILED') throw new Error(job.StatusMessage);
    await wait(2);
  }
}

async function importPoints(graphql: GraphqlClient, accountId: string): Promise<void> {
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
    { input: { accountId } },
  );
  const id = importRestorePoints.session?.id;
  if (id === undefined) throw new Error(JSON.stringify(importRestorePoints.userErrors));
  for (;;) {
    const { session } = await graphql<{ session: { status: string; notes: string[] } }>(
      'query ($id: ID!) { session(id: $id) { status notes } }',
      { id },
    );
    // All that the import found waits for a person, as it should: that is what the warning says.
    if (session.status === 'WARNING' && session.notes.every((note) => note.includes('acknowledgeImport'))) return;
    if (!OPEN.has(session.status)) throw new Error(JSON.stringify(session));
    await wait(100);
  }
}

type Page = {
  restorePoints: {
    nodes: { recoveryPointArn: string }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

/** Points that the catalog has exactly as they were made; one that is not is shown, the first time. */
async function countRelinked(graphql: GraphqlClient, made: Made): Promise<number> {
  let relinked = 0;
  for (let after: string | null = null; ;) {
    const { restorePoints: page }: Page = await graphql<Page>(
      `
        query ($after: String) {
          restorePoints(first: 500, after: $after) {
            nodes {
              recoveryPointArn
              kind
              tableArn
              tableId
              region
              vaultName
              createdAt
              expiresAt
              flags {
                flag
                expiresAt
              }
              policyId
              policyName
              selfSufficient
              foreign
              source {
                recoveryPointArn
              }
              copies {
                recoveryPointArn
              }
              settings {
                deletionProtection
                timeToLiveAttribute
                pointInTimeRecoveryDays
                tags {
                  key
                  value
                }
              }
            }
            pageInfo {
              hasNextPage
              endCursor
            }
          }
        }
      `,
      { after },
    );
    for (const node of page.nodes) {
      const expected = made.get(node.recoveryPointArn);
      if (expected && canonical(expected) === canonical(node)) relinked += 1;
      else console.error(`expected ${canonical(expected)}\nfound    ${canonical(node)}`);
    }
    if (!page.pageInfo.hasNextPage) return relinked;
    after = page.pageInfo.endCursor;
  }
}

/** The same text for the same contents, whatever the order of members. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a.localeCompare(b)))
      : part,
  );
}
