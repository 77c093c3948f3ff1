import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import type { Viewer } from '@tablekeep/platform/identity';
import { recordEvent } from '@tablekeep/platform/outbox';
import { reasonProblems } from './domain/check-deletion-input.ts';
import { releaseAwaiting } from './store/awaiting-points.ts';
import { findRetained } from './store/retained-accounts.ts';
import { lockVaultGate } from './store/vault-scans.ts';

/**
 * A person has placed again what a lost catalog took with it: the account's points that an import found may expire. The
 * word names how many that person saw waiting: where an import has found others since, none is released, for nobody has
 * looked at those. Said twice it is done once. How many waited; throws UserErrors.
 */
export async function acknowledgeImport(
  db: Database,
  clock: Clock,
  viewer: Viewer,
  { accountId, expectedCount, reason }: Readonly<{ accountId: string; expectedCount: number; reason: string | null }>,
): Promise<number> {
  const problems: UserError[] = reasonProblems(reason);
  if ((await findRetained(db.reader, accountId)) === null) {
    const message = `The catalog has no points of an account ${accountId}.`;
    problems.push({ code: 'NOT_FOUND', message, path: ['accountId'] });
  }
  if (problems.length > 0) throw new UserErrors(problems);
  return db.transaction(async (tx) => {
    await lockVaultGate(db, tx, accountId);
    const points = await releaseAwaiting(tx, accountId);
    if (points === 0) return 0;
    if (points !== expectedCount) {
      const waits = points === 1 ? '1 point waits' : `${points} points wait`;
      const message = `${waits}, not ${expectedCount}; look at them again and say how many you saw.`;
      throw new UserErrors([{ code: 'COUNT_CHANGED', message, path: ['expectedCount'] }]);
    }
    await recordEvent(db, tx, {
      type: 'dev.tablekeep.catalog.reviewed.v1',
      subject: accountId,
      data: { accountId, points, by: viewer.name, reason, at: clock.now().toISOString() },
    });
    return points;
  });
}
