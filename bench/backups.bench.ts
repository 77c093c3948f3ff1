/**
 * A policy's run over many tables against an AWS with its real rates and durations on a scaled clock: how close the whole
 * platform (embedded profile, full share) comes to the floor that rates, cap and job duration allow, with AWS's cap of 300
 * backups in flight and without it. Beside it a plain script that does the same with a pool of workers and the SDK's retries.
 * Times are in AWS's seconds. TABLES and SPEED may be given in the environment.
 */
import {
  BackupClient,
  DescribeBackupJobCommand,
  DescribeRecoveryPointCommand,
  StartBackupJobCommand,
} from '@aws-sdk/client-backup';
import {
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetResourcePolicyCommand,
  ListTagsOfResourceCommand,
  paginateListTables,
} from '@aws-sdk/client-dynamodb';
import { startEmbedded } from '@tablekeep/embedded';
import { accountOwner, HOME, SERVICE_ROLE, VAULT, type Owner } from '@tablekeep/embedded/demo/aws-account';
import { createPolicy, OPEN, policyInput, registerAccount, runPolicy } from '@tablekeep/end-to-end/account-under-test';
import { graphqlClient, type GraphqlClient } from '@tablekeep/embedded/demo/graphql-client';
import { limitsEnvironment, limitsOf } from '@tablekeep/executor/environment';
import { parseEnv } from '@tablekeep/platform/config';
import { Lifecycle } from '@tablekeep/platform/lifecycle';
import { createLogger } from '@tablekeep/platform/logging';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { median, rounded } from './statistics.ts';

const TABLES = Number(process.env['TABLES'] ?? 2_500);
const SPEED = Number(process.env['SPEED'] ?? 6);
const CAP = 300;
const UNCAPPED = 1_000_000;
/** AWS's, in seconds and calls a second: aws-emulator's durations and limits. */
const BACKUP_SECONDS = 330;
const STARTS_PER_SECOND = 5;
const SETTINGS_PER_SECOND = 10;

type Call = { operation: string; count: number; throttled: number };
type Outcome = { seconds: number; floorSeconds: number; calls: Call[]; bytesPerTable: number };

export async function run(runs: number): Promise<Record<string, unknown>> {
  const [capped, uncapped, script]: [Outcome[], Outcome[], Outcome[]] = [[], [], []];
  for (let i = 0; i < runs; i++) {
    capped.push(await withAws(CAP, platformRun));
    uncapped.push(await withAws(UNCAPPED, platformRun));
    script.push(await withAws(CAP, scriptRun));
  }
  const ratio = (all: readonly Outcome[]) => rounded(median(all.map((one) => one.seconds / one.floorSeconds)));
  const sum = (calls: readonly Call[], pick: (call: Call) => number) =>
    calls.reduce((total, one) => total + pick(one), 0);
  const perTable = (pattern: RegExp) =>
    rounded(
      median(
        capped.map(
          ({ calls }) =>
            sum(
              calls.filter((one) => pattern.test(one.operation)),
              (one) => one.count,
            ) / TABLES,
        ),
      ),
    );
  return {
    runs,
    tables: TABLES,
    speed: SPEED,
    floorSeconds: Math.round(capped[0]?.floorSeconds ?? 0),
    floorRatio: ratio(capped),
    floorRatioUncapped: ratio(uncapped),
    throttled: median(capped.map(({ calls }) => sum(calls, (one) => one.throttled))),
    throttledUncapped: median(uncapped.map(({ calls }) => sum(calls, (one) => one.throttled))),
    callsPerTable: perTable(/./u),
    pollsPerTable: perTable(/^(?:List|Describe)BackupJobs?$/u),
    bytesPerTable: Math.round(median(capped.map((one) => one.bytesPerTable))),
    scriptFloorRatio: ratio(script),
    scriptThrottled: median(script.map(({ calls }) => sum(calls, (one) => one.throttled))),
  };
}

/**
 * The least time that AWS allows: all settings are read once for the inventory, then tables start in order, each not before
 * its settings are read once more (the snapshot), not faster than starts are allowed, and not before a place is free.
 */
