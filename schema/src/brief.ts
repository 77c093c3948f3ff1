const MOST_LINES = 100;
const LONGEST = 500;

/** At most so long, marked where it was cut: an event has a size, and a report of AWS's or a policy's text has none. */
export function briefly(text: string, longest = LONGEST): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

/** At most a hundred lines, and how many more there are. */
export function brief(lines: readonly string[]): string[] {
  const shown = lines.slice(0, MOST_LINES).map((line) => briefly(line));
  return lines.length > MOST_LINES ? [...shown, `… and ${lines.length - MOST_LINES} more.`] : shown;
}

/** `2026-01-31 04:05:30 UTC`: one form for readers in all zones. */
export function sayTime(at: Date | string): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `1 table`, `2 tables`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
