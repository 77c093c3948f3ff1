import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { migrate, openDatabase, type Database } from '@tablekeep/platform/database';
import { availableEngines } from '@tablekeep/testkit/engines';
import { explain } from '@tablekeep/testkit/explain';
import { sessionModel } from '../src/service.ts';
import { claimOverduePlan, sessionsWithOverduePlan } from '../src/store/sessions.ts';
import { claimTimer, dueTasks } from '../src/store/tasks.ts';

const mariadb = (await availableEngines()).find((engine) => engine.name === 'MariaDB');

/** Ten thousand tasks and two thousand sessions, nearly all over. */
async function fill(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO task (id, session_id, round, position, task_key, account_id, aws_account_id, region, kind, status, attempt,
         parameters, queued_at, resend_at, retry_at, warnings)
       SELECT CONCAT('task-', seq), CONCAT('s-', seq % 100), 1, seq, CONCAT('k-', seq), 'a', '111122223333', 'r', 'BACKUP',
         'SUCCEEDED', 1, '{}', NOW(3), IF(seq % 500 = 0, NOW(3), NULL), IF(seq % 501 = 0, NOW(3), NULL), '[]'
       FROM seq_1_to_10000`,
    );
    await tx.query(
      `INSERT INTO session (id, type, status, triggered_by, requested_by, requested_by_id, input_hash, account_id, retry_count,
         retry_delay_seconds, request, notes, created_at, planned_round, plan_final, plan_failed, announced_round, plan_due_at,
         tally, log_count)
       SELECT CONCAT('s-', seq), 'POLICY_BACKUP', 'SUCCEEDED', 'PERSON', 'Operator', 'operator', 'x', 'a', 0, 0, '{}', '[]',
         NOW(3) - INTERVAL seq SECOND, 1, 1, 0, 1, IF(seq % 200 = 0, NOW(3), NULL), '{}', 0
       FROM seq_1_to_2000`,
    );
  });
  await db.reader.query('ANALYZE TABLE task, session');
}

(mariadb ? describe : describe.skip)('queries for what is due use their indexes', () => {
  let db: Database;
  const later = new Date('2100-01-01T00:00:00.000Z');
  beforeAll(async () => {
    const config = await mariadb!.freshDatabase();
    await migrate(config, sessionModel);
    db = await openDatabase(config, sessionModel);
    await fill(db);
  }, 60_000);
  afterAll(() => db.close());

  const due = { id: 'task-500', sessionId: 's-0', dueAt: new Date() };
  test.each<[string, string, () => Promise<unknown>]>([
    ['tasks to send again', 'task_by_resend', () => dueTasks(db, 'resendAt', later, 50)],
    ['tasks to try again', 'task_by_retry', () => dueTasks(db, 'retryAt', later, 50)],
    ['plans that are late', 'session_by_plan_due', () => sessionsWithOverduePlan(db, later, 50)],
    [
      'the claim of a timer',
      'PRIMARY|task_by_resend',
      () => db.transaction((tx) => claimTimer(tx, 'resendAt', due, null)),
    ],
    [
      'the claim of a late plan',
      'PRIMARY|session_by_plan_due',
      () => db.transaction((tx) => claimOverduePlan(tx, 's-200', new Date())),
    ],
  ])('%s', async (_what, key, work) => {
    const accesses = await explain(db, work);
    expect(accesses.length).toBeGreaterThan(0);
    for (const access of accesses)
      expect(access).toMatchObject({
        key: expect.stringMatching(new RegExp(`^(?:${key})$`, 'u')),
        type: expect.stringMatching(/^(?!ALL|index)/u),
      });
  });
});
