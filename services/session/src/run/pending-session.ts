import { currentTraceparent } from '@tablekeep/platform/tracing';
import type { SessionRequest } from '@tablekeep/schema/events';
import { EMPTY_TALLY } from '../domain/tally.ts';
import type { SessionRow } from '../store/entities.ts';

type Begin = Readonly<
  Pick<
    SessionRow,
    | 'id'
    | 'trigger'
    | 'requestedBy'
    | 'requestedById'
    | 'reason'
    | 'idempotencyKey'
    | 'inputHash'
    | 'accountId'
    | 'createdAt'
  > & {
    request: SessionRequest;
    policy: Readonly<{ id: string; name: string; retryCount: number; retryDelaySeconds: number }> | null;
    planDeadlineMs: number;
  }
>;

/** A session that has just been asked for, by whomever: nothing is planned yet. */
export function pendingSession({ policy, planDeadlineMs, ...begin }: Begin): SessionRow {
  return {
    ...begin,
    type: begin.request.type === 'HELD_SETTINGS' ? 'RESTORE' : begin.request.type,
    status: 'PENDING',
    policyId: policy?.id ?? null,
    policyName: policy?.name ?? null,
    retryCount: policy?.retryCount ?? 0,
    retryDelaySeconds: policy?.retryDelaySeconds ?? 0,
    notes: [],
    startedAt: null,
    finishedAt: null,
    plannedRound: 0,
    planFinal: false,
    planFailed: false,
    announcedRound: 0,
    planDueAt: new Date(begin.createdAt.getTime() + planDeadlineMs),
    stopRequestedBy: null,
    stopReason: null,
    tally: EMPTY_TALLY,
    logCount: 1,
    traceparent: currentTraceparent(),
  };
}
