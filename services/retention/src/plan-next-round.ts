import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventData } from '@tablekeep/schema/events';
import { planNextLooks } from './plan-import.ts';
import { planRetention } from './plan-retention.ts';
import { claimRound, isSessionOver } from './store/finished-sessions.ts';
import { WaitingRoundEntity } from './store/vault-entities.ts';
import { holdsVaultScans, lockVaultGate } from './store/vault-scans.ts';

type RoundFinished = EventData<'dev.tablekeep.session.round.finished.v1'>;

/** The account whose vaults the session looks at; null: its rounds are not planned here. */
function accountOf({ request }: RoundFinished): string | null {
  switch (request.type) {
    case 'IMPORT':
    case 'RETENTION':
      return request.accountId;
    default:
      return null;
  }
}

/** Plans the round that follows; the catalog holds what the round before saw in vaults. Called once for each round. */
async function planNext(db: Database, clock: Clock, tx: Tx, finished: RoundFinished): Promise<void> {
  const { request } = finished;
  switch (request.type) {
    case 'IMPORT':
      return planNextLooks(db, clock, tx, finished, request);
    case 'RETENTION':
      return planRetention(db, clock, tx, { ...finished, request });
    default:
      return;
  }
}

/**
 * Plans the round after looks at vaults, or remembers it until the catalog holds them: looks and the end of their round come
 * on different topics, in any order. The account's gate is locked before the look, here and where looks are stored, so that
 * neither misses the other. A look that never comes leaves the session to its plan's deadline; it holds up nobody else.
 */
export async function planOrWait(db: Database, clock: Clock, tx: Tx, finished: RoundFinished): Promise<void> {
  const { sessionId, round } = finished;
  const accountId = accountOf(finished);
  if (accountId === null) return;
  await lockVaultGate(db, tx, accountId);
  if (
    !(await holdsVaultScans(
      tx,
      finished.vaultScans.map((scan) => scan.scanId),
    ))
  ) {
    await db.insertOnce(tx, WaitingRoundEntity, { sessionId, round, accountId, finished });
    // A session that is over waits for nothing: its look never came, or it was stopped.
    if (await isSessionOver(db, tx, sessionId)) await tx.delete(WaitingRoundEntity, { sessionId });
    return;
  }
  await tx.delete(WaitingRoundEntity, { sessionId, round });
  if (await claimRound(db, tx, sessionId, round + 1)) await planNext(db, clock, tx, finished);
}

/** The rounds of an account that may have waited for the look just stored. */
export async function planWaiting(db: Database, clock: Clock, tx: Tx, accountId: string): Promise<void> {
  for (const { finished } of await tx.findBy(WaitingRoundEntity, { accountId })) {
    await planOrWait(db, clock, tx, finished);
  }
}
