import type { PolicyNotifications } from '@tablekeep/schema/events';
import type { Schedules } from './schedules/schedule.ts';

/** A policy as people define it; what is stored and planned from. Days null: for ever. */
export type TagSelector = Readonly<{ key: string; value: string | null }>;
/** A table of one Region. */
export type TableSelector = Readonly<{ name: string; region: string }>;
export type Selection = Readonly<{
  allTables: boolean;
  /** In all the policy's Regions. */
  tableNames: readonly string[];
  /** Each in one Region. Absent before it could be said. */
  tables?: readonly TableSelector[];
  tags: readonly TagSelector[];
  /** Whether one of the tags is enough. Absent in policies of before: it is. */
  tagsMatch?: 'ANY' | 'ALL';
}>;
export type CopyTarget = Readonly<{
  fromRegion: string;
  toRegion: string;
  vaultName: string;
  retentionDays: number | null;
}>;
/** Its schedule names moments and nothing else: members about points are empty. */
export type Verification = Readonly<{ schedule: Schedules; countItems: boolean }>;
export type PolicyDocument = Readonly<{
  description: string;
  regions: readonly string[];
  include: Selection;
  exclude: Selection;
  vaults: readonly Readonly<{ region: string; vaultName: string }>[];
  copies: readonly CopyTarget[];
  backupRetentionDays: number | null;
  customTags: readonly Readonly<{ key: string; value: string }>[];
  retryCount: number;
  retryDelaySeconds: number;
  /** Days until AWS moves points that live long enough to cold storage; null: never. Absent before it could be said. */
  coldStorageAfterDays?: number | null;
  /** False: retention may delete even a table's last point. Absent before it could be said: it may not. */
  keepNewest?: boolean;
  /** So many days after a point's last flag AWS deletes it by itself; null: never. Absent before it could be said. */
  safetyNetDays?: number | null;
  /** How old a table's newest restorable state may be; null: nobody said. Absent before it could be said. */
  rpoHours?: number | null;
  /** Who hears of its runs instead of those of the settings. Absent before it could be said. */
  notifications?: PolicyNotifications | null;
  /** When the newest points of its tables are restored to see that they can be. Absent before it could be said. */
  verification?: Verification | null;
  /** Null: it runs when a person asks. */
  schedules: Schedules | null;
}>;

export const NOTHING: Selection = { allTables: false, tableNames: [], tags: [] };

export function isEmpty(selection: Selection): boolean {
  const { allTables, tableNames, tables, tags } = selection;
  return !allTables && tableNames.length === 0 && (tables ?? []).length === 0 && tags.length === 0;
}
