import { assembleService, type RunningService, type ServiceDeps } from '@tablekeep/platform/service';
import { subgraphSdl } from '@tablekeep/schema/sdl';
import { onDeletionEnded, onTaskFailed } from './events/deletion-ended.ts';
import { onSessionRequested } from './events/session-requested.ts';
import { onTaskSucceeded } from './events/task-succeeded.ts';
import { onRoundFinished, onSessionFinished } from './plan-replacement.ts';
import { onVerificationTables } from './events/verification-tables.ts';
import { createLoaders } from './graphql/loaders.ts';
import type { Context } from './graphql/parents.ts';
import { retentionResolvers } from './graphql/resolvers.ts';
import { retentionAnswers } from './resolve-targets.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations.ts';

export const retentionModel = { name: 'retention', entities, migrations };

/** The catalog of restore points, and what may be restored from it. */
export async function createRetentionService(deps: ServiceDeps): Promise<RunningService> {
  return assembleService<Context>({
    name: 'retention',
    deps,
    model: retentionModel,
    typeDefs: subgraphSdl('retention'),
    resolvers: (db) => retentionResolvers(db, deps),
    context: (db) => (base) => ({ ...base, loaders: createLoaders(db) }),
    internal: (db) => retentionAnswers(db, deps),
    topics: ['tablekeep.session', 'tablekeep.task', 'tablekeep.policy'],
    handlers: (db) => ({
      'dev.tablekeep.session.requested.v1': (tx, event) => onSessionRequested(db, deps.clock, tx, event),
      'dev.tablekeep.task.succeeded.v1': (tx, event) => onTaskSucceeded(db, deps.clock, tx, event),
      'dev.tablekeep.session.round.finished.v1': (tx, event) => onRoundFinished(db, deps.clock, tx, event),
      'dev.tablekeep.session.finished.v1': (tx, event) => onSessionFinished(tx, event),
      'dev.tablekeep.verification.tables.v1': (tx, event) => onVerificationTables(db, tx, event),
      'dev.tablekeep.task.failed.v1': (tx, event) => onTaskFailed(db, tx, event),
      'dev.tablekeep.task.canceled.v1': (tx, event) => onDeletionEnded(tx, event),
    }),
  });
}
