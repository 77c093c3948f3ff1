import type { Tx } from '@tablekeep/platform/database';
import { IsNull, Like, MoreThan } from 'typeorm';
import { RestorePointEntity, type RestorePointRow } from './entities.ts';

/** By the index on table and time: the newest that lies in the Region, else the newest that AWS can copy there. */
export async function newestUsable(
  reader: Tx,
  tableArn: string,
  region: string,
  now: Date,
): Promise<Pick<RestorePointRow, 'id'> | null> {
  const there = { tableArn, deletedAt: IsNull() };
  const order = { createdAt: 'DESC', id: 'DESC' } as const;
  const select = { id: true, createdAt: true } as const;
  const near = await reader.findOne(RestorePointEntity, { select, where: { ...there, region }, order });
  if (near) return near;
  const copyable = { ...there, recoveryPointArn: Like('arn:%:backup:%') };
  const where = [
    { ...copyable, coldAt: IsNull() },
    { ...copyable, coldAt: MoreThan(now) },
  ];
  return reader.findOne(RestorePointEntity, { select, where, order });
}
