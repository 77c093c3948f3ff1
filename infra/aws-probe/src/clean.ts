import {
  DeleteBackupVaultCommand,
  DeleteRecoveryPointCommand,
  paginateListBackupVaults,
  paginateListTags,
} from '@aws-sdk/client-backup';
import {
  DeleteTableCommand,
  ListTagsOfResourceCommand,
  paginateListTables,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { refusal, type Aws } from './aws.ts';
import { seen } from './jobs.ts';
import { namesOf, RUN_TAG, runOfName, type RunNames } from './names.ts';
import { openJobs, pointsIn } from './open-jobs.ts';
import { describeTable } from './tables.ts';

export type Leftover = Readonly<{ region: string; what: string; because: string }>;

/** How long is waited, in AWS's time: for jobs to end, for tables and points to be gone, for a vault to be seen empty. */
export type Patience = Readonly<{ jobsMs: number; goneMs: number; emptyMs: number }>;
export const PATIENCE: Patience = { jobsMs: 4 * 3_600_000, goneMs: 3_600_000, emptyMs: 600_000 };

/** Cleaning goes on to its end: what would end a run does not end it. */
const unending = new AbortController().signal;

const regionsOf = (aws: Aws): readonly string[] => [aws.where.copyRegion, aws.where.home];

/**
 * Deletes all that a run has made: tables, points, vaults, the home vault last, since its tag is what proves the rest to be
 * ours. Goes on past what it cannot delete and gives it back with the reason. Doing it again is harmless.
 */
export async function cleanRun(aws: Aws, names: RunNames, patience: Patience = PATIENCE): Promise<Leftover[]> {
  const leftovers: Leftover[] = [];
  const attempt = async (region: string, what: string, act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      leftovers.push({ region, what, because: error instanceof Error ? error.message : String(error) });
    }
  };
  const regions = regionsOf(aws);
  for (const region of regions) await attempt(region, 'open jobs', () => jobsOver(aws, region, names, patience));
  for (const region of regions) {
    await attempt(region, 'tables', async () => {
      for (const name of await tablesOf(aws, region, names)) {
        await attempt(region, `table ${name}`, () => deleteTable(aws, region, name, patience));
      }
    });
  }
  for (const region of regions) {
    await attempt(region, `recovery points of vault ${names.vault}`, () => deletePoints(aws, region, names, patience));
  }
  for (const region of regions) {
    if (region === aws.where.home && leftovers.length > 0) {
      leftovers.push({
        region,
        what: `vault ${names.vault}`,
        because: 'it proves whose the rest is, and stays with it',
      });
      break;
    }
    await attempt(region, `vault ${names.vault}`, () => deleteVault(aws, region, names, patience));
  }
  return leftovers;
}

async function hasVault(aws: Aws, region: string, names: RunNames): Promise<boolean> {
  return (await vaultsOf(aws, region)).some(({ name }) => name === names.vault);
}

/** By the list: AWS describes a vault that is missing as one that may not be seen. */
async function vaultsOf(aws: Aws, region: string): Promise<{ name: string; arn: string }[]> {
  const vaults: { name: string; arn: string }[] = [];
  for await (const page of paginateListBackupVaults({ client: aws.backup(region) }, {})) {
    for (const vault of page.BackupVaultList ?? []) {
      vaults.push({ name: vault.BackupVaultName ?? '', arn: vault.BackupVaultArn ?? '' });
    }
  }
  return vaults;
}

