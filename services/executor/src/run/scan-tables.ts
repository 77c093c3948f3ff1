import { databaseNow } from '@tablekeep/platform/database';
import type { UnreadableTable } from '@tablekeep/schema/events';
import { brief } from '@tablekeep/schema/brief';
import type { TableSettings } from '@tablekeep/schema/settings';
import { isTemporaryTable } from '@tablekeep/schema/temporary-tables';
import pMap from 'p-map';
import { AwsCallError } from '../aws/explain-fault.ts';
import { findEarlierRestore } from '../aws/find-earlier-job.ts';
import { describeJob, type JobSeen } from '../aws/follow-jobs.ts';
import { listTables } from '../aws/list-tables.ts';
import { readSettings } from '../aws/read-settings.ts';
import type { RegionAws } from '../aws/region-aws.ts';
import { chunksBySize } from '../domain/chunks-by-size.ts';
import { NOT_SIGNED_IN } from '../domain/fault.ts';
import { judgeState } from '../domain/job-faults.ts';
import type { JobState, Leftover } from '../domain/job-state.ts';
import { madeByRestore, temporaryFate, type MadeBy } from '../domain/temporary-fate.ts';
import type { JobRow } from '../store/entities.ts';
import { verificationsByTable } from '../store/jobs.ts';
import type { Engine } from './engine.ts';
import { restoringOf } from './restoring.ts';
import { intentTime, othersJobs } from './start-once.ts';
import { done, type AnyEvent, type StepFunction } from './step.ts';

const AT_ONCE = 16;
/** Events stay under 256 KB, envelope included. */
const CHUNK_BYTES = 200_000;
/** So many leftovers a scan; the next one sees the others. */
const MOST_LEFTOVERS = 100;

/**
 * Reads every table of the Region with all its settings. Nothing is stored before all is read, so a scan that is cut off
 * starts anew and no half inventory is ever announced. A table that the role may not describe is told of by name: it must not
 * keep the others from their backups. Where the role may describe none, the scan has failed. The temporary tables of
 * verifications are not of the inventory: so nobody selects them, backs them up, or is told that they are unprotected.
 */
export const scanTables: StepFunction = async ({ engine, job, aws }) => {
  // Of two scans the one that began later counts, whichever replica made it.
  const startedAt = (await databaseNow(engine.db, engine.db.reader)).toISOString();
  const tables: TableSettings[] = [];
  const refused: Refused[] = [];
  const leftovers: Leftover[] = [];
  const doubtful: string[] = [];
  for await (const names of listTables(aws)) {
    const read = await pMap(names, (name) => readTable(aws, name), { concurrency: AT_ONCE });
    // A table deleted since it was listed is simply not there.
    const sorted = await withoutTemporary(
      engine,
      aws,
      read.filter((one): one is TableSettings => one !== null && !('error' in one)),
    );
    tables.push(...sorted.tables);
    leftovers.push(...sorted.leftovers);
    doubtful.push(...sorted.doubtful);
    refused.push(...read.filter((one): one is Refused => one !== null && 'error' in one));
  }
  const [first] = refused;
  if (first && tables.length === 0) throw first.error;
  const unreadable = refused.map(({ table }) => table);
  const scanId = `${job.taskId}/${job.attempt}`;
  const chunks = chunksBySize<TableSettings | UnreadableTable>([...tables, ...unreadable], CHUNK_BYTES);
  const events = chunks.map((part, at): AnyEvent => {
    const { accountId, region } = job;
    const of = { scanId, accountId, awsAccountId: aws.account.awsAccountId, region, startedAt };
    const data = {
      ...of,
      chunk: at + 1,
      chunks: chunks.length,
      tables: part.filter((one): one is TableSettings => 'tableId' in one),
      unreadable: part.filter((one): one is UnreadableTable => !('tableId' in one)),
    };
    return { type: 'dev.tablekeep.inventory.scanned.v1', subject: scanId, data };
  });
  const lines = brief(unreadable.map(({ name, reason }) => `Table ${name} could not be read: ${reason}`));
  const state: Partial<JobState> = {
    scanned: { scanId, tables: tables.length, unreadable: lines },
    leftovers: leftovers.slice(0, MOST_LEFTOVERS),
    remarks: brief(
      doubtful.map(
        (name) =>
          `The table ${name} in ${job.region} bears the name of a verification that is over, and AWS does not tell whether that has ` +
          'made it. It is not backed up, nor deleted; delete it by hand where it is not yours.',
      ),
    ),
  };
  return { observation: done, events, state };
};

