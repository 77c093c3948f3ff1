/** A time as a plain query gives it: SQLite keeps times as text, in UTC. */
export function timeOf(value: string | Date): Date {
  return typeof value === 'string' ? new Date(`${value.replace(' ', 'T')}Z`) : value;
}
