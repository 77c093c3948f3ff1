import type { Tx } from '@tablekeep/platform/database';
import { IsNull, Not } from 'typeorm';
import { RestorePointEntity } from './entities.ts';
import { FrozenChainEntity } from './retention-entities.ts';

/** Counted by the database. A point may be held and foreign both: then it counts twice. */
export async function pointsByState(reader: Tx): Promise<{ state: string; points: number }[]> {
  const there = { deletedAt: IsNull() };
  const counted = (where: object) => reader.countBy(RestorePointEntity, { ...there, ...where });
  return [
    { state: 'all', points: await counted({}) },
    { state: 'held', points: await counted({ holdReason: Not(IsNull()) }) },
    { state: 'foreign', points: await counted({ foreignBecause: Not(IsNull()) }) },
    { state: 'awaiting_review', points: await counted({ awaitsReviewSince: Not(IsNull()) }) },
    { state: 'being_deleted', points: await counted({ permitTaskId: Not(IsNull()) }) },
  ];
}

export async function countFrozenChains(reader: Tx): Promise<number> {
  return reader.countBy(FrozenChainEntity, { acknowledgedAt: IsNull() });
}
