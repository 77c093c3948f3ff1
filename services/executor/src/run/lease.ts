import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import type { Logger } from '@tablekeep/platform/logging';
import { releaseLane, renewLease, type Claim } from '../store/lanes.ts';

/** A lane held by this process, kept alive by heartbeats. */
export type Lease = Readonly<{
  claim: Claim;
  /** What is left of the lease for certain, by the monotonic clock: a frozen process sees it used up when it wakes. */
  leftMs(): number;
  /** Aborted when the lane is lost or the service stops: start nothing more. */
  signal: AbortSignal;
  /** The lane is somebody else's. */
  lose(): void;
  /** A write was dropped: finds out at once whether the lane is still ours. */
  check(): Promise<void>;
  release(): Promise<void>;
}>;

const BEATS_PER_LEASE = 4;

/** Takes charge of a claim that was made just now. @param takenAtMs monotonic time before the claim was asked for */
export function holdLease(o: {
  db: Database;
  clock: Clock;
  log: Logger;
  claim: Claim;
  leaseMs: number;
  takenAtMs: number;
  stopping: AbortSignal;
}): Lease {
  const { db, clock, claim, leaseMs } = o;
  const lost = new AbortController();
  const signal = AbortSignal.any([lost.signal, o.stopping]);
  const done = new AbortController();
  let until = o.takenAtMs + leaseMs;

  async function renew(): Promise<void> {
    const askedAt = clock.monotonicMs();
    try {
      if (await renewLease(db, claim, leaseMs)) until = askedAt + leaseMs;
      else lost.abort();
    } catch (error) {
      o.log.warn({ lane: claim.lane, err: error }, 'lease could not be renewed');
      if (clock.monotonicMs() >= until) lost.abort();
    }
  }

  async function beat(): Promise<void> {
    while (!done.signal.aborted && !lost.signal.aborted) {
      await clock.sleep(leaseMs / BEATS_PER_LEASE, AbortSignal.any([done.signal, lost.signal]));
      if (done.signal.aborted || lost.signal.aborted) return;
      await renew();
    }
  }
  const beating = beat();

  return {
    claim,
    leftMs: () => (lost.signal.aborted ? 0 : until - clock.monotonicMs()),
    signal,
    lose: () => lost.abort(),
    check: renew,
    async release() {
      done.abort();
      await beating;
      if (!lost.signal.aborted) await releaseLane(db, claim);
    },
  };
}
