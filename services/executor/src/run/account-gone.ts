import { finalFault, type Fault } from '../domain/fault.ts';
import { nothingStarted } from '../domain/job-machine.ts';
import type { JobRow } from '../store/entities.ts';
import { restoringOf } from './restoring.ts';

/** The account was removed while the job was open: nobody may ask AWS any more, so a person is told where to look. */
export function accountGone(job: JobRow): Fault {
  const followed = job.step === 'following' && job.awsJobId !== null;
  const lost = followed ? `, so its AWS job ${job.awsJobId} cannot be followed. Look at it in AWS Backup.` : '.';
  const reason = `The account ${job.accountId} is not registered any more${lost}${leftBehind(job)}`;
  return finalFault('ACCOUNT_NOT_FOUND', reason);
}

/** What only lived for the job, and may be in AWS without anybody to remove it. */
function leftBehind(job: JobRow): string {
  const { parameters } = job.item;
  if (parameters.kind === 'VERIFY' && !nothingStarted(job.step)) {
    const { targetTableName } = restoringOf(job);
    return ` The temporary table ${targetTableName} in ${job.region} may be there: delete it by hand, or register the account again, whose scans delete it.`;
  }
  if (parameters.kind === 'DELETE' && parameters.afterRestore !== undefined) {
    const { vaultName, recoveryPointArn, afterRestore } = parameters;
    const left = [recoveryPointArn, afterRestore.temporaryVault ? `the vault ${vaultName}` : null].filter(Boolean);
    if (left.length > 0) {
      return ` What was made for a restore may be there: ${left.join(', ')} in ${job.region}. Delete it by hand.`;
    }
  }
  return '';
}