export function floorSeconds(tables: number, cap: number): number {
  const scanned = tables / SETTINGS_PER_SECOND;
  const ends: number[] = [];
  for (let i = 0; i < tables; i++) {
    const bySnapshot = scanned + i / SETTINGS_PER_SECOND;
    const byRate = scanned + i / STARTS_PER_SECOND;
    const byPlace = i < cap ? 0 : (ends[i - cap] ?? 0);
    ends.push(Math.max(bySnapshot, byRate, byPlace) + BACKUP_SECONDS);
  }
  return ends.at(-1) ?? 0;
}

type Aws = { endpoint: string; owner: Owner; cap: number };

async function withAws(cap: number, work: (aws: Aws) => Promise<Outcome>): Promise<Outcome> {
  const main = join(import.meta.dirname, '..', 'infra', 'aws-emulator', 'src', 'main.ts');
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'] ?? '',
      EMULATOR_PORT: '0',
      // Tables are made in no time; the rates that matter come with the run.
      EMULATOR_SPEED: '3600',
      EMULATOR_BEHAVIOUR: JSON.stringify({ backupsAtOnce: cap }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await Promise.race([
      new Promise((resolve) => createInterface({ input: child.stdout }).once('line', (text) => resolve([text]))),
      wait(20_000).then(() => Promise.reject(new Error('the emulator did not start'))),
    ])) as [string];
    const endpoint = (JSON.parse(line) as { listening: string }).listening;
    const aws = { endpoint, owner: accountOwner(endpoint), cap };
    await makeTables(aws.owner);
    return await work(aws);
  } finally {
    child.kill('SIGKILL');
  }
}

