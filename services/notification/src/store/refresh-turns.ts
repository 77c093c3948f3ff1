import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import type { Refreshes } from '../senders/access-token.ts';
import { SettingsEntity } from './entities.ts';
import { RefreshTurnEntity } from './refresh-turn-entity.ts';

/** Turns to renew the access token, over all replicas. Of a process that dies with one, the next begins when its lease ends. */
export function refreshTurns({ db, clock }: Readonly<{ db: Database; clock: Clock }>): Refreshes {
  return {
    take: (leaseMs) =>
      db.transaction(async (tx) => {
        await db.insertOnce(tx, RefreshTurnEntity, { id: 1, epoch: 0, takenUntil: null });
        const turn = await tx.findOneOrFail(RefreshTurnEntity, { where: { id: 1 }, ...db.forUpdate() });
        const now = clock.now();
        if (turn.takenUntil !== null && turn.takenUntil > now) return null;
        const epoch = turn.epoch + 1;
        const takenUntil = new Date(now.getTime() + leaseMs);
        await tx.update(RefreshTurnEntity, { id: 1 }, { epoch, takenUntil });
        const settings = await tx.findOne(SettingsEntity, { where: { id: 1 } });
        return { epoch, oauth: settings?.smtpOAuth ?? null };
      }),
    end: (epoch, rotation) =>
      db.transaction(async (tx) => {
        if (rotation) {
          const settings = await tx.findOne(SettingsEntity, { where: { id: 1 }, ...db.forUpdate() });
          const stored = settings?.smtpOAuth;
          // Somebody may have given another one meanwhile: that one stands.
          if (stored?.refreshToken != null && stored.refreshToken === rotation.used.refreshToken) {
            const consent = stored.consent ?? stored.refreshToken;
            const smtpOAuth = { ...stored, refreshToken: rotation.refreshToken, consent };
            await tx.update(SettingsEntity, { id: 1 }, { smtpOAuth });
          }
        }
        await tx.update(RefreshTurnEntity, { id: 1, epoch }, { takenUntil: null });
      }),
  };
}
