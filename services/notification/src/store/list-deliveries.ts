import type { Database } from '@tablekeep/platform/database';
import { And, In, LessThan, LessThanOrEqual, MoreThanOrEqual, type FindOptionsWhere } from 'typeorm';
import type { DeliveryKind } from '../domain/content.ts';
import { DeliveryEntity, type DeliveryRow } from './entities.ts';

/** Everything given must hold. */
export type DeliveriesFilter = Readonly<{
  channelId?: string | null | undefined;
  kinds?: readonly DeliveryKind[] | null | undefined;
  statuses?: readonly DeliveryRow['status'][] | null | undefined;
  policyId?: string | null | undefined;
  since?: Date | null | undefined;
  until?: Date | null | undefined;
}>;

/** Newest first; the id decides between rows of the same millisecond. */
export type DeliveryPlace = Readonly<{ createdAt: Date; id: string }>;

export function pageOfDeliveries(
  db: Database,
  filter: DeliveriesFilter,
  after: DeliveryPlace | null,
  limit: number,
): Promise<DeliveryRow[]> {
  return db.reader.find(DeliveryEntity, {
    where: wheres(filter, after),
    order: { createdAt: 'DESC', id: 'DESC' },
    take: limit,
  });
}

function wheres(filter: DeliveriesFilter, after: DeliveryPlace | null): FindOptionsWhere<DeliveryRow>[] {
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
  const { createdAt: at, id } = after;
  return [between(LessThan(at)), { ...between(MoreThanOrEqual(at), LessThanOrEqual(at)), id: LessThan(id) }];
}
