import { column } from '@tablekeep/platform/database';
import { EntitySchema } from 'typeorm';
import type { Counted, Operation } from '../domain/operation.ts';

/** How much of it there was since this database began. `policyId` empty: it belongs to none. */
export type OperationCountRow = { operation: Operation; policyId: string; counted: Counted; amount: number };

export const OperationCountEntity = new EntitySchema<OperationCountRow>({
  name: 'operation_count',
  columns: {
    operation: { ...column.text(16), primary: true },
    policyId: { ...column.text(64), name: 'policy_id', primary: true },
    counted: { ...column.text(32), primary: true },
    amount: column.bigint(),
  },
});

/** What policy has announced of a policy. One that is gone is remembered, so that an announcement that comes late is known as such. */
export type CountedPolicyRow = { id: string; name: string; version: number; deleted: boolean };

export const CountedPolicyEntity = new EntitySchema<CountedPolicyRow>({
  name: 'counted_policy',
  columns: {
    id: { ...column.text(64), primary: true },
    name: column.text(255),
    version: column.int(),
    deleted: column.bool(),
  },
});
