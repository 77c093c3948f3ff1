import type { AccountRef } from '@tablekeep/schema/events';
import type { Aws } from '../aws/region-aws.ts';
import { finalFault, type Fault } from '../domain/fault.ts';
import { nothingStarted } from '../domain/job-machine.ts';
import type { JobRow } from '../store/entities.ts';
import type { Engine } from './engine.ts';
import type { StepRun } from './step.ts';

/** Who AWS is asked as, for one step. */
export type SignedIn = Readonly<{ aws: Aws; keys: StepRun['keys']; close(): void }>;

const nothing = () => undefined;

/**
 * The account's role, or the keys given for the job's session: those are opened for one step and forgotten after it. Once
 * they are gone the role looks after what is in AWS already.
 */
export async function signIn(engine: Engine, account: AccountRef, job: JobRow): Promise<SignedIn | Fault> {
  const { aws } = engine;
  if (!job.item.oneTimeKeys) return { aws, keys: 'none', close: nothing };
  const given = job.state.needsCredentials ? null : await engine.oneTimeKeys(job);
  if (given === null) {
    // The temporary copy of a restore is ours to remove, whoever made it.
    if (!nothingStarted(job.step) || job.kind === 'DELETE') return { aws, keys: 'gone', close: nothing };
    return keysGone('Nothing was started');
  }
  const { accessKeyId, secretAccessKey, sessionToken } = given;
  const keyed = aws.withKeys({ accessKeyId, secretAccessKey, ...(sessionToken !== null && { sessionToken }) });
  try {
    const other = job.step === 'checking' ? await keyed.callerAccount(account, job.region) : account.awsAccountId;
    if (other === account.awsAccountId) return { aws: { ...aws, ...keyed }, keys: 'alive', close: keyed.close };
    keyed.close();
    const reason = `The one-time keys belong to the AWS account ${other}, the points to ${account.awsAccountId}. Nothing was started.`;
    return finalFault('CREDENTIALS_OF_OTHER_ACCOUNT', reason);
  } catch (error) {
    keyed.close();
    throw error;
  }
}

/** A failure for good. @param what a sentence without its full stop: what has become of the job */
export function keysGone(what: string): Fault {
  const reason = `The one-time keys are no longer good: they live until their session ends, 12 hours at most. ${what}.`;
  return finalFault('CREDENTIALS_EXPIRED', reason);
}
