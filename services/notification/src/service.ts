import { assembleService, type RunningService, type ServiceDeps } from '@tablekeep/platform/service';
import { subgraphSdl } from '@tablekeep/schema/sdl';
import { startDeliveries } from './deliver-loop.ts';
import { onAuditRecorded } from './events/audit-recorded.ts';
import { onPolicyChanged } from './events/policy-changed.ts';
import { onSessionFinished } from './events/session-finished.ts';
import { notificationResolvers } from './graphql/resolvers.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations.ts';

export const notificationModel = { name: 'notification', entities, migrations };

/** Tells people what happened, and keeps the audit log. */
export async function createNotificationService(deps: ServiceDeps): Promise<RunningService> {
  return assembleService({
    name: 'notification',
    deps,
    model: notificationModel,
    typeDefs: subgraphSdl('notification'),
    resolvers: (db) => notificationResolvers(db, deps),
    topics: ['tablekeep.session', 'tablekeep.policy', 'tablekeep.audit'],
    handlers: (db) => ({
      'dev.tablekeep.session.finished.v1': (tx, event) => onSessionFinished(db, deps.clock, tx, event),
      'dev.tablekeep.policy.changed.v1': (tx, event) => onPolicyChanged(db, tx, event),
      'dev.tablekeep.audit.recorded.v1': (tx, event) => onAuditRecorded(db, tx, event),
    }),
    loops: (db) => [startDeliveries(db, deps)],
  });
}
