import type { Database } from '@tablekeep/platform/database';
import { openDownload, type Cell, type DownloadFormat, type OpenDownload } from '@tablekeep/platform/downloads';
import { durationSeconds } from '../domain/duration.ts';
import type { SessionRow, TaskRow } from '../store/entities.ts';
import {
  listSessions,
  listTasksOfSessions,
  type SessionFilter,
  type SessionOrder,
  type SessionPlace,
  type TaskPlace,
} from '../store/lists.ts';

const PAGE = 500;

export type ExportRequest = Readonly<{
  content: 'SESSIONS' | 'TASKS';
  format: DownloadFormat;
  orderBy: SessionOrder;
  filter: SessionFilter;
  /** When it was asked for: a running session's duration counts until then, and the file is named after it. */
  at: Date;
}>;

/** The request as a signed address carries it, in which times are text. */
export function revive(claims: Readonly<Record<string, unknown>>): ExportRequest {
  const { filter, at, ...request } = claims as Omit<ExportRequest, 'filter' | 'at'> & {
    filter: Omit<SessionFilter, 'from' | 'to'> & { from?: string | null; to?: string | null };
    at: string;
  };
  const time = (text: string | null | undefined) => (text == null ? null : new Date(text));
  return { ...request, at: new Date(at), filter: { ...filter, from: time(filter.from), to: time(filter.to) } };
}

export function fileNameOf({ content, at }: Pick<ExportRequest, 'content' | 'at'>): string {
  return `tablekeep-${content.toLowerCase()}-${at.toISOString().slice(0, 10)}`;
}

/** Sessions, or the tasks of sessions in the order of the plan: of all that match, a page at a time as they are read. */
export function sessionExport(db: Database, request: ExportRequest): OpenDownload {
  const file = { fileName: fileNameOf(request), format: request.format };
  return request.content === 'SESSIONS'
    ? openDownload({ ...file, columns: sessionColumns(request.at), rows: sessions(db, request) })
    : openDownload({ ...file, columns: TASK_COLUMNS, rows: tasksOfSessions(db, request) });
}

const sessionColumns = (at: Date): Record<string, (session: SessionRow) => Cell> => ({
  id: (session) => session.id,
  type: (session) => session.type,
  status: (session) => session.status,
  trigger: (session) => session.trigger,
  requestedBy: (session) => session.requestedBy,
  reason: (session) => session.reason,
  accountId: (session) => session.accountId,
  policyId: (session) => session.policyId,
  policyName: (session) => session.policyName,
  createdAt: (session) => session.createdAt,
  startedAt: (session) => session.startedAt,
  finishedAt: (session) => session.finishedAt,
  durationSeconds: (session) => durationSeconds(session, at),
  total: ({ tally }) => tally.total,
  open: ({ tally }) => tally.open,
  succeeded: ({ tally }) => tally.succeeded,
  warning: ({ tally }) => tally.warning,
  failed: ({ tally }) => tally.failed,
  canceled: ({ tally }) => tally.canceled,
  skipped: ({ tally }) => tally.skipped,
  notes: (session) => session.notes,
});

type TaskOfSession = Readonly<{ session: SessionRow; task: TaskRow }>;

const TASK_COLUMNS: Record<string, (row: TaskOfSession) => Cell> = {
  sessionId: ({ session }) => session.id,
  sessionType: ({ session }) => session.type,
  policyName: ({ session }) => session.policyName,
  id: ({ task }) => task.id,
  kind: ({ task }) => task.kind,
  status: ({ task }) => task.status,
  attempt: ({ task }) => task.attempt,
  region: ({ task }) => task.region,
  tableArn: ({ task }) => task.tableArn,
  tableName: ({ task }) => task.tableName,
  reason: ({ task }) => task.reason,
  reasonCode: ({ task }) => task.reasonCode,
  warnings: ({ task }) => task.warnings,
  awsJobId: ({ task }) => task.awsJobId,
  queuedAt: ({ task }) => task.queuedAt,
  startedAt: ({ task }) => task.startedAt,
  finishedAt: ({ task }) => task.finishedAt,
};

async function* sessions(db: Database, { filter, orderBy }: ExportRequest): AsyncGenerator<SessionRow> {
  let after: SessionPlace | null = null;
  for (;;) {
    const page: SessionRow[] = await listSessions(db, filter, orderBy, after, PAGE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = { createdAt: last.createdAt, id: last.id };
  }
}

async function* tasksOfSessions(db: Database, request: ExportRequest): AsyncGenerator<TaskOfSession> {
  for await (const session of sessions(db, request)) {
    let after: TaskPlace | null = null;
    for (;;) {
      const wanted = { sessionId: session.id, status: null, after, limit: PAGE };
      const [page = []]: TaskRow[][] = await listTasksOfSessions(db, [wanted]);
      for (const task of page) yield { session, task };
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      after = { round: last.round, position: last.position };
    }
  }
}
