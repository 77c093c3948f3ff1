import { setTimeout as pause } from 'node:timers/promises';
import type { GraphqlClient } from './graphql-client.ts';
import type { Show } from './show.ts';

const SESSION = `query Follow($id: ID!, $after: String) {
  session(id: $id) {
    id status progressPercent durationSeconds notes counts { total open succeeded warning failed }
    log(first: 500, after: $after) { nodes { at level message } pageInfo { endCursor } }
    tasks(first: 500) { nodes { kind status tableName region reason warnings } }
  }
}`;

type TaskAnswer = {
  kind: string;
  status: string;
  tableName: string | null;
  region: string;
  reason: string | null;
  warnings: string[];
};
export type SessionAnswer = {
  id: string;
  status: string;
  progressPercent: number;
  durationSeconds: number | null;
  notes: string[];
  counts: { total: number; open: number; succeeded: number; warning: number; failed: number };
  log: { nodes: { at: string; level: string; message: string }[]; pageInfo: { endCursor: string | null } };
  tasks: { nodes: TaskAnswer[] };
};

const OPEN = new Set(['PENDING', 'RUNNING', 'STOPPING']);

/** Shows a session's log as it grows until the session has ended; fails where it ends otherwise than wanted. */
export async function followSession(
  graphql: GraphqlClient,
  show: Show,
  id: string,
  wanted: readonly string[],
  deadlineMs = 120_000,
): Promise<SessionAnswer> {
  const end = performance.now() + deadlineMs;
  let after: string | null = null;
  for (;;) {
    const { session }: { session: SessionAnswer } = await graphql(SESSION, { id, after });
    for (const record of session.log.nodes) show.line(record.message);
    after = session.log.pageInfo.endCursor ?? after;
    if (!OPEN.has(session.status)) {
      const said = `session ${session.status}: ${session.counts.succeeded + session.counts.warning} of ${session.counts.total} tasks`;
      if (wanted.includes(session.status)) {
        show.good(said);
        return session;
      }
      const why = session.tasks.nodes
        .filter((task) => task.status !== 'SUCCEEDED')
        .map(
          (task) =>
            `${task.kind} ${task.tableName ?? task.region} ${task.status}: ${task.reason ?? task.warnings.join('; ')}`,
        );
      throw new Error([said, ...session.notes, ...why].join('\n'));
    }
    if (performance.now() > end) throw new Error(`session ${id} is still ${session.status} after ${deadlineMs} ms`);
    await pause(200);
  }
}
