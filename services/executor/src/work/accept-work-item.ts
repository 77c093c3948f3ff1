import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { withCorrelation } from '@tablekeep/platform/logging';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { PerformItem, WorkItem } from '@tablekeep/schema/work-items';
import { TombstoneEntity } from '../store/entities.ts';
import { askToCancel, insertJob, jobOfAttempt } from '../store/jobs.ts';
import { ensureLane } from '../store/lanes.ts';

const LONGEST_REASON = 1_000;

/**
 * Takes a message of the queue: one transaction, after which the message may be deleted. A second delivery finds its job (or
 * tombstone) stored under (task, attempt) and changes nothing, but is answered: the sender may not have heard what was said.
 * @param wake called once a new job or wish to stop is committed
 */
export async function acceptWorkItem(db: Database, clock: Clock, item: WorkItem, wake: () => void): Promise<void> {
  const { correlationId, sessionId, taskId } = item;
  await withCorrelation({ correlationId, sessionId, taskId }, () =>
    db.transaction(async (tx) => {
      if (item.type === 'PERFORM') await storeJob(db, clock, tx, item);
      else await storeWishToStop(db, tx, item, clock.now());
      db.afterCommit(tx, wake);
    }),
  );
}

/** An attempt whose cancellation arrived before it is canceled by its lane like any other: before AWS is asked anything. */
async function storeJob(db: Database, clock: Clock, tx: Tx, item: PerformItem): Promise<void> {
  await ensureLane(db, tx, item.accountId, item.region);
  const isNew = await insertJob(db, tx, item, clock.now());
  const { sessionId, taskId, attempt } = item;
  const lastWord = isNew ? null : ((await jobOfAttempt(db, tx, taskId, attempt))?.lastWord ?? null);
  const data = { sessionId, taskId, attempt, kind: item.parameters.kind };
  await recordEvent(db, tx, lastWord ?? { type: 'dev.tablekeep.task.accepted.v1', subject: sessionId, data });
  if (!isNew) return;
  const grave = await tx.findOne(TombstoneEntity, { where: { taskId, attempt }, ...db.forUpdate() });
  if (grave) await askToCancel(db, tx, taskId, attempt, grave.reason);
}

async function storeWishToStop(
  db: Database,
  tx: Tx,
  item: Extract<WorkItem, { type: 'CANCEL' }>,
  now: Date,
): Promise<void> {
  const { taskId, attempt } = item;
  const reason = item.reason.slice(0, LONGEST_REASON);
  await db.insertOnce(tx, TombstoneEntity, { taskId, attempt, reason, createdAt: now });
  const job = await jobOfAttempt(db, tx, taskId, attempt);
  if (job !== null && job.finishedAt === null) return askToCancel(db, tx, taskId, attempt, reason);
  // Over, or not here: the tombstone keeps it from ever beginning. Whoever asks to stop it may not have heard the end.
  const data = { sessionId: item.sessionId, taskId, attempt, kind: item.kind, reason };
  const canceled = { type: 'dev.tablekeep.task.canceled.v1', subject: item.sessionId, data } as const;
  await recordEvent(db, tx, job?.lastWord ?? canceled);
}
