import type { Database } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { InternalOutput } from '@tablekeep/schema/internal';
import { findAccount } from './find-account.ts';
import { learnLocks } from './learn-locks.ts';
import type { RetentionRequest } from './plan-retention.ts';
import { findRetained } from './store/retained-accounts.ts';

type Resolved = InternalOutput<'resolveTargets'>;

/** The session service waits for our answer and must not have given up when it comes. */
const WITHIN_MS = 2_000;

/** Retention of an account that exists, whether it has points or not. */
export async function resolveRetention(db: Database, deps: ServiceDeps, request: RetentionRequest): Promise<Resolved> {
  const { accountId } = request;
  if ((await findRetained(db.reader, accountId)) === null) {
    const unknown = await whyUnknown(deps, accountId);
    if (unknown !== null) return { ok: false, userErrors: [{ ...unknown, path: ['accountId'] }] };
  }
  await learnLocks(db, deps, accountId, WITHIN_MS);
  return { ok: true, accountId, policy: null, request };
}

async function whyUnknown(
  deps: ServiceDeps,
  accountId: string,
): Promise<Readonly<{ code: string; message: string }> | null> {
  const answer = await findAccount(deps, accountId, WITHIN_MS);
  if (answer.state === 'unknown') {
    return {
      code: 'COULD_NOT_TELL',
      message: `Whether there is an account ${accountId} could not be asked: ${answer.because}`,
    };
  }
  return answer.value ? null : { code: 'NOT_FOUND', message: `There is no account ${accountId}.` };
}
