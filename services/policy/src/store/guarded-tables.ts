import type { Database } from '@tablekeep/platform/database';
import type { TableSettings } from '@tablekeep/schema/settings';
import type { GuardedTable } from '../domain/tables-to-check.ts';
import { unreadableTables } from './inventory.ts';
import { memberIn, readJson } from './json-member.ts';

/** The tables of these Regions that a run chooses from, without the rest of their settings. */
export async function guardedTables(
  db: Database,
  accountId: string,
  regions: readonly string[],
): Promise<GuardedTable[]> {
  if (regions.length === 0) return [];
  const member = (name: string) => memberIn(db.dialect, 'settings', name);
  const rows = await db.reader.query<
    (Record<'arn' | 'name' | 'region', string> & Record<'tags' | 'encryption' | 'policy', unknown>)[]
  >(
    `SELECT arn, name, region, COALESCE(tags, ${member('tags')}) AS tags, ${member('encryption')} AS encryption,
       ${member('resourcePolicy')} AS policy
     FROM protected_table
     WHERE account_id = ? AND region IN (${regions.map(() => '?').join(', ')}) AND vanished_at IS NULL ORDER BY arn`,
    [accountId, ...regions],
  );
  const unreadable = await unreadableTables(db.reader, accountId, regions);
  const blind = new Set(unreadable.map(({ arn }) => arn));
  return [
    ...rows
      .filter(({ arn }) => !blind.has(arn))
      .map(({ arn, name, region, ...row }) => ({
        arn,
        name,
        region,
        tags: readJson<TableSettings['tags']>(row.tags),
        guards: {
          encryption: readJson<TableSettings['encryption']>(row.encryption),
          resourcePolicy: readJson<TableSettings['resourcePolicy']>(row.policy),
        },
      })),
    ...unreadable.map(({ arn, name, region, reason }) => ({
      arn,
      name,
      region,
      tags: { state: 'unknown' as const, because: reason },
      guards: null,
    })),
  ];
}
