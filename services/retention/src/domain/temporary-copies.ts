/*
 * A restore in another Region copies the point there first, into a vault made for that. AWS deletes what nobody came to
 * remove: so many days after the copy was asked for. By then the restore must have ended: a copy, and a restore, may each wait
 * a week for room in AWS, and then be followed for three days.
 */

export const LEFT_DAYS = 21;

/** Reserved; precise enough that no vault of a user's is taken for one. */
const NAME = /^tablekeep-restore-[0-9a-f]{16}$/u;

/** For LIKE: the beginning of those names. */
export const TEMPORARY_VAULTS = 'tablekeep-restore-%';

/** @param id a UUID of the restore: one that ends never takes away the vault of one that has just begun */
export function temporaryVaultName(id: string): string {
  return `tablekeep-restore-${id.replaceAll('-', '').slice(0, 16)}`;
}

export function isTemporaryVault(vaultName: string): boolean {
  return NAME.test(vaultName);
}
