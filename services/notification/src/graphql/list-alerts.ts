import type { Database } from '@tablekeep/platform/database';
import { connection, type Key } from '@tablekeep/platform/subgraph';
import { In, IsNull, LessThan, Not, type FindOptionsWhere } from 'typeorm';
import { AlertEntity, type AlertRow } from '../store/alerts.ts';
import type { AlertFilter, QueryAlertsArgs } from './resolver-types.ts';

/** Newest first; the id decides between rows of the same millisecond. */
export function listAlerts(db: Database, { filter, ...page }: QueryAlertsArgs) {
  const keyOf = (row: AlertRow): Key => [row.raisedAt.getTime(), row.id];
  return connection<AlertRow>(page, keyOf, (after, limit) =>
    db.reader.find(AlertEntity, {
      where: wheres(filter ?? {}, after),
      order: { raisedAt: 'DESC', id: 'DESC' },
      take: limit,
    }),
  );
}

function wheres(filter: AlertFilter, after: Key | null): FindOptionsWhere<AlertRow>[] {
  const { open, kinds, severities, policyId, accountId } = filter;
  const rest: FindOptionsWhere<AlertRow> = {
    ...(open != null && { clearedAt: open ? IsNull() : Not(IsNull()) }),
    ...(kinds != null && { kind: In([...kinds]) }),
    ...(severities != null && { severity: In([...severities]) }),
    ...(policyId != null && { policyId }),
    ...(accountId != null && { accountId }),
  };
  if (!after) return [rest];
  const at = new Date(Number(after[0]));
  return [
    { ...rest, raisedAt: LessThan(at) },
    { ...rest, raisedAt: at, id: LessThan(String(after[1])) },
  ];
}
