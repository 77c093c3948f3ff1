import type { TableSettings } from '@tablekeep/schema/settings';
import { isTemporaryTable } from '@tablekeep/schema/temporary-tables';
import pMap from 'p-map';
import { listTables } from '../aws/list-tables.ts';
import { readSettings } from '../aws/read-settings.ts';
import { chunksBySize } from '../domain/chunks-by-size.ts';
import type { JobState } from '../domain/job-state.ts';
import { temporaryFate } from '../domain/temporary-fate.ts';
import { verificationsByTable } from '../store/jobs.ts';
import type { Engine } from './engine.ts';
import { done, type AnyEvent, type StepFunction } from './step.ts';

const AT_ONCE = 16;
/** Events stay under 256 KB, envelope included. */
const CHUNK_BYTES = 200_000;
/** So many leftovers a scan; the next one sees the others. */
const MOST_LEFTOVERS = 100;

/**
 * Reads every table of the Region with all its settings. Nothing is stored before all is read, so a scan that is cut off
 * starts anew and no half inventory is ever announced. The temporary tables of verifications are not of the inventory: so
 * nobody selects them, backs them up, or is told that they are unprotected.
 */
export const scanTables: StepFunction = async ({ engine, job, aws }) => {
  const startedAt = engine.clock.now().toISOString();
  const tables: TableSettings[] = [];
  const leftovers: TableSettings[] = [];
  for await (const names of listTables(aws)) {
    const read = await pMap(names, (name) => readSettings(aws, name, 'little'), { concurrency: AT_ONCE });
    // A table deleted since it was listed is simply not there.
    const sorted = await withoutTemporary(
      engine,
      read.filter((table) => table !== null),
    );
    tables.push(...sorted.tables);
    leftovers.push(...sorted.leftovers);
  }
  const scanId = `${job.taskId}/${job.attempt}`;
  const chunks = chunksBySize(tables, CHUNK_BYTES);
  const events = chunks.map((part, at): AnyEvent => {
    const { accountId, region } = job;
    const of = { scanId, accountId, awsAccountId: aws.account.awsAccountId, region, startedAt };
    const data = { ...of, chunk: at + 1, chunks: chunks.length, tables: [...part] };
    return { type: 'dev.tablekeep.inventory.scanned.v1', subject: scanId, data };
  });
  const state: Partial<JobState> = {
    scanned: { scanId, tables: tables.length },
    leftovers: leftovers
      .slice(0, MOST_LEFTOVERS)
      .map(({ tableName, tableArn, tableId }) => ({ name: tableName, arn: tableArn, tableId })),
  };
  return { observation: done, events, state };
};

/** Asked after the tables were read: what a verification makes from now on is not among them. */
async function withoutTemporary(
  { db, clock }: Engine,
  read: readonly TableSettings[],
): Promise<{ tables: TableSettings[]; leftovers: TableSettings[] }> {
  const attempts = await verificationsByTable(
    db,
    read.map((table) => table.tableName),
  );
  const fates = Map.groupBy(read, ({ tableName, tags, createdAt }) =>
    temporaryFate({
      marked: tags.state === 'known' && isTemporaryTable(tableName, tags.value),
      attempt: attempts.get(tableName) ?? null,
      ageMs: clock.now().getTime() - Date.parse(createdAt),
    }),
  );
  return { tables: fates.get('table') ?? [], leftovers: fates.get('leftover') ?? [] };
}
