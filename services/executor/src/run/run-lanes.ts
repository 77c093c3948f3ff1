import { claimLane, freeLanes, hasOpenJobs } from '../store/lanes.ts';
import { forgetOldJobs } from '../store/forget-old-jobs.ts';
import { dueJobs } from '../store/jobs.ts';
import type { Bell } from './bell.ts';
import type { Engine } from './engine.ts';
import { followLane } from './follow-jobs.ts';
import { holdLease, type Lease } from './lease.ts';
import { performJob } from './perform-job.ts';

/** Real milliseconds between two looks for free lanes and due jobs where nobody knocks. */
const LOOK_MS = 1_000;
/** AWS's time: once every job has run this long, looks become rarer. */
const LONG_RUNNING_MS = 10 * 60_000;
const RARER = 4;
/** Real milliseconds; a fast emulator must not make us spin. */
const SHORTEST_TICK_MS = 50;
/** Real milliseconds before a job that met a problem of ours is carried on. */
const AFTER_PROBLEM_MS = 1_000;
const TIDY_EVERY_MS = 3_600_000;

/**
 * Claims lanes with open jobs and runs each until nothing is open there. One owner at a time by lease; another process's
 * lanes are left alone until their lease runs out. `owner` names this process and must be new at every start.
 */
export function runLanes(engine: Engine, owner: string, bell: Bell): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const ear = bell.listen();
  const running = new Map<string, Promise<void>>();
  let tidiedAtMs = Number.NEGATIVE_INFINITY;

  async function tidy(): Promise<void> {
    if (engine.clock.monotonicMs() - tidiedAtMs < TIDY_EVERY_MS) return;
    tidiedAtMs = engine.clock.monotonicMs();
    await forgetOldJobs(engine.db);
  }

  async function claimFree(): Promise<void> {
    for (const free of await freeLanes(engine.db)) {
      if (stopping.signal.aborted || running.has(free.name)) continue;
      const takenAtMs = engine.clock.monotonicMs();
      const claim = await claimLane(engine.db, free.name, owner, engine.settings.leaseMs);
      if (!claim) continue;
      if (claim.tookOver) await emptyBudget(engine, claim.accountId, claim.region);
      const { db, clock, log, settings } = engine;
      const lease = holdLease({
        db,
        clock,
        log,
        claim,
        leaseMs: settings.leaseMs,
        takenAtMs,
        stopping: stopping.signal,
      });
      const run = runLane(engine, lease, bell).finally(() => running.delete(free.name));
      running.set(free.name, run);
    }
  }

  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await claimFree();
        await tidy();
      } catch (error) {
        engine.log.warn({ err: error }, 'lanes could not be looked after');
      }
      await ear.wait(LOOK_MS, stopping.signal);
    }
    await Promise.all(running.values());
  })();

  return {
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}

async function emptyBudget(engine: Engine, accountId: string, region: string): Promise<void> {
  const account = await engine.account(accountId);
  if (account.state === 'known' && account.value) engine.aws.at(account.value, region).budget.empty();
}

/** Runs one lane until nothing is open, the lease is lost, or the service stops. Never throws. */
async function runLane(engine: Engine, lease: Lease, bell: Bell): Promise<void> {
  const ear = bell.listen();
  const inHand = new Map<string, Promise<void>>();
  let lookAtMs = 0;
  let quiet = false;

  function perform(jobId: string): void {
    if (inHand.has(jobId)) return;
    const work = performJob(engine, lease, jobId)
      .catch(async (error: unknown) => {
        engine.log.error({ err: error, jobId }, 'job could not be carried on; it stays due');
        await engine.clock.sleep(AFTER_PROBLEM_MS, lease.signal);
      })
      .finally(() => {
        inHand.delete(jobId);
        bell.ring();
      });
    inHand.set(jobId, work);
  }

  async function tick(): Promise<void> {
    if (lease.leftMs() <= 0) return lease.lose();
    const room = engine.settings.concurrency - inHand.size;
    if (room > 0) {
      const due = await dueJobs(engine.db, lease.claim.lane, room + inHand.size);
      for (const id of due.filter((one) => !inHand.has(one)).slice(0, room)) perform(id);
    }
    const now = engine.clock.monotonicMs();
    if (now >= lookAtMs) {
      // Also where the look fails: a database that is away must not make us spin.
      lookAtMs = now + LOOK_MS;
      const { goOn, youngestMs } = await followLane(engine, lease, (id) => inHand.has(id));
      goOn.forEach(perform);
      lookAtMs = engine.clock.monotonicMs() + tickMs(engine, youngestMs);
    }
    quiet = inHand.size === 0 && !(await hasOpenJobs(engine.db, lease.claim.lane));
  }

  while (!lease.signal.aborted && !quiet) {
    let pauseMs = LOOK_MS;
    try {
      await tick();
      pauseMs = Math.min(LOOK_MS, Math.max(1, lookAtMs - engine.clock.monotonicMs()));
    } catch (error) {
      engine.log.warn({ err: error, lane: lease.claim.lane }, 'a tick of the lane failed');
    }
    if (!quiet) await ear.wait(pauseMs, lease.signal);
  }
  await Promise.all(inHand.values());
  await lease.release().catch((error: unknown) => engine.log.warn({ err: error }, 'lane could not be given back'));
}

function tickMs({ settings }: Engine, youngestMs: number | null): number {
  const rarer = youngestMs !== null && youngestMs > LONG_RUNNING_MS ? RARER : 1;
  return Math.max(SHORTEST_TICK_MS, (settings.tickMs * rarer) / settings.timeScale);
}
