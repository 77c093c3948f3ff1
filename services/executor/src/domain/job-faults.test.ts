import { describe, expect, test } from '@jest/globals';
import { followDeadlineMs, jobFault, judgeState } from './job-faults.ts';

describe('how AWS ends a job', () => {
  test.each([
    ['Table not found.', 'TABLE_NOT_FOUND', false],
    ['Backup job failed because there was a running job for the same resource', 'TABLE_BUSY', true],
    ['There are too many copy jobs running for resource.', 'TABLE_BUSY', true],
    [
      'Copy job failed. The retention specified in the job is not within the range specified for the target Backup Vault.',
      'RETENTION_OUT_OF_RANGE',
      false,
    ],
    ['Access Denied trying to call AWS Backup service', 'ACCESS_DENIED', false],
    ['Given key ID is not accessible', 'KEY_NOT_ACCESSIBLE', false],
    [
      'Subscriber limit exceeded: You have reached the maximum concurrent number of backups, which is 300.',
      'LIMIT_EXCEEDED',
      true,
    ],
    ['Table already exists: Orders', 'TABLE_EXISTS', false],
    ['Something nobody has seen before', 'JOB_FAILED', true],
  ])('"%s" is %s', (message, code, retryable) => {
    const fault = jobFault('COPY', 'FAILED', message);
    expect(fault).toMatchObject({ code, retryable });
    expect(fault.reason).toContain(message.replace(/\.$/u, ''));
  });

  test('a job that ended without a word says how it ended', () => {
    expect(jobFault('BACKUP', 'EXPIRED', null)).toMatchObject({ code: 'JOB_EXPIRED', retryable: true });
    expect(jobFault('BACKUP', 'ABORTED', null).reason).toContain('stopped in AWS');
  });

  test('a state nobody knows is not an end', () => {
    expect(judgeState('REHYDRATING')).toBe('OPEN');
    expect(judgeState('COMPLETED')).toBe('ENDED_WELL');
    expect(['FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'].map(judgeState)).toEqual(Array(4).fill('ENDED_BADLY'));
  });

  test('a backup is followed for as long as its windows allow and then some', () => {
    expect(followDeadlineMs('BACKUP', 540)).toBeGreaterThan(540 * 60_000);
  });
});
