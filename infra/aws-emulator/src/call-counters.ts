/** One line of the tally of requests. */
export interface CallCount {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly account: string;
  /** All requests that named this operation, whatever the answer. */
  count: number;
  /** Those answered with an error, throttled ones included. */
  errors: number;
  throttled: number;
}

export class CallCounters {
  readonly #counts = new Map<string, CallCount>();

  of(service: string, operation: string, region: string, account: string): CallCount {
    const key = `${service} ${operation} ${region} ${account}`;
    const existing = this.#counts.get(key);
    if (existing !== undefined) return existing;
    const created: CallCount = { service, operation, region, account, count: 0, errors: 0, throttled: 0 };
    this.#counts.set(key, created);
    return created;
  }

  list(): CallCount[] {
    return [...this.#counts.values()].map((count) => ({ ...count }));
  }

  reset(): void {
    this.#counts.clear();
  }
}
