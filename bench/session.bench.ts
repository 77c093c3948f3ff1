/**
 * One session of 10,000 tables (embedded profile, no cap of AWS's in the way): the memory that each table takes while it runs,
 * and how long after AWS's last job the session is finished. Times are real seconds. TABLES and SPEED may be given in the
 * environment.
 */
import { paginateListBackupJobs } from '@aws-sdk/client-backup';
import { HOME } from '@tablekeep/embedded/demo/aws-account';
import { runPolicy } from '@tablekeep/end-to-end/account-under-test';
import { median, rounded } from './statistics.ts';
import { admin, memoryOf, untilEnded, withAws, withPlatform, type Aws } from './whole-run.ts';

const TABLES = Number(process.env['TABLES'] ?? 10_000);
const SPEED = Number(process.env['SPEED'] ?? 6);
const UNCAPPED = 1_000_000;

type Outcome = { seconds: number; secondsAfterLastJob: number; bytesPerTable: number };

export async function run(runs: number): Promise<Record<string, unknown>> {
  const all: Outcome[] = [];
  for (let i = 0; i < runs; i++) {
    all.push(await withAws({ cap: UNCAPPED, tables: TABLES, speed: SPEED }, wholeRun));
  }
  return {
    runs,
    tables: TABLES,
    speed: SPEED,
    seconds: Math.round(median(all.map((one) => one.seconds))),
    secondsAfterLastJob: rounded(median(all.map((one) => one.secondsAfterLastJob))),
    bytesPerTable: Math.round(median(all.map((one) => one.bytesPerTable))),
  };
}

async function wholeRun(aws: Aws): Promise<Outcome> {
  return withPlatform(aws, async ({ graphql, policyId }) => {
    const { result, bytes } = await memoryOf(async () => {
      const begun = performance.now();
      await untilEnded(graphql, await runPolicy(graphql, policyId), TABLES);
      const ended = performance.now();
      return { seconds: (ended - begun) / 1_000, secondsAfterLastJob: (ended - (await lastJobEnd(aws))) / 1_000 };
    });
    return { ...result, bytesPerTable: bytes / TABLES };
  });
}

/** When AWS's last job was completed, on this process's clock. */
async function lastJobEnd(aws: Aws): Promise<number> {
  const client = aws.owner.backup(HOME);
  let last = 0;
  for await (const page of paginateListBackupJobs({ client, pageSize: 1_000 }, {})) {
    for (const job of page.BackupJobs ?? []) last = Math.max(last, job.CompletionDate?.getTime() ?? 0);
  }
  const { now } = await admin<{ now: number | string }>(aws, 'POST', 'clock', {});
  return performance.now() - (new Date(now).getTime() - last) / aws.speed;
}
