/**
 * What goes wrong on demand.
 * - `throttle`: ThrottlingException, nothing happens. An SDK with default settings retries twice, so a count of 3 reaches the caller.
 * - `http500`: the service's server error, nothing happens.
 * - `notFound`: ResourceNotFoundException, nothing happens: as if AWS had forgotten, or not yet heard, of it.
 * - `responseLost`: the effect happens and is durable, then the connection is cut.
 * - `jobStuck`: the job started by this call stays in its first state.
 * - `jobFailed`: the job started by this call ends FAILED with `message`.
 * - `expiredAfterDelete`: DeleteRecoveryPoint answers 200 and the point goes to EXPIRED instead of away.
 * - `delay`: the answer waits `delayMs` real milliseconds.
 */
export type FaultKind =
  'throttle' | 'http500' | 'notFound' | 'responseLost' | 'jobStuck' | 'jobFailed' | 'expiredAfterDelete' | 'delay';

export interface FaultPlan {
  /** `dynamodb`, `backup`, `sts`, … or `*`. */
  readonly service: string;
  /** An operation's name, or `*`. */
  readonly operation: string;
  readonly account?: string;
  readonly region?: string;
  /** How many calls it strikes. */
  readonly count: number;
  readonly kind: FaultKind;
  readonly message?: string;
  readonly delayMs?: number;
}

interface Target {
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
}

export const faultKinds: readonly FaultKind[] = [
  'throttle',
  'http500',
  'notFound',
  'responseLost',
  'jobStuck',
  'jobFailed',
  'expiredAfterDelete',
  'delay',
];

export class Faults {
  #plans: { readonly plan: FaultPlan; left: number }[] = [];

  add(plan: FaultPlan): void {
    if (!faultKinds.includes(plan.kind)) throw new TypeError(`Unknown kind of fault: ${plan.kind}`);
    if (!Number.isInteger(plan.count) || plan.count < 1) throw new RangeError('A fault strikes at least one call');
    this.#plans.push({ plan, left: plan.count });
  }

  clear(): void {
    this.#plans = [];
  }

  /** The first plan that fits, used up by one. */
  take(target: Target): FaultPlan | null {
    const hit = this.#plans.find(
      ({ plan, left }) =>
        left > 0 &&
        (plan.service === '*' || plan.service === target.service) &&
        (plan.operation === '*' || plan.operation === target.operation) &&
        (plan.account === undefined || plan.account === target.account) &&
        (plan.region === undefined || plan.region === target.region),
    );
    if (hit === undefined) return null;
    hit.left -= 1;
    if (hit.left === 0) this.#plans = this.#plans.filter((entry) => entry !== hit);
    return hit.plan;
  }

  list(): (FaultPlan & { readonly left: number })[] {
    return this.#plans.map(({ plan, left }) => ({ ...plan, left }));
  }
}
