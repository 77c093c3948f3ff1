import type { Handlers } from '@tablekeep/platform/inbox';
import type { Topic } from '@tablekeep/schema/events';
import type { RunDeps } from '../run/session-run.ts';
import { onCatalogConfirmed } from './catalog-confirmed.ts';
import { onPolicyChanged } from './policy-changed.ts';
import { onPolicyDue } from './policy-due.ts';
import { onReconcileDue } from './reconcile-due.ts';
import { onScanDue } from './scan-due.ts';
import { onRetentionDue } from './retention-due.ts';
import { onRetentionSettingsChanged } from './retention-settings-changed.ts';
import { onSessionRejected } from './session-rejected.ts';
import { onTasksPlanned } from './session-tasks-planned.ts';
import { onTaskAccepted } from './task-accepted.ts';
import { onTaskCanceled } from './task-canceled.ts';
import { onTaskFailed } from './task-failed.ts';
import { onTaskProgressed } from './task-progressed.ts';
import { onTaskStarted } from './task-started.ts';
import { onTaskSucceeded } from './task-succeeded.ts';
import { onVerificationDue } from './verification-due.ts';

/** Plans come from policy and retention on their own topics. */
export const topics: readonly Topic[] = ['tablekeep.policy', 'tablekeep.restore-point', 'tablekeep.task'];

export function eventHandlers(deps: RunDeps): Handlers {
  return {
    'dev.tablekeep.policy.changed.v1': onPolicyChanged(deps),
    'dev.tablekeep.policy.due.v1': onPolicyDue(deps),
    'dev.tablekeep.account.scan.due.v1': onScanDue(deps),
    'dev.tablekeep.catalog.reconcile.due.v1': onReconcileDue(deps),
    'dev.tablekeep.retention.due.v1': onRetentionDue(deps),
    'dev.tablekeep.retention.settings.changed.v1': onRetentionSettingsChanged(deps),
    'dev.tablekeep.session.tasks.planned.v1': onTasksPlanned(deps),
    'dev.tablekeep.session.rejected.v1': onSessionRejected(deps),
    'dev.tablekeep.task.accepted.v1': onTaskAccepted(deps),
    'dev.tablekeep.task.started.v1': onTaskStarted(deps),
    'dev.tablekeep.task.progressed.v1': onTaskProgressed(deps),
    'dev.tablekeep.task.succeeded.v1': onTaskSucceeded(deps),
    'dev.tablekeep.task.failed.v1': onTaskFailed(deps),
    'dev.tablekeep.task.canceled.v1': onTaskCanceled(deps),
    'dev.tablekeep.restore-point.catalogued.v1': onCatalogConfirmed(deps),
    'dev.tablekeep.restore-point.deleted.v1': onCatalogConfirmed(deps),
    'dev.tablekeep.restore-point.verified.v1': onCatalogConfirmed(deps),
    'dev.tablekeep.verification.due.v1': onVerificationDue(deps),
  };
}