async function jobsOver(aws: Aws, region: string, names: RunNames, patience: Patience): Promise<void> {
  if (!(await hasVault(aws, region, names))) return;
  let open: string[] = [];
  const look = async () => {
    open = await openJobs(aws, region, names.vault);
    return open.length === 0 ? 'over' : null;
  };
  const o = { patienceMs: patience.jobsMs };
  await seen({ aws, signal: unending }, 'the end of the run’s jobs', look, o).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : String(error)}: ${open.join(', ')}`, { cause: error });
  });
}

async function tableNames(aws: Aws, region: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListTables({ client: aws.dynamodb(region) }, {})) {
    names.push(...(page.TableNames ?? []));
  }
  return names;
}

async function tablesOf(aws: Aws, region: string, names: RunNames): Promise<string[]> {
  return (await tableNames(aws, region)).filter((name) => runOfName(name) === names.runId);
}

async function deleteTable(aws: Aws, region: string, name: string, patience: Patience): Promise<void> {
  const client = aws.dynamodb(region);
  const look = async () => {
    const table = await describeTable(aws, region, name);
    if (table === null) return 'gone';
    if (table.TableStatus !== 'ACTIVE') return null;
    try {
      if (table.DeletionProtectionEnabled === true) {
        await client.send(new UpdateTableCommand({ TableName: name, DeletionProtectionEnabled: false }));
      } else {
        await client.send(new DeleteTableCommand({ TableName: name }));
      }
    } catch (error) {
      const { name: why } = refusal(error);
      if (why !== 'ResourceInUseException' && why !== 'ResourceNotFoundException') throw error;
    }
    return null;
  };
  await seen({ aws, signal: unending }, `the table to be gone`, look, { everyMs: 5_000, patienceMs: patience.goneMs });
}

async function deletePoints(aws: Aws, region: string, names: RunNames, patience: Patience): Promise<void> {
  if (!(await hasVault(aws, region, names))) return;
  const asked = new Set<string>();
  const look = async () => {
    const points = await pointsIn(aws, region, names.vault);
    for (const { RecoveryPointArn: arn = '', Status } of points) {
      if (Status === 'EXPIRED' && asked.has(arn)) {
        throw new Error(`AWS accepted the deletion of ${arn} and kept the point as EXPIRED`);
      }
      if (Status !== 'DELETING' && (await askDeletion(aws, region, names.vault, arn))) asked.add(arn);
    }
    return points.length === 0 ? 'gone' : null;
  };
  const what = `the recovery points of ${names.vault} to be gone`;
  await seen({ aws, signal: unending }, what, look, { patienceMs: patience.goneMs });
}

/** False where AWS says "not now". An answer of yes proves nothing: the list does. */
async function askDeletion(aws: Aws, region: string, vault: string, arn: string): Promise<boolean> {
  try {
    await aws.backup(region).send(new DeleteRecoveryPointCommand({ BackupVaultName: vault, RecoveryPointArn: arn }));
    return true;
  } catch (error) {
    const { name } = refusal(error);
    if (name !== 'InvalidResourceStateException' && name !== 'ResourceNotFoundException') throw error;
    return false;
  }
}

async function deleteVault(aws: Aws, region: string, names: RunNames, patience: Patience): Promise<void> {
  let refused = 'it is still in the list';
  const look = async () => {
    if (!(await hasVault(aws, region, names))) return 'gone';
    try {
      await aws.backup(region).send(new DeleteBackupVaultCommand({ BackupVaultName: names.vault }));
    } catch (error) {
      refused = refusal(error).message;
    }
    return null;
  };
  const o = { patienceMs: patience.emptyMs };
  await seen({ aws, signal: unending }, 'the vault to be gone', look, o).catch((error: unknown) => {
    throw new Error(refused, { cause: error });
  });
}

/** Runs of which something is left, by what a tag proves; and what only looks like it, by its name. */
export type Remains = Readonly<{ runs: readonly RunNames[]; unproven: readonly Leftover[] }>;

export async function findRemains(aws: Aws): Promise<Remains> {
  const proven = new Set<string>();
  const looking: { region: string; what: string; runId: string }[] = [];
  for (const region of regionsOf(aws)) {
    for (const { name, arn } of await vaultsOf(aws, region)) {
      const runId = runOfName(name);
      if (runId === null) continue;
      looking.push({ region, what: `vault ${name}`, runId });
      if ((await vaultTag(aws, region, arn)) === runId) proven.add(runId);
    }
    for (const name of await tableNames(aws, region)) {
      const runId = runOfName(name);
      if (runId === null) continue;
      looking.push({ region, what: `table ${name}`, runId });
      if (!proven.has(runId) && (await tableTag(aws, region, name)) === runId) proven.add(runId);
    }
  }
  const because = `it has the name of a probe's, but no ${RUN_TAG} tag proves it: look, and delete it by hand`;
  return {
    runs: [...proven].map(namesOf),
    unproven: looking.filter(({ runId }) => !proven.has(runId)).map(({ region, what }) => ({ region, what, because })),
  };
}

async function vaultTag(aws: Aws, region: string, arn: string): Promise<string | null> {
  for await (const page of paginateListTags({ client: aws.backup(region) }, { ResourceArn: arn })) {
    const value = page.Tags?.[RUN_TAG];
    if (value !== undefined) return value;
  }
  return null;
}

async function tableTag(aws: Aws, region: string, name: string): Promise<string | null> {
  const table = await describeTable(aws, region, name);
  if (table === null) return null;
  const { Tags } = await aws.dynamodb(region).send(new ListTagsOfResourceCommand({ ResourceArn: table.TableArn }));
  return Tags?.find(({ Key }) => Key === RUN_TAG)?.Value ?? null;
}
