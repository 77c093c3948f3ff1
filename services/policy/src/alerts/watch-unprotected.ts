import type { AlertWatch } from '@tablekeep/platform/alerts';
import type { Database } from '@tablekeep/platform/database';
import { MOST_NAMED, type AlertFacts } from '@tablekeep/schema/alert-events';
import { plural } from '@tablekeep/schema/brief';
import { isUnprotected, protectionOf, type Protection } from '../domain/protection-status.ts';
import { findAccounts } from '../store/accounts.ts';
import type { UnprotectedTableRow } from '../store/alert-entities.ts';
import { PolicyEntity } from '../store/entities.ts';
import { judgedByArn } from '../store/judged-tables.ts';
import { forgetUnprotected, unprotectedTables } from '../store/unprotected-tables.ts';

type Unprotected = Readonly<{ row: UnprotectedTableRow; name: string; reason: string }>;

/**
 * Tables that a scan told of as unprotected, until each is covered, excluded or gone. One for each scan that found any: ten
 * thousand tables on the first day are one alert, and a table that comes later is another.
 */
export function watchUnprotected(db: Database): AlertWatch {
  return {
    kind: 'TABLES_UNPROTECTED',
    look: async ({ now }) => {
      const open = await stillUnprotected(db, now);
      return [...Map.groupBy(open, ({ row }) => row.scanId)].map(([subject, tables]) => ({
        subject,
        describe: () => describe(db, tables),
      }));
    },
  };
}

async function stillUnprotected(db: Database, now: Date): Promise<Unprotected[]> {
  const rows = await unprotectedTables(db.reader);
  if (rows.length === 0) return [];
  const policies = Map.groupBy(
    await db.reader.find(PolicyEntity, { order: { priority: 'ASC', id: 'ASC' } }),
    (policy) => policy.accountId,
  );
  const arns = rows.map(({ tableArn }) => tableArn);
  const tables = new Map((await judgedByArn(db, db.reader, arns)).map((table) => [table.arn, table]));
  const [open, over]: [Unprotected[], UnprotectedTableRow[]] = [[], []];
  for (const row of rows) {
    const table = tables.get(row.tableArn);
    const judged: Protection | null =
      !table || table.vanishedAt !== null
        ? null
        : protectionOf(table, policies.get(table.accountId) ?? [], table.newestAt, now);
    if (table && judged && isUnprotected(judged.status)) open.push({ row, name: table.name, reason: judged.reason });
    else over.push(row);
  }
  // What a change of the policies uncovers later is no news to who changed them. Forgetting it twice is harmless.
  if (over.length > 0) await forgetUnprotected(db, over);
  return open;
}

async function describe(db: Database, tables: readonly Unprotected[]): Promise<AlertFacts> {
  const [first] = tables;
  const { accountId = null, region = null, since } = first?.row ?? { since: new Date(0) };
  const [account] = accountId === null ? [] : await findAccounts(db.reader, [accountId]);
  const count = tables.length;
  return {
    severity: 'WARNING',
    accountId,
    region,
    policyId: null,
    policyName: null,
    sessionId: null,
    summary: `No policy protects ${plural(count, 'table')} of account ${account?.name ?? accountId} in ${region}`,
    cause: 'A scan saw them for the first time, or with other tags than those by which a policy covered them.',
    nextTry: null,
    remedy: 'Have a policy cover them, or exclude them in one.',
    count,
    about: tables.slice(0, MOST_NAMED).map(({ row, name, reason }) => ({
      name,
      arn: row.tableArn,
      region: row.region,
      cause: reason,
    })),
    since: since.toISOString(),
  };
}
