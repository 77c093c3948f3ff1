import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { UserErrors } from '@tablekeep/platform/errors';
import type { Viewer } from '@tablekeep/platform/identity';
import { reasonProblems } from './domain/check-deletion-input.ts';
import { findFreeze } from './store/frozen-chains.ts';
import { lockTable } from './store/points-of-table.ts';
import type { FrozenChainRow } from './store/retention-entities.ts';
import { releaseChain } from './watch-chains.ts';

/**
 * A person has seen why the chain is frozen: its points may expire again. Said twice it is done once. Throws UserErrors.
 */
export async function acknowledgeChain(
  db: Database,
  clock: Clock,
  viewer: Viewer,
  { id, reason }: Readonly<{ id: string; reason: string | null }>,
): Promise<FrozenChainRow> {
  const problems = reasonProblems(reason);
  if (problems.length > 0) throw new UserErrors(problems);
  const chain = await findFreeze(db.reader, id);
  if (chain === null) {
    throw new UserErrors([{ code: 'NOT_FOUND', message: `There is no frozen chain ${id}.`, path: ['id'] }]);
  }
  return db.transaction(async (tx) => {
    await lockTable(db, tx, chain.tableArn);
    await releaseChain(db, tx, id, { how: 'ACKNOWLEDGED', by: viewer.name, reason, at: clock.now() });
    return (await findFreeze(tx, id)) ?? chain;
  });
}