async function makeTables(owner: Owner): Promise<void> {
  const client = owner.dynamodb(HOME);
  const names = Array.from({ length: TABLES }, (_, i) => `table-${String(i).padStart(5, '0')}`);
  const worker = async (): Promise<void> => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      await client.send(
        new CreateTableCommand({
          TableName: name,
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
          Tags: [{ Key: 'backup', Value: 'nightly' }],
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

const admin = async <T>(aws: Aws, method: string, path: string, body?: object): Promise<T> => {
  const response = await fetch(`${aws.endpoint}/_emulator/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
};

async function platformRun(aws: Aws): Promise<Outcome> {
  const log = createLogger({ service: 'bench', level: 'error' });
  const life = new Lifecycle(log);
  const dataDir = await mkdtemp(join(tmpdir(), 'tablekeep-bench-'));
  try {
    const limits = parseEnv(limitsEnvironment, { EXECUTOR_SHARE: '1', EXECUTOR_BACKUPS_AT_ONCE: String(aws.cap) });
    const platform = await startEmbedded(
      {
        http: { host: '127.0.0.1', port: 0 },
        dataDir,
        logLevel: 'error',
        limits: limitsOf(limits),
        aws: { kind: 'external-emulator', url: aws.endpoint, speed: SPEED },
      },
      life,
      log,
    );
    const graphql = graphqlClient(platform.url, (await readFile(platform.adminTokenFile, 'utf8')).trim());
    const accountId = await registerAccount(aws.owner, graphql);
    const { policy } = await createPolicy(graphql, policyInput(accountId));
    await admin(aws, 'POST', 'clock', { speed: SPEED });
    await admin(aws, 'DELETE', 'calls');
    const idle = inUse();
    let peak = idle;
    const watch = setInterval(() => (peak = Math.max(peak, inUse())), 10_000);
    const begun = performance.now();
    const id = await runPolicy(graphql, policy?.id ?? '');
    await untilEnded(graphql, id);
    const seconds = ((performance.now() - begun) / 1_000) * SPEED;
    clearInterval(watch);
    const calls = await admin<Call[]>(aws, 'GET', 'calls');
    return { seconds, floorSeconds: floorSeconds(TABLES, aws.cap), calls, bytesPerTable: (peak - idle) / TABLES };
  } finally {
    await life.stop(20_000);
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Bytes that are really needed: what a collection leaves. */
function inUse(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function untilEnded(graphql: GraphqlClient, id: string): Promise<void> {
  for (;;) {
    const { session } = await graphql<{ session: { status: string; notes: string[]; counts: { succeeded: number } } }>(
      'query ($id: ID!) { session(id: $id) { status notes counts { succeeded } } }',
      { id },
    );
    if (!OPEN.has(session.status)) {
      // The scan of each Region, and a backup of each table.
      if (session.status !== 'SUCCEEDED' || session.counts.succeeded < TABLES + 1)
        throw new Error(JSON.stringify(session));
      return;
    }
    await wait(100);
  }
}

/** As somebody would write it in an afternoon: read, start, poll every 15 s, with as many workers as backups may run. */
async function scriptRun(aws: Aws): Promise<Outcome> {
  const credentials = { accessKeyId: 'AKIA111122223333OWNER', secretAccessKey: 'emulated' };
  const options = { endpoint: aws.endpoint, region: HOME, credentials };
  const [dynamodb, backup] = [new DynamoDBClient(options), new BackupClient(options)];
  const { prepareVaults, createRoles } = await import('@tablekeep/embedded/demo/aws-account');
  await prepareVaults(aws.owner);
  await createRoles(aws.owner, 'script');
  await admin(aws, 'POST', 'clock', { speed: SPEED });
  await admin(aws, 'DELETE', 'calls');
  const idle = inUse();
  const begun = performance.now();
  const arns: string[] = [];
  for await (const page of paginateListTables({ client: dynamodb }, {})) {
    arns.push(...(page.TableNames ?? []).map((name) => `arn:aws:dynamodb:${HOME}:111122223333:table/${name}`));
  }
  const pool = async (workers: number, work: (arn: string) => Promise<void>) => {
    const waiting = [...arns];
    const worker = async (): Promise<void> => {
      for (let arn = waiting.pop(); arn !== undefined; arn = waiting.pop()) await work(arn);
    };
    await Promise.all(Array.from({ length: workers }, worker));
  };
  /** The SDK tries three times; then the script waits a little and begins again. */
  const insist = async <T>(send: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await send();
      } catch (error) {
        if ((error as Error).name === 'PolicyNotFoundException') throw error;
        await wait(1_000 / SPEED);
      }
    }
  };
  const readSettings = async (arn: string): Promise<void> => {
    const name = arn.split('/').at(-1) ?? '';
    await insist(() => dynamodb.send(new DescribeTableCommand({ TableName: name })));
    await insist(() => dynamodb.send(new DescribeTimeToLiveCommand({ TableName: name })));
    await insist(() => dynamodb.send(new DescribeContinuousBackupsCommand({ TableName: name })));
    await insist(() => dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: arn })));
    await insist(() => dynamodb.send(new GetResourcePolicyCommand({ ResourceArn: arn }))).catch(() => undefined);
  };
  await pool(16, readSettings);
  let peak = idle;
  const watch = setInterval(() => (peak = Math.max(peak, inUse())), 10_000);
  await pool(CAP, async (arn) => {
    await readSettings(arn);
    for (;;) {
      const job = await insist(() =>
        backup.send(new StartBackupJobCommand({ BackupVaultName: VAULT, ResourceArn: arn, IamRoleArn: SERVICE_ROLE })),
      );
      let state: string | undefined;
      let point: string | undefined;
      while (state !== 'COMPLETED' && state !== 'FAILED') {
        await wait(15_000 / SPEED);
        const seen = await insist(() => backup.send(new DescribeBackupJobCommand({ BackupJobId: job.BackupJobId })));
        state = seen.State;
        point = seen.RecoveryPointArn;
      }
      if (state === 'FAILED') continue;
      await insist(() =>
        backup.send(new DescribeRecoveryPointCommand({ BackupVaultName: VAULT, RecoveryPointArn: point })),
      );
      return;
    }
  });
  clearInterval(watch);
  const seconds = ((performance.now() - begun) / 1_000) * SPEED;
  const calls = await admin<Call[]>(aws, 'GET', 'calls');
  return { seconds, floorSeconds: floorSeconds(TABLES, aws.cap), calls, bytesPerTable: (peak - idle) / TABLES };
}
