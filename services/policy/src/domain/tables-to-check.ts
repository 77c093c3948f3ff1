import { brief } from '@tablekeep/schema/brief';
import type { CheckedTables } from '@tablekeep/schema/internal';
import type { Known, TableSettings } from '@tablekeep/schema/settings';
import type { PolicyDocument } from './policy-document.ts';
import { coverage, type SelectableTable } from './select-tables.ts';

/** A table with what of its settings can forbid its backup; null: the last scan found it and could not read it. */
export type GuardedTable = SelectableTable &
  Readonly<{ guards: Pick<TableSettings, 'encryption' | 'resourcePolicy'> | null }>;

type Covering = Pick<PolicyDocument, 'regions' | 'include' | 'exclude'>;

/** What AWS's rates let be asked within the time that somebody waits. */
const MOST_TABLES = 200;
const MOST_POLICIES = 50;
const MOST_KEYS = 20;

/**
 * What the check of permissions must know of the tables that these policies cover: names spread over all of them, so that a
 * statement about a family of names meets some, their own policies, and the customer's keys they are encrypted with.
 */
export function tablesToCheck(tables: readonly GuardedTable[], documents: readonly Covering[]): CheckedTables {
  const covered = tables.filter((table) => documents.some((document) => coverage(document, table).kind === 'covered'));
  const arns = spread(
    covered.map(({ arn }) => arn),
    MOST_TABLES,
  );
  const read = covered.flatMap(({ guards, ...table }) => (guards === null ? [] : [{ ...table, ...guards }]));
  const policies = read.flatMap(({ arn, resourcePolicy }): { arn: string; policy: Known<string> }[] => {
    if (resourcePolicy.state === 'unknown') return [{ arn, policy: resourcePolicy }];
    return resourcePolicy.value === null ? [] : [{ arn, policy: { state: 'known', value: resourcePolicy.value } }];
  });
  const keys = new Map(
    read.flatMap(({ region, encryption: { type, kmsKeyArn } }) =>
      type === 'CUSTOMER_MANAGED' && kmsKeyArn !== null ? [[kmsKeyArn, { region, arn: kmsKeyArn }] as const] : [],
    ),
  );
  return {
    arns,
    more: covered.length - arns.length,
    policies: policies.slice(0, MOST_POLICIES),
    morePolicies: Math.max(0, policies.length - MOST_POLICIES),
    keys: [...keys.values()].slice(0, MOST_KEYS),
    moreKeys: Math.max(0, keys.size - MOST_KEYS),
  };
}

/** Those that the last scan could not read, and that these policies cover or may cover, as `name (Region)`. */
export function unreadableAmong(tables: readonly GuardedTable[], documents: readonly Covering[]): string[] {
  const concerns = (table: GuardedTable) =>
    documents.some((document) => {
      const { kind, untold } = coverage(document, table);
      return kind === 'covered' || untold;
    });
  return tables
    .filter((table) => table.guards === null && concerns(table))
    .map(({ name, region }) => `${name} (${region})`);
}

/** Of tables that could not be read. */
export function unreadableMessage(tables: readonly string[]): string {
  const which = tables.length === 1 ? '1 table' : `${tables.length} tables`;
  return (
    `The last scan could not read ${which}: ${brief(tables).join(', ')}. Whether a backup would succeed could not be told; ` +
    'unreadableTables of the account says why they could not be read.'
  );
}

function spread<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]).filter(
    (one) => one !== undefined,
  );
}
