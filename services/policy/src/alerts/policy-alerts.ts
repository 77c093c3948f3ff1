import { announcedBefore, watchUntaken, type AlertWatch, type Untaken } from '@tablekeep/platform/alerts';
import type { Database } from '@tablekeep/platform/database';
import { findAccounts } from '../store/accounts.ts';
import { PolicyEntity } from '../store/entities.ts';
import { slotsAnnouncedBefore } from '../store/slots.ts';
import { watchCopies } from './watch-copies.ts';
import { watchMissedSlots } from './watch-missed-slots.ts';
import { watchSuccesses } from './watch-successes.ts';
import { watchUnplannable } from './watch-unplannable.ts';
import { watchUnprotected } from './watch-unprotected.ts';
import { In } from 'typeorm';

/** The alerts that this service owns. @param o.graceMs how long after its slot a policy’s run may take */
export function policyAlerts(db: Database, o: Readonly<{ graceMs: number; untakenMs: number }>): AlertWatch[] {
  return [
    watchSuccesses(db, o.graceMs),
    watchMissedSlots(db),
    watchUnplannable(db),
    watchCopies(db),
    watchUnprotected(db),
    watchUntaken({
      service: 'policy',
      afterMs: o.untakenMs,
      announcedBefore: (before) => untakenSessions(db, before),
    }),
  ];
}

/** Runs, verifications and scans, the longest waiting first. */
async function untakenSessions(db: Database, before: Date): Promise<Untaken[]> {
  const slots = await slotsAnnouncedBefore(db, before);
  const scans = await announcedBefore(db, before);
  const policies = await db.reader.find(PolicyEntity, {
    select: { id: true, name: true },
    where: { id: In([...new Set(slots.map(({ policyId }) => policyId))]) },
  });
  const accounts = await findAccounts(db.reader, [...new Set(scans.map(({ accountId }) => accountId))]);
  const nameOf = (all: readonly { id: string; name: string }[], id: string) =>
    all.find((one) => one.id === id)?.name ?? id;
  const untaken = [
    ...slots.map(({ policyId, purpose, announcedAt }) => ({
      name: `${purpose === 'BACKUP' ? 'run' : 'verification'} of policy “${nameOf(policies, policyId)}”`,
      announcedAt,
    })),
    ...scans.map(({ accountId, what, announcedAt }) => ({
      name: `${what} of account ${nameOf(accounts, accountId)}`,
      announcedAt,
    })),
  ];
  return untaken.toSorted((a, b) => a.announcedAt.getTime() - b.announcedAt.getTime());
}
