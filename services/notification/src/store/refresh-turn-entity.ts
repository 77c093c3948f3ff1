import { column } from '@tablekeep/platform/database';
import { EntitySchema } from 'typeorm';

/** One row, id 1: whose turn it is to renew the mail server's access token. `takenUntil` null: nobody's. */
export type RefreshTurnRow = { id: number; epoch: number; takenUntil: Date | null };

export const RefreshTurnEntity = new EntitySchema<RefreshTurnRow>({
  name: 'refresh_turn',
  columns: {
    id: { ...column.int(), primary: true },
    epoch: column.int(),
    takenUntil: { ...column.time({ nullable: true }), name: 'taken_until' },
  },
});
