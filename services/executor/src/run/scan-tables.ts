import type { TableSettings } from '@tablekeep/schema/settings';
import pMap from 'p-map';
import { listTables } from '../aws/list-tables.ts';
import { readSettings } from '../aws/read-settings.ts';
import { chunksBySize } from '../domain/chunks-by-size.ts';
import { done, type AnyEvent, type StepFunction } from './step.ts';

const AT_ONCE = 16;
/** Events stay under 256 KB, envelope included. */
const CHUNK_BYTES = 200_000;

/**
 * Reads every table of the Region with all its settings. Nothing is stored before all is read, so a scan that is cut off
 * starts anew and no half inventory is ever announced.
 */
export const scanTables: StepFunction = async ({ engine, job, aws }) => {
  const startedAt = engine.clock.now().toISOString();
  const tables: TableSettings[] = [];
  for await (const names of listTables(aws)) {
    const read = await pMap(names, (name) => readSettings(aws, name, 'little'), { concurrency: AT_ONCE });
    // A table deleted since it was listed is simply not there.
    tables.push(...read.filter((table) => table !== null));
  }
  const scanId = `${job.taskId}/${job.attempt}`;
  const chunks = chunksBySize(tables, CHUNK_BYTES);
  const events = chunks.map((part, at): AnyEvent => {
    const { accountId, region } = job;
    const of = { scanId, accountId, awsAccountId: aws.account.awsAccountId, region, startedAt };
    const data = { ...of, chunk: at + 1, chunks: chunks.length, tables: [...part] };
    return { type: 'dev.tablekeep.inventory.scanned.v1', subject: scanId, data };
  });
  return { observation: done, events, success: { scan: { scanId, tables: tables.length } } };
};
