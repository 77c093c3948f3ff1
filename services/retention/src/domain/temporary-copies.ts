/*
 * A restore in another Region copies the point there first, into a vault made for that. AWS deletes what nobody came to
 * remove: so many days after the copy was asked for.
 */

export const LEFT_DAYS = 3;

/** Reserved; precise enough that no vault of a user's is taken for one. */
const NAME = /^tablekeep-restore-[0-9a-f]{16}$/u;

/** @param id a UUID of the restore: one that ends never takes away the vault of one that has just begun */
export function temporaryVaultName(id: string): string {
  return `tablekeep-restore-${id.replaceAll('-', '').slice(0, 16)}`;
}

export function isTemporaryVault(vaultName: string): boolean {
  return NAME.test(vaultName);
}
