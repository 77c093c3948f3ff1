import type { SessionStatus } from '@tablekeep/schema/events';
import type { Tally } from './tally.ts';

/** Everything a session's status depends on. */
export type SessionFacts = Readonly<{
  tally: Tally;
  /** The last round that is completely planned; 0: none. */
  plannedRound: number;
  /** Whether that round is the last one. */
  planFinal: boolean;
  /** Why there will be no (further) plan: refused by the planner, inconsistent, or not complete in time. */
  planFailed: boolean;
  stopRequested: boolean;
  /** How many things a person should know although every table has what was asked. */
  notes: number;
}>;

export type Verdict =
  | Readonly<{ kind: 'wait'; for: 'tasks' | 'plan' | 'catalog' }>
  | Readonly<{ kind: 'announce-round'; round: number }>
  | Readonly<{ kind: 'finish'; status: Extract<SessionStatus, 'SUCCEEDED' | 'WARNING' | 'FAILED' | 'CANCELED'> }>;

/** What the session does next, by its facts alone. */
export function verdictOf(facts: SessionFacts, announcedRound: number): Verdict {
  if (facts.tally.open > 0) return { kind: 'wait', for: 'tasks' };
  if (!facts.stopRequested && !facts.planFailed) {
    if (facts.plannedRound === 0) return { kind: 'wait', for: 'plan' };
    if (!facts.planFinal) {
      if (announcedRound >= facts.plannedRound) return { kind: 'wait', for: 'plan' };
      // Whoever plans the next round finds what this one made.
      if (facts.tally.unconfirmed > 0) return { kind: 'wait', for: 'catalog' };
      return { kind: 'announce-round', round: facts.plannedRound };
    }
  }
  if (facts.tally.unconfirmed > 0) return { kind: 'wait', for: 'catalog' };
  return { kind: 'finish', status: outcomeOf(facts) };
}

/**
 * How a session with nothing open ends. A stopped session is CANCELED whatever else happened (the counts beside it say);
 * a table without what was asked is FAILED; a copy that is missing beside a good backup is WARNING.
 */
function outcomeOf({ tally, planFailed, stopRequested, notes }: SessionFacts) {
  if (stopRequested) return 'CANCELED';
  if (planFailed || tally.missed > 0) return 'FAILED';
  return tally.missedCopies > 0 || tally.warning > 0 || notes > 0 ? 'WARNING' : 'SUCCEEDED';
}
