import type { Database } from '@tablekeep/platform/database';
import type { SessionStatus, SessionType, TaskStatus } from '@tablekeep/schema/events';
import { In, MoreThan, type EntitySchema, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import {
  SessionEntity,
  SessionLogEntity,
  TaskAttemptEntity,
  TaskEntity,
  type SessionLogRow,
  type SessionRow,
  type TaskAttemptRow,
  type TaskRow,
} from './entities.ts';

/** Sessions are listed newest first; a place in the list is the creation time and the id. */
export type SessionPlace = Readonly<{ createdAt: Date; id: string }>;
/** Tasks are listed in the order of the plan. */
export type TaskPlace = Readonly<{ round: number; position: number }>;

export type SessionFilter = Readonly<{
  type?: SessionType | null | undefined;
  status?: SessionStatus | null | undefined;
  policyId?: string | null | undefined;
  accountId?: string | null | undefined;
  tableArn?: string | null | undefined;
  region?: string | null | undefined;
  from?: Date | null | undefined;
  to?: Date | null | undefined;
  text?: string | null | undefined;
}>;

export type SessionOrder = 'NEWEST_FIRST' | 'OLDEST_FIRST';

export async function listSessions(
  db: Database,
  filter: SessionFilter,
  order: SessionOrder,
  after: SessionPlace | null,
  limit: number,
): Promise<SessionRow[]> {
  return sessionPage(db.reader.createQueryBuilder(SessionEntity, 'row'), filter, order, after, limit).getMany();
}

export type PolicySessions = Readonly<{ policyId: string; after: SessionPlace | null; limit: number }>;

/** The newest sessions of each of several policies, in one statement. */
export async function listSessionsOfPolicies(db: Database, wanted: readonly PolicySessions[]): Promise<SessionRow[][]> {
  const pages = wanted.map(
    ({ policyId, after, limit }) =>
      (query: SelectQueryBuilder<SessionRow>) =>
        sessionPage(query, { policyId }, 'NEWEST_FIRST', after, limit),
  );
  const newestFirst = (a: SessionRow, b: SessionRow) =>
    b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1);
  return pagesOfMany(db, SessionEntity, pages, newestFirst);
}

export type SessionTasks = Readonly<{
  sessionId: string;
  status: TaskStatus | null;
  after: TaskPlace | null;
  limit: number;
}>;

/** A page of the tasks of each of several sessions, in one statement. */
export async function listTasksOfSessions(db: Database, wanted: readonly SessionTasks[]): Promise<TaskRow[][]> {
  const pages = wanted.map((one) => (query: SelectQueryBuilder<TaskRow>) => taskPage(query, one));
  return pagesOfMany(db, TaskEntity, pages, (a, b) => a.round - b.round || a.position - b.position);
}

export async function listLog(
  db: Database,
  of: Readonly<{ sessionId: string; taskId?: string }>,
  after: number,
  limit: number,
): Promise<SessionLogRow[]> {
  return db.reader.find(SessionLogEntity, {
    where: { ...of, seq: MoreThan(after) },
    order: { seq: 'ASC' },
    take: limit,
  });
}

export async function findTasks(db: Database, ids: readonly string[]): Promise<TaskRow[]> {
  return db.reader.find(TaskEntity, { where: { id: In([...ids]) } });
}

export async function findAttempts(db: Database, taskIds: readonly string[]): Promise<TaskAttemptRow[]> {
  return db.reader.find(TaskAttemptEntity, { where: { taskId: In([...taskIds]) }, order: { attempt: 'ASC' } });
}

