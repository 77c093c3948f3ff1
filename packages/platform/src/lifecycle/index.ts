import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidConfigError } from '../config/index.ts';
import type { Logger } from '../logging/index.ts';

export { every } from './every.ts';

type Stop = () => Promise<unknown> | void;

/** Stops things in the reverse of the order they were started. */
export class Lifecycle {
  readonly #stops: { name: string; stop: Stop }[] = [];
  readonly #abort = new AbortController();
  readonly #log: Logger;
  #stopping: Promise<boolean> | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Aborted the moment shutdown begins. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  onStop(name: string, stop: Stop): void {
    this.#stops.push({ name, stop });
  }

  /** True where everything stopped cleanly within the budget. A second call waits for the first. */
  stop(budgetMs: number): Promise<boolean> {
    this.#stopping ??= this.#run(budgetMs);
    return this.#stopping;
  }

  async #run(budgetMs: number): Promise<boolean> {
    this.#abort.abort(new Error('shutting down'));
    const timer = new AbortController();
    const late = sleep(budgetMs, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
    const result = await Promise.race([this.#drain(), late]);
    timer.abort();
    if (result === 'late') this.#log.error({ budgetMs }, 'stopping took too long');
    return result === true;
  }

  async #drain(): Promise<boolean> {
    let clean = true;
    for (const { name, stop } of [...this.#stops].reverse()) {
      try {
        await stop();
        this.#log.debug({ component: name }, 'stopped');
      } catch (error) {
        clean = false;
        this.#log.error({ component: name, err: error }, 'failed to stop');
      }
    }
    return clean;
  }
}

/** Exit codes: 0 stopped as asked; 1 crashed, or not stopped cleanly in time; 78 (EX_CONFIG of sysexits.h) refused to start. */
const EXIT = { ok: 0, failed: 1, config: 78, forced: 130 } as const;

/** The errors whose text alone says what to do; a stack would only hide it. */
const REFUSALS = new Set(['InvalidConfigError', 'DataFolderError', 'KeyringError', 'InvalidOptionsError']);

/**
 * Runs a process from start to exit. The one place that decides about signals, crashes and exit codes: SIGTERM and SIGINT
 * drain; a second one ends at once; an uncaught error is logged, drained and exits 1.
 */
export async function runProcess(o: {
  name: string;
  log: Logger;
  budgetMs: number;
  start: (life: Lifecycle) => Promise<void>;
}): Promise<void> {
  refuseOldNode();
  const life = new Lifecycle(o.log);
  let ending = false;
  const end = async (code: number) => {
    ending = true;
    const clean = await life.stop(o.budgetMs);
    process.exit(clean ? code : EXIT.failed);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(EXIT.forced);
      void end(EXIT.ok);
    });
  }
  for (const crash of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(crash, (error: unknown) => {
      o.log.fatal({ err: error }, crash);
      // One that comes while draining must not cut the draining off.
      if (!ending) void end(EXIT.failed);
    });
  }
  try {
    await o.start(life);
  } catch (error) {
    if (error instanceof InvalidConfigError || (error instanceof Error && REFUSALS.has(error.name))) {
      process.stderr.write(`${error.message}\n`);
      ending = true;
      await life.stop(o.budgetMs);
      process.exit(EXIT.config);
    }
    o.log.fatal({ err: error }, 'could not start');
    await end(EXIT.failed);
  }
}

function refuseOldNode(): void {
  if (Number(process.versions.node.split('.')[0]) >= 24) return;
  process.stderr.write(
    `Tablekeep needs Node.js 24 or newer; this is ${process.version}. Start it through npm scripts.\n`,
  );
  process.exit(EXIT.config);
}
