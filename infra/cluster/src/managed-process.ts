import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Watchdog } from './watchdog.ts';

export type ProcessPlan = Readonly<{
  name: string;
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd?: string;
  logFile: string;
  /** Rejects for as long as it is not ready. */
  ready(): Promise<unknown>;
}>;

const READY_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 30_000;
const LOOK_MS = 50;

/** A program that can be started, frozen, killed and started again under the same plan. */
export class ManagedProcess {
  readonly plan: ProcessPlan;
  readonly #watchdog: Watchdog;
  #child: ChildProcess | undefined;

  constructor(plan: ProcessPlan, watchdog: Watchdog) {
    this.plan = plan;
    this.#watchdog = watchdog;
  }

  get name(): string {
    return this.plan.name;
  }

  get running(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Starts it without waiting for it to be ready. */
  spawn(): void {
    if (this.running) throw new Error(`${this.name} runs already`);
    const log = openSync(this.plan.logFile, 'a');
    const child = spawn(this.plan.command, [...this.plan.args], {
      env: this.plan.env,
      stdio: ['ignore', log, log],
      ...(this.plan.cwd !== undefined && { cwd: this.plan.cwd }),
    });
    closeSync(log);
    this.#child = child;
    const { pid } = child;
    if (pid !== undefined) {
      this.#watchdog.began(pid);
      child.once('exit', () => this.#watchdog.ended(pid));
    }
  }

  async start(): Promise<void> {
    this.spawn();
    await this.untilReady();
  }

  /** Throws with the end of its log where it ends or does not become ready in time. */
  async untilReady(): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    for (;;) {
      if (!this.running) throw new Error(`${this.name} ended before it was ready:\n${await this.logTail()}`);
      try {
        await this.plan.ready();
        return;
      } catch (error) {
        if (performance.now() > deadline) {
          throw new Error(`${this.name} was not ready in time:\n${await this.logTail()}`, { cause: error });
        }
      }
      await wait(LOOK_MS);
    }
  }

  /** Resolves with the exit code once it has ended of itself; null where a signal ended it. */
  async untilEnd(): Promise<number | null> {
    const child = this.#child;
    if (!child) throw new Error(`${this.name} was never started`);
    if (this.running) await once(child, 'exit');
    return child.exitCode;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.running) this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || !this.running) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Asks it to stop; kills it where it does not. Gives the exit code. */
  async stop(): Promise<number | null> {
    const child = this.#child;
    if (!child || !this.running) return child?.exitCode ?? null;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await gone;
    clearTimeout(timer);
    return child.exitCode;
  }

  async logTail(lines = 30): Promise<string> {
    const text = await readFile(this.plan.logFile, 'utf8').catch(() => '');
    return text.trimEnd().split('\n').slice(-lines).join('\n');
  }
}
