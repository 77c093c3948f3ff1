import type { Database } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { Key } from '@tablekeep/platform/subgraph';
import { IsNull, LessThanOrEqual } from 'typeorm';
import { judgeRows, type JudgedRow } from './judge-points.ts';
import type { RestorePointRow } from './store/entities.ts';
import { pageOfPoints } from './store/restore-points.ts';
import { lockedVaults } from './store/vault-locks.ts';

type Wish = Readonly<{ accountId: string; tableArn: string | null; onlyExpired: boolean }>;

/** A page of the account's points with what retention would do with each now; newest first. */
export async function previewRetention(
  db: Database,
  { clock }: Pick<ServiceDeps, 'clock'>,
  { accountId, tableArn, onlyExpired }: Wish,
  page: Readonly<{ after: Key | null; limit: number }>,
): Promise<readonly JudgedRow<RestorePointRow>[]> {
  const now = clock.now();
  const where = {
    accountId,
    deletedAt: IsNull(),
    ...(tableArn !== null && { tableArn }),
    ...(onlyExpired && { expiresAt: LessThanOrEqual(now) }),
  };
  const rows = await pageOfPoints(db, where, page.after, page.limit);
  const around = { now, lockedVaults: await lockedVaults(db.reader, accountId) };
  return (await judgeRows(db, db.reader, rows, around)).judged;
}
