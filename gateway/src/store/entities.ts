import { column } from '@tablekeep/platform/database';
import type { Role } from '@tablekeep/platform/identity';
import { EntitySchema } from 'typeorm';

export type ApiTokenRow = {
  id: string;
  name: string;
  role: Role;
  secretHash: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};

export const ApiTokenEntity = new EntitySchema<ApiTokenRow>({
  name: 'api_token',
  columns: {
    id: { ...column.id(), primary: true },
    name: column.text(127),
    role: column.text(16),
    secretHash: { ...column.text(64), name: 'secret_hash' },
    createdAt: { ...column.time(), name: 'created_at' },
    lastUsedAt: { ...column.time({ nullable: true }), name: 'last_used_at' },
    revokedAt: { ...column.time({ nullable: true }), name: 'revoked_at' },
  },
});
