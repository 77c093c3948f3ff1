import type { ServiceDeps } from '@tablekeep/platform/service';
import { jobLimits, standardRates, type ApiRates, type JobLimits } from './domain/api-limits.ts';
import { CHANGE_TIMEOUT_MS } from './aws/region-aws.ts';
import type { AwsAccess } from './aws/sessions.ts';

/** What a profile may choose about the executor; everything has a default for real AWS. */
export type ExecutorOptions = Readonly<{
  /** Without an endpoint: AWS itself. Without credentials: the SDK's own chain. */
  aws?: AwsAccess;
  /** Part of AWS's API and job limits that is ours, above 0 up to 1; the rest is the account's other tools'. Default 0.5. */
  share?: number;
  /** Milliseconds of AWS's time between two looks at running jobs. Default 5,000: one List call, of twenty a second that AWS allows. */
  tickMs?: number;
  /** How much faster than ours AWS's clock runs: the emulator's speed. Default 1. */
  timeScale?: number;
  /** Real milliseconds a lane stays its owner's without a sign of life. Default 20,000. */
  leaseMs?: number;
  /** AWS's limits of jobs at once, where AWS has raised this account's. Defaults: 300 backups, 100 copies, 50 restores. */
  jobLimits?: Partial<JobLimits>;
  /** AWS's API rates in calls per second, where AWS has raised this account's. Defaults: as AWS documents them. */
  rates?: Partial<ApiRates>;
  /** Jobs of one lane whose steps run at the same time. Default 8. */
  concurrency?: number;
}>;

export type Settings = Readonly<
  Required<Omit<ExecutorOptions, 'aws' | 'jobLimits' | 'rates'>> & {
    aws: AwsAccess;
    jobLimits: JobLimits;
    rates: ApiRates;
  }
>;

export class InvalidOptionsError extends Error {
  override readonly name = 'InvalidOptionsError';
}

/** With a heartbeat every quarter, what is left of it never falls below a call's time-out while all is well. */
const SHORTEST_LEASE_MS = 2 * CHANGE_TIMEOUT_MS;

/** Fills in defaults and refuses, with every reason at once, what would mistake emulated for real. */
export function settle(options: ExecutorOptions, environment: ServiceDeps['environment']): Settings {
  const settings: Settings = {
    aws: options.aws ?? {},
    share: options.share ?? 0.5,
    tickMs: options.tickMs ?? 5_000,
    timeScale: options.timeScale ?? 1,
    leaseMs: options.leaseMs ?? 20_000,
    concurrency: options.concurrency ?? 8,
    jobLimits: { ...jobLimits, ...options.jobLimits },
    rates: { ...standardRates, ...options.rates },
  };
  const problems = [
    settings.share > 0 && settings.share <= 1 ? null : `share is ${settings.share}: it must be above 0 and at most 1`,
    settings.timeScale > 0 ? null : `timeScale is ${settings.timeScale}: it must be above 0`,
    settings.tickMs > 0 ? null : `tickMs is ${settings.tickMs}: it must be above 0`,
    settings.leaseMs >= SHORTEST_LEASE_MS
      ? null
      : `leaseMs is ${settings.leaseMs}: it must be at least ${SHORTEST_LEASE_MS}, or no call that changes anything fits in`,
    ...Object.entries(settings.jobLimits).map(([name, limit]) =>
      limit >= 1 ? null : `jobLimits.${name} is ${limit}: it must be at least 1`,
    ),
    ...Object.entries(settings.rates).map(([name, rate]) =>
      rate > 0 ? null : `rates.${name} is ${rate}: it must be above 0`,
    ),
    settings.concurrency >= 1 ? null : `concurrency is ${settings.concurrency}: it must be at least 1`,
    environment === 'AWS' && settings.timeScale !== 1
      ? `timeScale is ${settings.timeScale} although the environment is AWS: only the emulator's clock runs faster`
      : null,
    environment === 'EMULATED' && !settings.aws.endpoint
      ? 'the environment is EMULATED, but no emulator endpoint is given: calls would reach real AWS'
      : null,
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidOptionsError(`Executor: ${problems.join('; ')}`);
  return settings;
}
