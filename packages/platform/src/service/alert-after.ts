/** After how long something that waits is worth an alert, in milliseconds. */
export type AlertAfter = Readonly<{
  /** A message that could not be handled, for a person. */
  deadLetterMs: number;
  /** A session that was announced, for somebody to take it up. */
  untakenMs: number;
}>;

export const ALERT_AFTER: AlertAfter = { deadLetterMs: 15 * 60_000, untakenMs: 10 * 60_000 };
