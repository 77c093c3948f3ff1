import type { UserError } from '@tablekeep/platform/errors';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { findAccount } from './find-account.ts';

/** Roles that are marked for backups only. "Could not tell" lets the restore through: the executor looks again. */
export async function notMarked(
  deps: ServiceDeps,
  accountId: string | undefined,
  leftMs: number,
  path = ['items'],
): Promise<UserError[]> {
  if (accountId === undefined || leftMs <= 0) return [];
  const answer = await findAccount(deps, accountId, Math.ceil(leftMs));
  const account = answer.state === 'known' ? answer.value : null;
  if (!account?.uses || account.uses.includes('RESTORE')) return [];
  const message = `The roles of account "${account.name}" are not marked for RESTORE; updateAccount marks them.`;
  return [{ code: 'NOT_FOR_RESTORE', message, path }];
}
