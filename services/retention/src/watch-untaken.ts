import { announcedBefore, watchUntaken, type AlertWatch, type Untaken } from '@tablekeep/platform/alerts';
import type { Database } from '@tablekeep/platform/database';
import { awsIdsOf, daysAnnouncedBefore } from './store/retained-accounts.ts';

/** Days of retention and looks at vaults that were announced, and that no session has taken up. */
export function watchUntakenSessions(db: Database, afterMs: number): AlertWatch {
  return watchUntaken({ service: 'retention', afterMs, announcedBefore: (before) => untakenSessions(db, before) });
}

async function untakenSessions(db: Database, before: Date): Promise<Untaken[]> {
  const days = await daysAnnouncedBefore(db, before);
  const looks = await announcedBefore(db, before);
  const accounts = await awsIdsOf(db.reader, [...new Set([...days, ...looks].map(({ accountId }) => accountId))]);
  const nameOf = (accountId: string) => accounts.get(accountId) ?? accountId;
  const untaken = [
    ...days.map(({ accountId, day, announcedAt }) => ({
      name: `retention of ${day} of account ${nameOf(accountId)}`,
      announcedAt,
    })),
    ...looks.map(({ what, accountId, announcedAt }) => ({
      name: `${what} of account ${nameOf(accountId)}`,
      announcedAt,
    })),
  ];
  return untaken.toSorted((a, b) => a.announcedAt.getTime() - b.announcedAt.getTime());
}
