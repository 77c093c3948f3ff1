import { column } from '@tablekeep/platform/database';
import { EntitySchema } from 'typeorm';
import type { DeliveryKind } from '../domain/content.ts';

export type DeliveryOutcome = 'DELIVERED' | 'FAILED';
export type DeliveryCountRow = { kind: DeliveryKind; outcome: DeliveryOutcome; deliveries: number };

/** Deliveries that ended since this database began: their own records are forgotten after a while. */
export const DeliveryCountEntity = new EntitySchema<DeliveryCountRow>({
  name: 'delivery_count',
  columns: {
    kind: { ...column.text(16), primary: true },
    outcome: { ...column.text(16), primary: true },
    deliveries: column.bigint(),
  },
});
