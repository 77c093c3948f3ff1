/** What went wrong with one call or one job, in words for a person and facts for the machine. */
export type Fault = Readonly<{
  /** Stable, for programs: e.g. ACCESS_DENIED, TABLE_NOT_FOUND, JOB_FAILED. */
  code: string;
  /** For people: what happened and what to do. */
  reason: string;
  /** Whether a later attempt of the whole task may fare better. */
  retryable: boolean;
  /**
   * Whether the same step may simply be tried again (throttled, unreachable, AWS's own error): "could not tell", never
   * "failed".
   */
  transient: boolean;
  throttled: boolean;
  /** Whether AWS may have acted although the call failed: only then must one look before calling again. */
  effect: 'none' | 'possible';
  requestId: string | null;
}>;

/** AWS was not asked at all: the role could not be assumed, or the credentials were not accepted (any more). */
export const NOT_SIGNED_IN: ReadonlySet<string> = new Set([
  'ROLE_NOT_ASSUMABLE',
  'CREDENTIALS_REFUSED',
  'CREDENTIALS_EXPIRED',
]);

/** AWS deletes and changes nothing in a locked vault: that is an outcome, not an error. */
export function isOfLock({ code, reason }: Pick<Fault, 'code' | 'reason'>): boolean {
  return code === 'INVALID_REQUEST' && /\block(?:ed)?\b/iu.test(reason);
}

/** A fault of our own finding: final, without effect. */
export function finalFault(code: string, reason: string, retryable = false): Fault {
  return { code, reason, retryable, transient: false, throttled: false, effect: 'none', requestId: null };
}

/** Somebody other than AWS could not be asked: "could not tell", to be tried again. */
export function transientFault(code: string, reason: string): Fault {
  return { code, reason, retryable: true, transient: true, throttled: false, effect: 'none', requestId: null };
}
