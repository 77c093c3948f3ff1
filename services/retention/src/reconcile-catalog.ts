import { noteAnnounced } from '@tablekeep/platform/alerts';
import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { derivedId } from '@tablekeep/platform/ids';
import type { Logger } from '@tablekeep/platform/logging';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { VaultRef } from '@tablekeep/schema/catalog-events';
import { shareOf, slotAt } from './domain/reconcile-slot.ts';
import { findAccount } from './find-account.ts';
import { ACCOUNT_MS, askVaults, namesOf, type Asking } from './resolve-import.ts';
import { claimSlot, slotsTaken, vaultsInCatalog } from './store/reconcile.ts';

type Deps = Asking & Readonly<{ db: Database; clock: Clock; log: Logger; periodMs: number }>;

const NAMESPACE = 'catalog-reconciliation';

/**
 * One pass over the accounts that have points: those whose slot has come are compared with their vaults by a session. Nobody
 * leads: the session's id is derived from account and slot, and the slot is claimed in the transaction that announces it, so
 * one session begins whatever the number of replicas; a process that dies before leaves it due. An account that cannot be
 * looked up is tried again at the next pass.
 */
export async function reconcileDue(deps: Deps): Promise<void> {
  const { db, clock, log, periodMs } = deps;
  const taken = await slotsTaken(db);
  for (const [accountId, known] of await vaultsInCatalog(db)) {
    const slot = slotAt(clock.now(), periodMs, shareOf(derivedId(NAMESPACE, accountId)));
    const last = taken.get(accountId);
    if (last !== undefined && last >= slot) continue;
    try {
      await announce(deps, accountId, slot, known);
    } catch (error) {
      log.warn({ err: error, accountId }, 'the reconciliation of an account could not be announced');
    }
  }
}

async function announce(deps: Deps, accountId: string, slot: Date, known: readonly VaultRef[]): Promise<void> {
  const account = await findAccount(deps, accountId, ACCOUNT_MS);
  if (account.state === 'unknown') {
    deps.log.info({ accountId, because: account.because }, 'an account could not be looked up; tried again soon');
    return;
  }
  if (account.value === null) return;
  const { awsAccountId, regions } = account.value;
  const listed = await askVaults(deps, account.value, regions);
  // Where AWS lists a Region's vaults those count; elsewhere those that points are known to lie in: their session says why
  // they cannot be looked at.
  const untold = known.filter(({ region }) => listed.get(region)?.state !== 'known');
  const vaults = [...namesOf(listed), ...untold];
  const request = { type: 'IMPORT', accountId, regions: [], vaults, awsAccountId, readSealedAgain: false } as const;
  await deps.db.transaction(async (tx) => {
    if (!(await claimSlot(deps.db, tx, accountId, slot))) return;
    const at = slot.toISOString();
    const sessionId = derivedId(NAMESPACE, accountId, at);
    await noteAnnounced(deps.db, tx, {
      sessionId,
      what: 'comparison with the vaults',
      accountId,
      announcedAt: deps.clock.now(),
    });
    await recordEvent(deps.db, tx, {
      type: 'dev.tablekeep.catalog.reconcile.due.v1',
      subject: accountId,
      data: {
        accountId,
        sessionId,
        slot: at,
        request: { ...request, regions: [...request.regions] },
      },
    });
  });
}
