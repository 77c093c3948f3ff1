import { finalFault, type Fault } from './fault.ts';

export type AwsJobKind = 'BACKUP' | 'COPY' | 'RESTORE';

/** AWS's job states are an open set: what is not known to be an end is not one. */
export function judgeState(state: string): 'OPEN' | 'ENDED_WELL' | 'ENDED_BADLY' {
  switch (state) {
    case 'COMPLETED':
      return 'ENDED_WELL';
    case 'FAILED':
    case 'ABORTED':
    case 'EXPIRED':
    case 'PARTIAL':
      return 'ENDED_BADLY';
    default:
      return 'OPEN';
  }
}

type Known = Readonly<{ says: RegExp; code: string; advice: string; retryable: boolean }>;

/** AWS's own status messages (AWS Backup, "job status messages"), first match wins. */
const knownMessages: readonly Known[] = [
  {
    says: /table not found/iu,
    code: 'TABLE_NOT_FOUND',
    advice: 'The table was deleted or renamed.',
    retryable: false,
  },
  {
    says: /running job for the same resource|too many (copy|backup) jobs running/iu,
    code: 'TABLE_BUSY',
    advice: 'Another backup or copy of this table was running, perhaps by another tool. AWS allows one at a time.',
    retryable: true,
  },
  {
    says: /retention specified .* not within the range/iu,
    code: 'RETENTION_OUT_OF_RANGE',
    advice: 'The vault lock does not admit this retention: choose another vault or another retention.',
    retryable: false,
  },
  {
    says: /encrypted with the default backup service managed key/iu,
    code: 'KEY_NOT_SHAREABLE',
    advice: 'Use a destination vault with a customer managed key.',
    retryable: false,
  },
  {
    says: /key id is not accessible|kms/iu,
    code: 'KEY_NOT_ACCESSIBLE',
    advice: 'Check that the KMS key is enabled and that the backup service role may use it.',
    retryable: false,
  },
  {
    says: /access denied|not authorized|insufficient privileges/iu,
    code: 'ACCESS_DENIED',
    advice: 'The backup service role lacks a permission.',
    retryable: false,
  },
  {
    says: /already exists/iu,
    code: 'TABLE_EXISTS',
    advice: 'A restore never overwrites a table: choose another name, or delete the table first.',
    retryable: false,
  },
  {
    says: /subscriber limit exceeded|maximum concurrent/iu,
    code: 'LIMIT_EXCEEDED',
    advice: 'AWS’s limit of concurrent jobs was reached.',
    retryable: true,
  },
  {
    says: /expired before completion/iu,
    code: 'JOB_EXPIRED',
    advice: 'The job did not get done within its windows.',
    retryable: true,
  },
];

const words: Readonly<Record<AwsJobKind, string>> = { BACKUP: 'backup', COPY: 'copy', RESTORE: 'restore' };

/** Turns AWS's end of a job into a fault whose reason carries AWS's own words. */
export function jobFault(kind: AwsJobKind, state: string, message: string | null): Fault {
  const quoted = message ? `: ${message.trim().replace(/\.?$/u, '.')}` : ' without a message.';
  const said = `The AWS ${words[kind]} job ended ${state}${quoted}`;
  const known = message ? knownMessages.find((one) => one.says.test(message)) : undefined;
  if (known) return finalFault(known.code, `${said} ${known.advice}`, known.retryable);
  if (state === 'EXPIRED') return finalFault('JOB_EXPIRED', `${said} It did not start within its window.`, true);
  if (state === 'ABORTED') return finalFault('JOB_ABORTED', `${said} It was stopped in AWS.`, true);
  return finalFault('JOB_FAILED', said, true);
}

const HOUR = 3_600_000;

/**
 * How long an AWS job is followed before it is given up, in milliseconds of AWS's time. AWS promises no end for copies
 * and restores.
 */
export function followDeadlineMs(kind: AwsJobKind, windowMinutes: number): number {
  if (kind === 'BACKUP') return windowMinutes * 60_000 + 2 * HOUR;
  return 72 * HOUR;
}
