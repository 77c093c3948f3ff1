/** What came of one try. */
export type Tried = Readonly<{
  /** TAKEN: the receiver has it. FAILED: not, or not known. GONE: its receiver says never again (HTTP 410). */
  outcome: 'TAKEN' | 'FAILED' | 'GONE';
  /** HTTP's status, or the mail server's reply code. */
  code: number | null;
  answer: string | null;
  /** Null: it was taken. */
  error: string | null;
  /** Another try would meet the same answer. */
  final: boolean;
  /** How long the receiver asked us to wait. */
  retryAfterMs: number | null;
}>;

const MOST_ANSWER = 500;
const MOST_ERROR = 1_000;
const NOTHING = { code: null, answer: null, error: null, final: false, retryAfterMs: null } as const;

export function taken(code: number | null, answer: string): Tried {
  return { ...NOTHING, outcome: 'TAKEN', code, answer: brief(answer, MOST_ANSWER) };
}

/** A try that failed and is tried again, unless `more` says that it is final; texts are cut to what their columns hold. */
export function failed(error: string, more: Partial<Tried> = {}): Tried {
  const answer = more.answer == null ? null : brief(more.answer, MOST_ANSWER);
  return { ...NOTHING, outcome: 'FAILED', ...more, answer, error: brief(error, MOST_ERROR) };
}

/** Of an HTTP receiver: 2xx is taken, 410 is gone for good, everything else is a failure, redirects with it. */
export function ofHttp(answer: Readonly<{ code: number; text: string; retryAfterMs: number | null }>): Tried {
  const { code, text, retryAfterMs } = answer;
  if (code >= 200 && code < 300) return taken(code, text);
  const said = text === '' ? '' : `: ${text}`;
  if (code === 410) return failed(`answered 410 Gone${said}`, { outcome: 'GONE', code, answer: text, final: true });
  const redirect = code >= 300 && code < 400 ? ' (a redirect, which is not followed)' : '';
  return failed(`answered ${code}${redirect}${said}`, { code, answer: text, retryAfterMs });
}

/** No character is cut in two, and there are none that a column or a page does not take. */
function brief(text: string, most: number): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cs}\uFFFD]+/gu, ' ').trim();
  if (clean.length <= most) return clean;
  return `${clean.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}
