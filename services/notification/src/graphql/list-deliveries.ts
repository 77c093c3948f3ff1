import type { Database } from '@tablekeep/platform/database';
import { connection, type Key } from '@tablekeep/platform/subgraph';
import type { DeliveryRow } from '../store/entities.ts';
import { pageOfDeliveries, type DeliveryPlace } from '../store/list-deliveries.ts';
import type { QueryDeliveriesArgs } from './resolver-types.ts';

export function listDeliveries(db: Database, { filter, ...page }: QueryDeliveriesArgs) {
  return connection<DeliveryRow>(
    page,
    (row) => [row.createdAt.getTime(), row.id],
    (after, limit) => pageOfDeliveries(db, filter ?? {}, after && placeOf(after), limit),
  );
}

const placeOf = ([at, id]: Key): DeliveryPlace => ({ createdAt: new Date(Number(at)), id: String(id) });
