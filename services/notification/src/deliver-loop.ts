import type { Loop } from '@tablekeep/platform/service';
import { deliver, type DeliverDeps } from './deliver.ts';
import { claimDue, EMAIL_LANE, nextDue, type Passed } from './store/deliveries.ts';
import type { DeliveryRow } from './store/entities.ts';

/**
 * Longer than a try may take (see the senders): a lease that runs out means that the sender died, or that it could not write
 * down for so long what came of it. The own loop leaves alone what it has in hand; another replica cannot tell.
 */
const LEASE_MS = 120_000;
const IDLE_MS = 500;
const HELD_UP_MS = 2_000;
/** How long stopping waits for what is on its way. */
const STOP_GRACE_MS = 3_000;
/** Tries at once of one replica, over all lanes: a bound for memory and sockets. */
const MOST_AT_ONCE = 32;
/** And of one lane: a receiver that hangs holds up these, and itself. */
const OF_A_CHANNEL = 3;
const OF_MAIL = 4;
/** Mail has its own: however many channels hang, it goes on. */
const OF_ALL_CHANNELS = MOST_AT_ONCE - OF_MAIL;

/**
 * Sends what is due until stopped. Each channel is a lane, mail is one: while a lane has as many tries under way as it may,
 * the others go on. Dead-man's switches need no order of their own: see queue-pings.
 */
export function startDeliveries(deps: DeliverDeps): Loop {
  const { db, clock, log } = deps;
  const stopping = new AbortController();
  const cut = new AbortController();
  const lanes = createLanes();
  let freed = new AbortController();

  async function takeNext(): Promise<boolean> {
    const due = lanes.free() ? await nextDue(db) : null;
    if (!due || due > clock.now()) return false;
    const delivery = await claimDue(db, clock.now(), LEASE_MS, lanes.taken());
    if (!delivery) return false;
    lanes.run(delivery, async () => {
      try {
        await deliver(deps, delivery, cut.signal);
      } catch (error) {
        log.warn({ err: error, deliveryId: delivery.id }, 'a delivery was broken off; it is due again after its lease');
      } finally {
        freed.abort();
      }
    });
    return true;
  }

  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        freed = new AbortController();
        if (!(await takeNext())) await clock.sleep(IDLE_MS, AbortSignal.any([stopping.signal, freed.signal]));
      } catch (error) {
        log.warn({ err: error }, 'deliveries are held up');
        await clock.sleep(HELD_UP_MS, stopping.signal);
      }
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      const grace = setTimeout(() => cut.abort(), STOP_GRACE_MS);
      await loop;
      await lanes.ended();
      clearTimeout(grace);
    },
  };
}

function createLanes() {
  const running = new Map<string, Readonly<{ lane: string; done: Promise<void> }>>();
  const inLane = (lane: string) => [...running.values()].filter((one) => one.lane === lane).length;
  const most = (lane: string) => (lane === EMAIL_LANE ? OF_MAIL : OF_A_CHANNEL);
  return {
    free: () => running.size < MOST_AT_ONCE,
    /** What is not to be claimed now. A lease may have run out while its outcome could not be written: it is not sent again. */
    taken: (): Passed => ({
      lanes: [...new Set([...running.values()].map(({ lane }) => lane))].filter((lane) => inLane(lane) >= most(lane)),
      allChannels: running.size - inLane(EMAIL_LANE) >= OF_ALL_CHANNELS,
      ids: [...running.keys()],
    }),
    run({ id, lane }: DeliveryRow, work: () => Promise<void>): void {
      running.set(id, { lane, done: work().finally(() => void running.delete(id)) });
    },
    ended: async () => void (await Promise.all([...running.values()].map(({ done }) => done))),
  };
}
