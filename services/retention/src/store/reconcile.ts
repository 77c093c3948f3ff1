import type { Database, Tx } from '@tablekeep/platform/database';
import type { VaultRef } from '@tablekeep/schema/catalog-events';
import { LessThan } from 'typeorm';
import { RestorePointEntity } from './entities.ts';
import { ReconcileSlotEntity } from './vault-entities.ts';

/** The vaults in which points of the catalog lie or have lain, by account: read from an index alone. */
export async function vaultsInCatalog(db: Database): Promise<ReadonlyMap<string, VaultRef[]>> {
  const rows = await db.reader
    .createQueryBuilder(RestorePointEntity, 'point')
    .select('point.accountId', 'accountId')
    .addSelect('point.region', 'region')
    .addSelect('point.vaultName', 'vaultName')
    .groupBy('point.accountId')
    .addGroupBy('point.region')
    .addGroupBy('point.vaultName')
    .getRawMany<{ accountId: string; region: string; vaultName: string }>();
  const byAccount = new Map<string, VaultRef[]>();
  for (const { accountId, region, vaultName } of rows) {
    byAccount.set(accountId, [...(byAccount.get(accountId) ?? []), { region, vaultName }]);
  }
  return byAccount;
}

/** The last slot of each account that has had one. */
export async function slotsTaken(db: Database): Promise<ReadonlyMap<string, Date>> {
  const rows = await db.reader.find(ReconcileSlotEntity);
  return new Map(rows.map((row) => [row.accountId, row.slot]));
}

/**
 * False where the slot, or a later one, is taken. The first slot in which an account is seen is only noted: its points have
 * just been catalogued.
 */
export async function claimSlot(db: Database, tx: Tx, accountId: string, slot: Date): Promise<boolean> {
  if (await db.insertOnce(tx, ReconcileSlotEntity, { accountId, slot })) return false;
  const { affected } = await tx.update(ReconcileSlotEntity, { accountId, slot: LessThan(slot) }, { slot });
  return affected === 1;
}
