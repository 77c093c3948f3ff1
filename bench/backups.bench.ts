/**
 * A policy's run over many tables against an AWS with its real rates and durations on a scaled clock: how close the whole
 * platform (embedded profile, full share) comes to the floor that rates, cap and job duration allow, with AWS's cap of 300
 * backups in flight and without it. Beside it a plain script that does the same with a pool of workers and the SDK's retries.
 * Times are in AWS's seconds. TABLES and SPEED may be given in the environment.
 */
import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  BackupClient,
  DescribeBackupJobCommand,
  DescribeRecoveryPointCommand,
  StartBackupJobCommand,
} from '@aws-sdk/client-backup';
import {
  DescribeContinuousBackupsCommand,
  DescribeContributorInsightsCommand,
  DescribeKinesisStreamingDestinationCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetResourcePolicyCommand,
  ListTagsOfResourceCommand,
  paginateListTables,
} from '@aws-sdk/client-dynamodb';
import { createRoles, HOME, prepareVaults, SERVICE_ROLE, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { runPolicy } from '@tablekeep/end-to-end/account-under-test';
import { setTimeout as wait } from 'node:timers/promises';
import { median, rounded } from './statistics.ts';
import { admin, memoryOf, untilEnded, withAws, withPlatform, type Aws } from './whole-run.ts';

const TABLES = Number(process.env['TABLES'] ?? 2_500);
const SPEED = Number(process.env['SPEED'] ?? 6);
const CAP = 300;
const UNCAPPED = 1_000_000;
/** AWS's, in seconds and calls a second: aws-emulator's durations and limits. */
const BACKUP_SECONDS = 330;
const STARTS_PER_SECOND = 5;
const SETTINGS_PER_SECOND = 10;

type Call = { operation: string; count: number; throttled: number };
type Outcome = { seconds: number; floorSeconds: number; calls: Call[] };
type PlatformOutcome = Outcome & { bytesPerTable: number };

const aws = (cap: number) => ({ cap, tables: TABLES, speed: SPEED });

export async function run(runs: number): Promise<Record<string, unknown>> {
  const [capped, uncapped, script]: [PlatformOutcome[], PlatformOutcome[], Outcome[]] = [[], [], []];
  for (let i = 0; i < runs; i++) {
    capped.push(await withAws(aws(CAP), platformRun));
    uncapped.push(await withAws(aws(UNCAPPED), platformRun));
    script.push(await withAws(aws(CAP), scriptRun));
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

async function platformRun(aws: Aws): Promise<PlatformOutcome> {
  return withPlatform(aws, async ({ graphql, policyId }) => {
    const { result: seconds, bytes } = await memoryOf(async () => {
      const begun = performance.now();
      await untilEnded(graphql, await runPolicy(graphql, policyId), TABLES);
      return ((performance.now() - begun) / 1_000) * SPEED;
    });
    const calls = await admin<Call[]>(aws, 'GET', 'calls');
    return { seconds, floorSeconds: floorSeconds(TABLES, aws.cap), calls, bytesPerTable: bytes / TABLES };
  });
}

/** As somebody would write it in an afternoon: read, start, poll every 15 s, with as many workers as backups may run. */
async function scriptRun(aws: Aws): Promise<Outcome> {
  const credentials = { accessKeyId: 'AKIA111122223333OWNER', secretAccessKey: 'emulated' };
  const options = { endpoint: aws.endpoint, region: HOME, credentials };
  const [dynamodb, backup] = [new DynamoDBClient(options), new BackupClient(options)];
  const autoScaling = new ApplicationAutoScalingClient(options);
  await prepareVaults(aws.owner);
  await createRoles(aws.owner, 'script');
  await admin(aws, 'POST', 'clock', { speed: SPEED });
  await admin(aws, 'DELETE', 'calls');
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
  const readSnapshot = async (arn: string): Promise<void> => {
    const name = arn.split('/').at(-1) ?? '';
    await readSettings(arn);
    await insist(() =>
      autoScaling.send(
        new DescribeScalableTargetsCommand({ ServiceNamespace: 'dynamodb', ResourceIds: [`table/${name}`] }),
      ),
    );
    await insist(() => dynamodb.send(new DescribeContributorInsightsCommand({ TableName: name })));
    await insist(() => dynamodb.send(new DescribeKinesisStreamingDestinationCommand({ TableName: name })));
  };
  await pool(16, readSettings);
  await pool(CAP, async (arn) => {
    await readSnapshot(arn);
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
  const seconds = ((performance.now() - begun) / 1_000) * SPEED;
  const calls = await admin<Call[]>(aws, 'GET', 'calls');
  return { seconds, floorSeconds: floorSeconds(TABLES, aws.cap), calls };
}
