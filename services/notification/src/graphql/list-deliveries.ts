import type { Database } from '@tablekeep/platform/database';
import { connection, type Key } from '@tablekeep/platform/subgraph';
import { And, In, LessThan, LessThanOrEqual, MoreThanOrEqual, type FindOptionsWhere } from 'typeorm';
import { DeliveryEntity, type DeliveryRow } from '../store/entities.ts';
import type { DeliveryFilter, QueryDeliveriesArgs } from './resolver-types.ts';

/** Newest first; the id decides between rows of the same millisecond. */
export function listDeliveries(db: Database, { filter, ...page }: QueryDeliveriesArgs) {
  const keyOf = (row: DeliveryRow): Key => [row.createdAt.getTime(), row.id];
  return connection<DeliveryRow>(page, keyOf, (after, limit) =>
    db.reader.find(DeliveryEntity, {
      where: wheres(filter ?? {}, after),
      order: { createdAt: 'DESC', id: 'DESC' },
      take: limit,
    }),
  );
}

function wheres(filter: DeliveryFilter, after: Key | null): FindOptionsWhere<DeliveryRow>[] {
  const { channelId, kinds, statuses, policyId, since, until } = filter;
  const rest: FindOptionsWhere<DeliveryRow> = {
    ...(channelId != null && { channelId }),
    ...(kinds != null && { kind: In([...kinds]) }),
    ...(statuses != null && { status: In([...statuses]) }),
    ...(policyId != null && { policyId }),
  };
  const bounds = [
    ...(since == null ? [] : [MoreThanOrEqual(since)]),
    ...(until == null ? [] : [LessThanOrEqual(until)]),
  ];
  const between = (...more: ReturnType<typeof LessThan<Date>>[]) => {
    const all = [...bounds, ...more];
    return all.length === 0 ? rest : { ...rest, createdAt: And(...all) };
  };
  if (!after) return [between()];
  const at = new Date(Number(after[0]));
  return [
    between(LessThan(at)),
    { ...between(MoreThanOrEqual(at), LessThanOrEqual(at)), id: LessThan(String(after[1])) },
  ];
}
