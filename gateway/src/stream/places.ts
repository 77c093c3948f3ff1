export type Limits = Readonly<{ clients: number; clientsPerToken: number }>;

export type Refusal = Readonly<{ status: 429 | 503; message: string }>;

/** Who may have a connection to the stream, counted from the moment it is asked for. */
export class Places {
  readonly #limits: Limits;
  readonly #ofToken = new Map<string, number>();
  #taken = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** A place, to be given back once, or why there is none. */
  take(tokenId: string): (() => void) | Refusal {
    const { clients, clientsPerToken } = this.#limits;
    if (this.#taken >= clients) {
      return {
        status: 503,
        message: `This gateway serves ${clients} clients of the stream at a time; try another, or later.`,
      };
    }
    const ofToken = this.#ofToken.get(tokenId) ?? 0;
    if (ofToken >= clientsPerToken) {
      return {
        status: 429,
        message: `A token may have ${clientsPerToken} clients of the stream at a time; close one first.`,
      };
    }
    this.#taken++;
    this.#ofToken.set(tokenId, ofToken + 1);
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      this.#taken--;
      const left = (this.#ofToken.get(tokenId) ?? 1) - 1;
      if (left === 0) this.#ofToken.delete(tokenId);
      else this.#ofToken.set(tokenId, left);
    };
  }
}
