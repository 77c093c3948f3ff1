/** Most points that the lists of one query may hold together: a list of lists multiplies, and each row is loaded. */
export const MOST_POINTS = 10_000;

/** What is wrong with so many lists of `first` points each, or null: says what would be right. */
export function pagesProblem(lists: number, first: number): string | null {
  if (lists * first <= MOST_POINTS) return null;
  const right = Math.floor(MOST_POINTS / lists);
  const advice = right >= 1 ? `first is at most ${right} for ${lists} tables` : `ask for at most ${MOST_POINTS} tables`;
  return `first of restorePoints times the number of tables is at most ${MOST_POINTS}, here ${lists} × ${first}: ${advice}, or ask in several queries`;
}
