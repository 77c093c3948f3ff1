import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { fullName } from '@tablekeep/platform/downloads';
import type { InternalIdentity } from '@tablekeep/platform/identity';
import { badInput, connection, downloadsOf } from '@tablekeep/platform/subgraph';
import { durationSeconds } from '../domain/duration.ts';
import { importSnippets } from '../domain/import-snippets.ts';
import { isOver } from '../domain/session-status.ts';
import { bucketStart, inBuckets, type Bucket } from '../domain/stats.ts';
import { fileNameOf } from '../export/session-export.ts';
import type { SessionRow } from '../store/entities.ts';
import { listLog, listSessions } from '../store/lists.ts';
import { listStats } from '../store/stats.ts';
import type { Context } from './parents.ts';
import { sessionsOverview } from './overview.ts';
import { logKey, logPlace, sessionKey, sessionPlace, taskKey, taskPlace } from './places.ts';
import type { Resolvers } from './resolver-types.ts';

/** Everything that reads. */
export function readResolvers(
  db: Database,
  clock: Clock,
  identity: InternalIdentity,
): Omit<Resolvers<Context>, 'Mutation'> {
  return {
    Query: {
      sessions: (_, { filter, orderBy, first, after }) =>
        connection({ first: first ?? null, after: after ?? null }, sessionKey, (key, limit) =>
          listSessions(db, filter ?? {}, orderBy ?? 'NEWEST_FIRST', sessionPlace(key), limit),
        ),
      sessionStats: (_, { window, bucket }) => sessionStats(db, window, bucket ?? 'DAY'),
      session: (_, { id }, { loaders }) => loaders.session.load(id),
      sessionExport: async (_, { content, format, filter, orderBy }) => {
        const at = clock.now();
        const request = { content, format, filter: filter ?? {}, orderBy: orderBy ?? 'NEWEST_FIRST', at };
        const key = await identity.signClaims(downloadsOf('session'), request, DOWNLOAD_SECONDS);
        return {
          path: `/downloads/session?key=${key}`,
          fileName: fullName({ fileName: fileNameOf(request), format }),
          expiresAt: new Date(at.getTime() + DOWNLOAD_SECONDS * 1_000),
        };
      },
    },
    Session: {
      __resolveReference: ({ id }, { loaders }) => loaders.session.load(id),
      policy: ({ policyId }) => (policyId === null ? null : { id: policyId }),
      durationSeconds: (session) => durationSeconds(session, clock.now()),
      progressPercent,
      counts: ({ tally }) => tally,
      tasks: ({ id: sessionId }, { status, first, after }, { loaders }) =>
        connection({ first: first ?? null, after: after ?? null }, taskKey, (key, limit) =>
          loaders.tasksOfSession.load({ sessionId, status: status ?? null, after: taskPlace(key), limit }),
        ),
      log: ({ id }, { first, after }) =>
        connection({ first: first ?? null, after: after ?? null }, logKey, (key, limit) =>
          listLog(db, { sessionId: id }, logPlace(key), limit),
        ),
    },
    Task: {
      __resolveReference: ({ id }, { loaders }) => loaders.task.load(id),
      attempts: async ({ id }, _, { loaders }) => [...(await loaders.attempts.load(id))],
      restoreReport: ({ restored }) =>
        restored && {
          ...restored,
          arns: restored.arns ?? [],
          waiting: (restored.waiting ?? []).map((one) => ({ ...one, until: new Date(one.until) })),
        },
      importSnippets: ({ restored }) => {
        if (!restored?.found) return null;
        const snippets = importSnippets(restored.found);
        return { ...snippets, notes: [...snippets.notes] };
      },
      log: ({ id, sessionId }, { first, after }) =>
        connection({ first: first ?? null, after: after ?? null }, logKey, (key, limit) =>
          listLog(db, { sessionId, taskId: id }, logPlace(key), limit),
        ),
    },
    Overview: { __resolveReference: ({ window }) => sessionsOverview(db, clock, window) },
    Policy: {
      __resolveReference: ({ id }) => ({ id }),
      lastSession: async ({ id: policyId }, _, { loaders }) =>
        (await loaders.sessionsOfPolicy.load({ policyId, after: null, limit: 1 }))[0] ?? null,
      sessions: ({ id: policyId }, { first, after }, { loaders }) =>
        connection({ first: first ?? null, after: after ?? null }, sessionKey, (key, limit) =>
          loaders.sessionsOfPolicy.load({ policyId, after: sessionPlace(key), limit }),
        ),
    },
  };
}

/** To begin a download; a running one may take longer. */
const DOWNLOAD_SECONDS = 300;

const MOST_STATS = 2_000;

async function sessionStats(db: Database, { from, to }: { from: Date; to: Date }, bucket: Bucket) {
  if (from >= to) throw badInput('window.from must be before window.to');
  const stats = inBuckets(await listStats(db, bucketStart(from, bucket), to), bucket);
  if (stats.length > MOST_STATS)
    throw badInput(`the window has ${stats.length} rows: take a shorter one or a larger bucket`);
  return stats.map(({ start, durationSeconds, ...stat }) => ({
    ...stat,
    bucketStart: start,
    durationSecondsAverage: durationSeconds / stat.sessions,
  }));
}

function progressPercent({ status, tally: { total, open } }: SessionRow): number {
  if (isOver(status)) return 100;
  return total === 0 ? 0 : ((total - open) / total) * 100;
}
