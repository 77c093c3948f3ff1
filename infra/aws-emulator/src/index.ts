import { changeBehaviour } from './admin.ts';
import { onBackupAppointments } from './backup/start-backup.ts';
import { onCopyAppointments } from './backup/start-copy.ts';
import { onPointAppointments } from './backup/points.ts';
import { onRestoreAppointments } from './backup/start-restore.ts';
import { onTableAppointments } from './dynamodb/delete-table.ts';
import { makeServer } from './server.ts';
import { World } from './world.ts';
import type { CallCount } from './call-counters.ts';
import type { FaultPlan } from './faults.ts';
import type { Behaviour, EmulatorOptions } from './options.ts';

export type { CallCount } from './call-counters.ts';
export type { FaultKind, FaultPlan } from './faults.ts';
export type { Behaviour, Durations, EmulatorOptions } from './options.ts';
export { DEFAULT_ACCOUNT, defaultBehaviour, defaultDurations } from './options.ts';
export { defaultRegions } from './regions.ts';

/** The emulator's time, as seen from outside. */
export interface EmulatorClock {
  /** Emulator milliseconds since the epoch. */
  now(): number;
  readonly speed: number;
  setSpeed(speed: number): void;
  /** Jumps ahead and resolves when everything that fell due has happened. */
  advance(milliseconds: number): Promise<void>;
}

export interface Emulator {
  /** `http://host:port`, the `endpoint` of every SDK client. */
  readonly endpoint: string;
  readonly clock: EmulatorClock;
  stop(): Promise<void>;
  calls(): CallCount[];
  resetCalls(): void;
  fault(plan: FaultPlan): void;
  clearFaults(): void;
  /** Changes switches while running; see docs/emulator.md. */
  setBehaviour(change: Partial<Behaviour>): void;
}

/** Real milliseconds between looks at the agenda when nobody calls. */
const TICK = 100;

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const world = new World(options);
  onTableAppointments(world);
  onBackupAppointments(world);
  onCopyAppointments(world);
  onRestoreAppointments(world);
  onPointAppointments(world);
  await world.agenda.catchUp();
  world.commit();

  const { server, settled } = makeServer(world);
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : (options.port ?? 0);

  const lookAtAgenda = async (): Promise<void> => {
    await world.agenda.catchUp();
    world.commit();
  };
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = lookAtAgenda().catch((error: unknown) => {
      process.stderr.write(
        `An appointment failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
    });
  }, TICK);

  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeIdleConnections();
    await settled();
    server.closeAllConnections();
    await closed;
    await looking;
    await world.close();
  };

  return {
    endpoint: `http://${host}:${port}`,
    clock: {
      now: () => world.clock.now(),
      get speed() {
        return world.clock.speed;
      },
      setSpeed: (speed) => {
        world.clock.setSpeed(speed);
        world.saveClock();
      },
      advance: async (milliseconds) => {
        world.clock.advance(milliseconds);
        await world.agenda.catchUp();
        world.saveClock();
      },
    },
    stop: () => (stopped ??= stop()),
    calls: () => world.calls.list(),
    resetCalls: () => world.calls.reset(),
    fault: (plan) => world.faults.add(plan),
    clearFaults: () => world.faults.clear(),
    setBehaviour: (change) => void changeBehaviour(world, { ...change }),
  };
}