type Refused = Readonly<{ table: UnreadableTable; error: AwsCallError }>;

async function readTable(aws: RegionAws, name: string): Promise<TableSettings | Refused | null> {
  try {
    // Tags decide what is backed up: one throttled call must not take a table out of its policy.
    return await readSettings(aws, name, 'little', 'full');
  } catch (error) {
    if (!(error instanceof AwsCallError) || error.fault.transient || NOT_SIGNED_IN.has(error.fault.code)) throw error;
    return { table: { arn: arnOf(aws, name), name, reason: error.fault.reason }, error };
  }
}

function arnOf({ account, region }: RegionAws, name: string): string {
  const partition = account.roleArn.split(':')[1] ?? 'aws';
  return `arn:${partition}:dynamodb:${region}:${account.awsAccountId}:table/${name}`;
}

type Sorted = Readonly<{ tables: TableSettings[]; leftovers: Leftover[]; doubtful: string[] }>;

/** Asked after the tables were read: what a verification makes from now on is not among them. */
async function withoutTemporary(engine: Engine, aws: RegionAws, read: readonly TableSettings[]): Promise<Sorted> {
  const { db, clock } = engine;
  const attempts = await verificationsByTable(
    db,
    read.map((table) => table.tableName),
  );
  const sorted: Sorted = { tables: [], leftovers: [], doubtful: [] };
  for (const table of read) {
    const { tableName: name, tableArn: arn, tableId, tags, createdAt } = table;
    const job = attempts.get(name);
    const marked = tags.state === 'known' && isTemporaryTable(name, tags.value);
    const fate = temporaryFate({
      marked,
      attempt: job === undefined ? null : job.finishedAt === null ? 'open' : 'over',
      madeBy: job === undefined || job.finishedAt === null || marked ? null : await madeBy(engine, aws, job, table),
      ageMs: clock.now().getTime() - Date.parse(createdAt),
    });
    if (fate === 'table') sorted.tables.push(table);
    if (fate === 'leftover') sorted.leftovers.push({ name, arn, tableId, ...(!marked && { unmarked: true }) });
    if (fate === 'doubtful') sorted.doubtful.push(name);
  }
  return sorted;
}

/** Of an attempt that is over, and was not there to mark its table: by its id where it was seen, else by AWS's job. */
async function madeBy(engine: Engine, aws: RegionAws, job: JobRow, table: TableSettings): Promise<MadeBy> {
  const known = job.state.restored ?? job.state.sighted;
  if (known !== undefined) return known.tableId === table.tableId ? 'attempt' : 'other';
  try {
    const restore = await restoreOf(engine, aws, job, table.tableArn);
    if (restore === null || restore === 'unclear') return 'unknown';
    const state = judgeState(restore.state) === 'OPEN' ? 'OPEN' : 'ENDED';
    const made = { arn: table.tableArn, createdAt: new Date(table.createdAt) };
    return madeByRestore(made, { ...restore, state });
  } catch (error) {
    if (error instanceof AwsCallError) return 'unknown';
    throw error;
  }
}

/** The AWS job by its id; where nobody has heard that, by what it restores to which table. */
async function restoreOf(
  engine: Engine,
  aws: RegionAws,
  job: JobRow,
  tableArn: string,
): Promise<JobSeen | 'unclear' | null> {
  if (job.awsJobId !== null) return describeJob(aws, 'RESTORE', job.awsJobId);
  const { recoveryPointArn } = restoringOf(job);
  return findEarlierRestore(aws, recoveryPointArn, tableArn, intentTime(job), othersJobs({ engine, job }));
}
