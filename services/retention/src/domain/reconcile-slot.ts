/**
 * The slot that a moment lies in, of an account whose slots begin at its own time of day: accounts do not all ask AWS at
 * once, and every replica knows when.
 * @param share of the period by which the account's slots are moved, in [0, 1)
 */
export function slotAt(moment: Date, periodMs: number, share: number): Date {
  const offset = Math.floor(periodMs * share);
  return new Date(Math.floor((moment.getTime() - offset) / periodMs) * periodMs + offset);
}

/** A share in [0, 1) that belongs to the id: its first 32 bits of hexadecimal. */
export function shareOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 8), 16) / 2 ** 32;
}
