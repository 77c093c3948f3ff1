import type { RestoreReport } from '@tablekeep/schema/settings';

type Line = RestoreReport['lines'][number];

/** What a held line was asked to be where the keys of its restore ended first. */
export const NEEDS_CREDENTIALS = 'needs credentials';

/** Why a line is held, for a person; `refused` in AWS's words. */
export function heldWords({ property, asked, atBackup }: Line, refused: string | undefined): string {
  const was = atBackup ?? 'none';
  if (asked === NEEDS_CREDENTIALS) {
    return `${property} needs credentials: the one-time keys ended before it was set. It was ${was} at backup; applyHeldSettings sets it.`;
  }
  if (asked?.startsWith('waits until')) return `${property} ${asked}: it was ${was} at backup. ${refused ?? ''}`.trim();
  return `${property} is held back: it was ${was} at backup and is not set.`;
}
