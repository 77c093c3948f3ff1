import type { Dialect, Migration } from '@tablekeep/platform/database';

/** One more column of the restore points. */
export const pointColumn = (id: string, definition: (d: Dialect) => string): Migration => ({
  id,
  up: (d) => `ALTER TABLE restore_point ADD COLUMN ${definition(d)}`,
});

/** An index named as its migration, without the number. */
export const index = (id: string, table: string, columns: string): Migration => ({
  id,
  up: (d: Dialect) => {
    const name = id.replace(/^\d+-/u, '').replaceAll('-', '_');
    return `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}${name} ON ${table} (${columns})`;
  },
});
