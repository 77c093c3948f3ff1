import type { Database } from '@tablekeep/platform/database';
import DataLoader from 'dataloader';
import { In } from 'typeorm';
import {
  ChannelEntity,
  DeliveryAttemptEntity,
  type ChannelRow,
  type DeliveryAttemptRow,
} from '../store/channel-entities.ts';

/** Made for each request: what a page of deliveries refers to is read at once. */
export type Loaders = Readonly<{
  channel: DataLoader<string, ChannelRow | null>;
  attempts: DataLoader<string, DeliveryAttemptRow[]>;
}>;

export function createLoaders(db: Database): Loaders {
  return {
    channel: new DataLoader(async (ids) => {
      const rows = await db.reader.find(ChannelEntity, { where: { id: In([...ids]) } });
      const found = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    attempts: new DataLoader(async (ids) => {
      const rows = await db.reader.find(DeliveryAttemptEntity, {
        where: { deliveryId: In([...ids]) },
        order: { number: 'ASC' },
      });
      const found = Map.groupBy(rows, (row) => row.deliveryId);
      return ids.map((id) => found.get(id) ?? []);
    }),
  };
}
