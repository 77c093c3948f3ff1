import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { PointMade } from '@tablekeep/schema/events';
import type { RestoreChanges } from '@tablekeep/schema/settings';
import type { PointOrigin, TableRef, TaskParameters } from '@tablekeep/schema/work-items';
import type { Aws } from './aws.ts';
import type { ProbedExecutor, TaskSuccess, Work } from './executor.ts';
import { BACKUP_DAYS, COPY_DAYS } from './jobs.ts';
import { RUN_TAG, type RunNames } from './names.ts';
import { ITEMS } from './prepare.ts';

export type MainStep = Readonly<{ step: string; outcome: string; awsJobId: string | null; minutes: number }>;
export type MainPath = Readonly<{ backup: PointMade; copy: PointMade }>;

type Tools = Readonly<{
  aws: Aws;
  names: RunNames;
  executor: ProbedExecutor;
  signal: AbortSignal;
  steps: MainStep[];
  say(line: string): void;
}>;

const origin: PointOrigin = {
  kind: 'MANUAL',
  policyId: null,
  policyName: null,
  retention: { backupDays: BACKUP_DAYS, copyDays: COPY_DAYS },
  rules: [],
  coldAfterDays: null,
};

const noChanges: RestoreChanges = {
  tableClass: null,
  billingMode: null,
  readCapacityUnits: null,
  writeCapacityUnits: null,
  indexCapacity: [],
  deletionProtection: null,
  pointInTimeRecovery: null,
  encryption: null,
  timeToLive: 'REAPPLY',
  streams: 'REAPPLY',
};

/** Backs up, copies and restores with the project's own executor, and looks whether every item came back. */
export async function backUpCopyRestore(tools: Tools, table: TableRef): Promise<MainPath> {
  const { names, aws } = tools;
  const { home, copyRegion } = aws.where;
  const backup = pointOf(await step(tools, { region: home, parameters: backupOf(table, names) }));
  const copied: TaskParameters = {
    kind: 'COPY',
    table,
    sourceVaultName: names.vault,
    recoveryPointArn: backup.recoveryPointArn,
    destinationRegion: copyRegion,
    destinationVaultName: names.vault,
    lifecycle: { moveToColdStorageAfterDays: null, deleteAfterDays: COPY_DAYS },
    origin: { ...origin, kind: 'COPY' },
  };
  const copy = pointOf(await step(tools, { region: home, parameters: copied }));
  const targetTableName = names.table('by-executor');
  const restored: TaskParameters = {
    kind: 'RESTORE',
    table,
    restorePointId: 'aws-probe',
    recoveryPointArn: backup.recoveryPointArn,
    vaultName: names.vault,
    mode: 'NEW',
    targetRegion: home,
    targetTableName,
    changes: noChanges,
    settings: backup.settings,
  };
  await step(tools, { region: home, parameters: restored });
  const { Count } = await aws
    .dynamodb(home)
    .send(new ScanCommand({ TableName: targetTableName, ConsistentRead: true }));
  if (Count !== ITEMS) throw new Error(`${String(Count)} of ${ITEMS} items came back`);
  return { backup, copy };
}

/** Deletes the copy and the backup with the executor, which believes nothing but a point's absence. */
export async function deletePoints(tools: Tools, { backup, copy }: MainPath): Promise<void> {
  for (const point of [copy, backup]) {
    const parameters: TaskParameters = {
      kind: 'DELETE',
      table: point.table,
      restorePointId: 'aws-probe',
      version: 1,
      recoveryPointArn: point.recoveryPointArn,
      vaultName: point.vaultName,
    };
    const { deleted } = await step(tools, { region: point.region, parameters });
    if (deleted?.outcome !== 'GONE') throw new Error(`the point was not deleted: ${JSON.stringify(deleted)}`);
  }
}

async function step(tools: Tools, work: Work): Promise<TaskSuccess> {
  const begun = tools.aws.elapsedMs();
  tools.say(`executor: ${work.parameters.kind} in ${work.region}`);
  const success = await tools.executor.perform(work, tools.signal);
  tools.steps.push({
    step: `${work.parameters.kind} in ${work.region}`,
    outcome: success.warnings.length === 0 ? 'succeeded' : `succeeded with warnings: ${success.warnings.join('; ')}`,
    awsJobId: success.awsJobId,
    minutes: Math.round((tools.aws.elapsedMs() - begun) / 6_000) / 10,
  });
  return success;
}

function backupOf(table: TableRef, names: RunNames): TaskParameters {
  return {
    kind: 'BACKUP',
    table,
    vaultName: names.vault,
    lifecycle: { moveToColdStorageAfterDays: null, deleteAfterDays: BACKUP_DAYS },
    startWindowMinutes: 60,
    completeWindowMinutes: 480,
    customTags: [{ key: RUN_TAG, value: names.runId }],
    origin,
  };
}

function pointOf({ point }: TaskSuccess): PointMade {
  if (point === null) throw new Error('the executor succeeded without a point');
  return point;
}
