import type { Database, Tx } from '@tablekeep/platform/database';
import type { DeliveryKind } from '../domain/content.ts';
import { DeliveryCountEntity, type DeliveryCountRow } from './delivery-count-entity.ts';
import { DeliveryEntity } from './entities.ts';

/** In the transaction that ends the delivery. */
export async function countDelivery(
  db: Database,
  tx: Tx,
  { kind, outcome }: Omit<DeliveryCountRow, 'deliveries'>,
): Promise<void> {
  await db.insertOnce(tx, DeliveryCountEntity, { kind, outcome, deliveries: 0 });
  await tx.increment(DeliveryCountEntity, { kind, outcome }, 'deliveries', 1);
}

export async function countedDeliveries(reader: Tx): Promise<DeliveryCountRow[]> {
  return reader.find(DeliveryCountEntity);
}

/** Those that are not over: how many by kind, and when the oldest of all was made. */
export async function waitingDeliveries(
  reader: Tx,
): Promise<{ byKind: ReadonlyMap<DeliveryKind, number>; oldest: Date | null }> {
  const where = { status: 'PENDING' as const };
  const rows = await reader
    .createQueryBuilder(DeliveryEntity, 'delivery')
    .select('delivery.kind', 'kind')
    .addSelect('COUNT(*)', 'waiting')
    .where(where)
    .groupBy('delivery.kind')
    .getRawMany<{ kind: DeliveryKind; waiting: unknown }>();
  const [oldest] = await reader.find(DeliveryEntity, {
    select: { id: true, createdAt: true },
    where,
    order: { createdAt: 'ASC' },
    take: 1,
  });
  return { byKind: new Map(rows.map((row) => [row.kind, Number(row.waiting)])), oldest: oldest?.createdAt ?? null };
}
