import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { migrate, openDatabase, type Database } from '@tablekeep/platform/database';
import { availableEngines } from '@tablekeep/testkit/engines';
import { explain, type Access } from '@tablekeep/testkit/explain';
import { jobLimits } from '../src/domain/api-limits.ts';
import { executorModel } from '../src/service.ts';
import { forgetOldJobs } from '../src/store/forget-old-jobs.ts';
import { dueJobs, followedJobs, nudgeWaiting } from '../src/store/jobs.ts';
import { claimLane, freeLanes, hasOpenJobs } from '../src/store/lanes.ts';
import { hasRoom } from '../src/store/slots.ts';

const mariadb = (await availableEngines()).find((engine) => engine.name === 'MariaDB');

/** Ten thousand jobs, one in fifty open, in twenty lanes: what a busy month leaves behind. */
async function fill(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO job (id, task_id, attempt, session_id, kind, lane, account_id, region, table_arn, slot, item, step, state,
         aws_job_id, next_at, held_since, created_at, finished_at)
       SELECT UUID(), CONCAT('task-', seq), 1, CONCAT('s-', seq % 40), 'BACKUP', CONCAT('a/r-', seq % 20), 'a', 'r',
         CONCAT('arn:table-', seq), CONCAT('backups/a/r-', seq % 20), '{}', IF(seq % 100 = 0, 'following', 'queued'), '{}',
         'job', NOW(3), NULL, NOW(3) - INTERVAL seq SECOND, IF(seq % 50 = 0, NULL, NOW(3) - INTERVAL seq SECOND)
       FROM seq_1_to_10000`,
    );
    await tx.query(
      `INSERT INTO lane (name, account_id, region, owner, epoch, lease_until)
       SELECT CONCAT('a/r-', seq), 'a', 'r', NULL, 0, NULL FROM seq_0_to_19`,
    );
    await tx.query("INSERT INTO slot_gate (name) VALUES ('backups/a/r-1')");
  });
  await db.reader.query('ANALYZE TABLE job, lane');
}

(mariadb ? describe : describe.skip)('queries of a busy executor use their indexes', () => {
  let db: Database;
  beforeAll(async () => {
    const config = await mariadb!.freshDatabase();
    await migrate(config, executorModel);
    db = await openDatabase(config, executorModel);
    await fill(db);
  }, 60_000);
  afterAll(() => db.close());

  const ofJobs = (accesses: readonly Access[]) => accesses.filter(({ table }) => table === 'job');

  test.each<[string, string[], () => Promise<unknown>]>([
    ['due jobs of a lane', ['job_due', 'job_due_by_kind'], () => dueJobs(db, 'a/r-0', 8)],
    ['followed jobs of a lane', ['job_due', 'job_due_by_kind'], () => followedJobs(db, 'a/r-0')],
    ['open jobs of a lane', ['job_due', 'job_due_by_kind'], () => hasOpenJobs(db, 'a/r-0')],
    ['free lanes', ['job_due', 'job_due_by_kind'], () => freeLanes(db)],
    [
      'room in a semaphore',
      ['job_of_slot', 'one_job_per_table', 'job_waiting'],
      () =>
        db.transaction((tx) =>
          hasRoom(db, tx, { slot: 'backups/a/r-0', kind: 'BACKUP', sizeBytes: 2 ** 40 }, { share: 1, jobLimits }),
        ),
    ],
    [
      'who waits for a table or a slot',
      ['job_of_table', 'job_of_slot', 'job_waiting'],
      () => db.transaction((tx) => nudgeWaiting(db, tx, { id: 'x', busyArn: 'arn:table-50', slot: 'backups/a/r-10' })),
    ],
    ['jobs that ended long ago', ['job_finished'], () => forgetOldJobs(db)],
  ])('%s', async (_what, keys, work) => {
    const accesses = ofJobs(await explain(db, work));
    expect(accesses.length).toBeGreaterThan(0);
    for (const { key, type, rows, sql } of accesses) {
      expect({ sql, key, scansAll: type === 'ALL' || type === 'index' }).toEqual({
        sql,
        key: expect.stringMatching(new RegExp(`^(?:${[...keys, 'PRIMARY'].join('|')})$`, 'u')),
        scansAll: false,
      });
      expect(rows).toBeLessThan(1_500);
    }
  });

  test('a lane is claimed by its name', async () => {
    const accesses = await explain(db, () => claimLane(db, 'a/r-3', 'me', 1_000));
    expect(accesses.filter(({ table }) => table === 'lane').map(({ key, rows }) => [key, rows])).toEqual(
      expect.arrayContaining([['PRIMARY', 1]]),
    );
  });
});