function sessionPage(
  query: SelectQueryBuilder<SessionRow>,
  filter: SessionFilter,
  order: SessionOrder,
  after: SessionPlace | null,
  limit: number,
): SelectQueryBuilder<SessionRow> {
  for (const name of ['type', 'status', 'policyId', 'accountId'] as const) {
    if (filter[name] != null) query.andWhere(`row.${name} = :${name}`, { [name]: filter[name] });
  }
  for (const [name, task] of [
    ['tableArn', 'table_arn'],
    ['region', 'region'],
  ] as const) {
    if (filter[name] == null) continue;
    query.andWhere(`EXISTS (SELECT 1 FROM task t WHERE t.session_id = row.id AND t.${task} = :${name})`, {
      [name]: filter[name],
    });
  }
  if (filter.from != null) query.andWhere('row.createdAt >= :from', { from: filter.from });
  if (filter.to != null) query.andWhere('row.createdAt < :to', { to: filter.to });
  if (filter.text != null) {
    // Not LIKE: its wildcards are ordinary characters of names.
    const has = (field: string) => `INSTR(LOWER(COALESCE(row.${field}, '')), LOWER(:text)) > 0`;
    query.andWhere(`(${['policyName', 'requestedBy', 'reason'].map(has).join(' OR ')} OR row.id = :text)`, {
      text: filter.text,
    });
  }
  const [direction, beyond] = order === 'NEWEST_FIRST' ? (['DESC', '<'] as const) : (['ASC', '>'] as const);
  if (after !== null) {
    query.andWhere(`(row.createdAt ${beyond} :at OR (row.createdAt = :at AND row.id ${beyond} :id))`, {
      at: after.createdAt,
      id: after.id,
    });
  }
  return query.orderBy('row.createdAt', direction).addOrderBy('row.id', direction).limit(limit);
}

function taskPage(query: SelectQueryBuilder<TaskRow>, wanted: SessionTasks): SelectQueryBuilder<TaskRow> {
  const { sessionId, status, after, limit } = wanted;
  query.where('row.sessionId = :sessionId', { sessionId });
  if (status !== null) query.andWhere('row.status = :status', { status });
  if (after !== null) {
    query.andWhere('(row.round > :round OR (row.round = :round AND row.position > :position))', after);
  }
  return query.orderBy('row.round', 'ASC').addOrderBy('row.position', 'ASC').limit(limit);
}

/** SQLite's limit of terms in a compound SELECT. */
const TERMS_AT_ONCE = 500;

/**
 * One limited page for each of many parents: a UNION ALL of limited subqueries for the ids (a window function would read
 * every row of every parent), then the rows by id.
 */
async function pagesOfMany<E extends ObjectLiteral & { id: string }>(
  db: Database,
  entity: EntitySchema<E>,
  pages: readonly ((query: SelectQueryBuilder<E>) => SelectQueryBuilder<E>)[],
  order: (a: E, b: E) => number,
): Promise<E[][]> {
  const found: E[][] = [];
  for (let from = 0; from < pages.length; from += TERMS_AT_ONCE) {
    const terms = pages.slice(from, from + TERMS_AT_ONCE).map((page, term) => {
      const ids = page(db.reader.createQueryBuilder(entity, 'row').select('row.id', 'row_id'));
      const [sql, parameters] = ids.getQueryAndParameters();
      return {
        sql: `SELECT ${term} AS term, page.row_id AS id FROM (${sql}) page`,
        parameters: parameters as unknown[],
      };
    });
    const hits: { term: number | string; id: string }[] = await db.reader.query(
      terms.map((term) => term.sql).join(' UNION ALL '),
      terms.flatMap((term) => term.parameters),
    );
    const ids = hits.map((hit) => hit.id);
    const rows = await db.reader
      .createQueryBuilder(entity, 'row')
      .where(ids.length === 0 ? '1 = 0' : 'row.id IN (:...ids)', { ids })
      .getMany();
    const byId = new Map(rows.map((row) => [row.id, row]));
    terms.forEach((_, term) => {
      const own = hits.filter((hit) => Number(hit.term) === term).flatMap((hit) => byId.get(hit.id) ?? []);
      found.push(own.sort(order));
    });
  }
  return found;
}
