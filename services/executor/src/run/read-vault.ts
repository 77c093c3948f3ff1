import type { PointTags, VaultPoint } from '@tablekeep/schema/vault-points';
import pMap from 'p-map';
import { pointTags } from '../aws/recovery-point.ts';
import type { RegionAws } from '../aws/region-aws.ts';
import { describeVaultPoint, listVaultPoints } from '../aws/vault-points.ts';
import { chunksBySize } from '../domain/chunks-by-size.ts';
import { readPointTags, type TagReader } from '../domain/read-point-tags.ts';
import { done, parametersOf, type AnyEvent, type StepFunction } from './step.ts';

const AT_ONCE = 8;
/** Events stay under 256 KB, envelope included. */
const CHUNK_BYTES = 200_000;

/**
 * Lists a whole vault, or describes some of its points with their tags. Nothing is stored before all is read, so a look that
 * is cut off starts anew and no half listing is ever announced.
 */
export const readVault: StepFunction = async ({ engine, job, aws }) => {
  const { vaultName, points: named } = parametersOf(job, 'IMPORT');
  const startedAt = engine.clock.now().toISOString();
  const points =
    named === null ? await listVaultPoints(aws, vaultName) : await describeAll(aws, vaultName, named, engine.readTags);
  const awsAheadMs = aws.clockAheadMs();
  const scanId = `${job.taskId}/${job.attempt}`;
  const chunks = chunksBySize(points, CHUNK_BYTES);
  const { sessionId, taskId, accountId, region } = job;
  const of = { scanId, sessionId, taskId, accountId, awsAccountId: aws.account.awsAccountId, region, vaultName };
  const events = chunks.map((part, at): AnyEvent => {
    const place = { chunk: at + 1, chunks: chunks.length };
    const data = { ...of, startedAt, awsAheadMs, complete: named === null, ...place, points: [...part] };
    return { type: 'dev.tablekeep.vault.scanned.v1', subject: scanId, data };
  });
  return { observation: done, events, success: { vault: { scanId, vaultName, points: points.length } } };
};

/** A point that has gone since it was named is simply not there. */
async function describeAll(
  aws: RegionAws,
  vaultName: string,
  arns: readonly string[],
  reader: TagReader,
): Promise<VaultPoint[]> {
  const found = await pMap(
    arns,
    async (arn) => {
      const point = await describeVaultPoint(aws, vaultName, arn);
      return point && { ...point, tags: await tagsOf(aws, arn, reader) };
    },
    { concurrency: AT_ONCE },
  );
  return found.filter((point) => point !== null);
}

/** AWS Backup keeps tags only on points it manages itself (`arn:aws:backup…`). */
async function tagsOf(aws: RegionAws, arn: string, reader: TagReader): Promise<PointTags> {
  if (arn.split(':')[2] === 'backup') return readPointTags(await pointTags(aws, arn), reader);
  const because = 'It was made without advanced DynamoDB backup, so it has no tags that AWS Backup would show.';
  return { metadata: null, because, sealedWith: null, userTags: [] };
}
