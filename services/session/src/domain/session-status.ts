import type { SessionStatus } from '@tablekeep/schema/events';
import { verdictOf, type SessionFacts } from './settle-session.ts';

/** What is true in each status, and whether what was asked may be relied on. */
export const SESSION_STATUSES: Readonly<Record<SessionStatus, string>> = {
  PENDING: 'Stored; no round of the plan is complete. Nothing has been asked of AWS.',
  RUNNING: 'A plan is there: tasks are open, the next round is being planned, or new points are being catalogued.',
  STOPPING: 'A person asked to stop; what is already out is followed to its end. Nothing new is started.',
  SUCCEEDED: 'Every table has what was asked, and every new point is in the catalog.',
  WARNING: 'Every table has what was asked; something else needs a person.',
  FAILED: 'At least one table ended without what was asked, after its last retry; or there was no complete plan.',
  CANCELED: 'Stopped on request; nothing is open, and what finished first is kept and in the catalog.',
};

const TERMINAL: ReadonlySet<SessionStatus> = new Set<SessionStatus>(['SUCCEEDED', 'WARNING', 'FAILED', 'CANCELED']);

/** Whether the session can change no more. Activity is defined as "not over", never as a list of active statuses. */
export function isOver(status: SessionStatus): boolean {
  return TERMINAL.has(status);
}

/** What of a session changes as it runs; times are null until they happen. */
export type SessionState = Readonly<{
  status: SessionStatus;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** The last round whose end was told to the planner; 0: none. */
  announcedRound: number;
}>;

export type Advance = Readonly<{
  session: SessionState;
  /** The round whose end the planner must be told now, once. */
  announce: number | null;
  statusChanged: boolean;
  finished: boolean;
}>;

/**
 * The only place a session's status changes. Level-triggered: it looks at what is true now, not at what just happened,
 * so events that come twice, late or in another order lead to the same status.
 */
export function advance(session: SessionState, facts: SessionFacts, now: Date): Advance {
  const unchanged = { session, announce: null, statusChanged: false, finished: false };
  if (isOver(session.status)) return unchanged;
  const verdict = verdictOf(facts, session.announcedRound);
  const status = verdict.kind === 'finish' ? verdict.status : openStatus(facts);
  const announce = verdict.kind === 'announce-round' ? verdict.round : null;
  const statusChanged = status !== session.status;
  if (!statusChanged && announce === null) return unchanged;
  return {
    session: {
      status,
      startedAt: session.startedAt ?? (facts.plannedRound > 0 ? now : null),
      finishedAt: verdict.kind === 'finish' ? now : null,
      announcedRound: announce ?? session.announcedRound,
    },
    announce,
    statusChanged,
    finished: verdict.kind === 'finish',
  };
}

function openStatus(facts: SessionFacts): SessionStatus {
  if (facts.stopRequested) return 'STOPPING';
  return facts.plannedRound > 0 ? 'RUNNING' : 'PENDING';
}
