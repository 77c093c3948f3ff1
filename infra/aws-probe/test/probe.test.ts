import { afterEach, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { Answer } from '../src/answers.ts';
import { MOST } from '../src/costs.ts';
import type { Report } from '../src/report.ts';
import { startAccount, type Account } from './world.ts';

const PATIENT = 120_000;
let account: Account;
afterEach(() => account.stop());

const says = (answers: readonly Answer[]) =>
  Object.fromEntries(answers.map((one) => [one.id, one.answer ?? one.because]));

/** What docs/emulator.md says of the emulator, in the words of the questions. */
const documented = {
  'restore-metadata': 'aws:backup:request-id, encryptionType, targetTableName',
  'copy-retention': 'as asked, counted from the creation of the backup',
  'copy-tags': 'all of them, and no other',
  'token-same-input': 'the same job',
  'token-other-input': 'refused at once: InvalidParameterValueException',
  'busy-table': 'the second job ends FAILED while the first is open',
  'busy-table-copy': 'the second job ends FAILED while the first is open',
  'stop-backup': 'refused at once: InvalidRequestException',
  'restored-item-count': 'right at once',
  'restored-on-demand-maximum': 'yes',
  'restored-table-class': 'STANDARD',
  'restore-existing-target': 'refused at once: InvalidParameterValueException',
  'restore-token-after-end': 'refused at once: InvalidParameterValueException',
  'restore-deletion-protection': 'refused at once: InvalidParameterValueException',
  'token-later': 'the same job',
  'delete-point': 'accepted, DELETING, gone',
};

test(
  'every question finds the answer that is documented, the answers are kept, and nothing is left behind',
  async () => {
    account = await startAccount();
    const { answers, file, failure, leftovers } = await account.probe();
    expect(failure).toBeNull();
    expect(says(answers)).toEqual(documented);
    expect(answers.filter((one) => one.emulator.verdict !== 'the same')).toEqual([]);
    expect(leftovers).toEqual([]);
    expect(await account.remains()).toEqual([]);

    const text = await readFile(file!, 'utf8');
    const report = JSON.parse(text) as Report;
    expect(text).not.toContain('111122223333');
    expect(text).not.toContain('TablekeepOperator');
    expect(report.environment).toBe('EMULATED');
    expect(report.mainPath.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'BACKUP in us-east-1 succeeded',
      'COPY in us-east-1 succeeded',
      'RESTORE in us-east-1 succeeded',
      'DELETE in eu-west-1 succeeded',
      'DELETE in us-east-1 succeeded',
    ]);
    for (const { evidence } of report.answers) {
      expect(evidence.length).toBeGreaterThan(0);
      for (const call of evidence) expect(call.requestId).toMatch(/\S/u);
    }
    const refused = report.answers
      .find((one) => one.id === 'stop-backup')!
      .evidence.find((call) => call.error !== null);
    expect(refused).toMatchObject({
      operation: 'StopBackupJob',
      error: { name: 'InvalidRequestException', message: expect.stringContaining('not supported'), httpStatus: 400 },
    });
  },
  PATIENT,
);

test(
  'where AWS does otherwise the answers say so, and carry what makes the emulator do the same',
  async () => {
    const behaviour = { existingTarget: 'job', busyTable: 'queue', stopBackup: 'abort', tokenMemory: 'none' } as const;
    account = await startAccount({ behaviour });
    const { answers, file, failure, leftovers } = await account.probe();
    expect(failure).toBeNull();
    expect(says(answers)).toEqual({
      ...documented,
      'token-same-input': 'another job',
      'token-other-input': 'another job',
      'busy-table': 'the second job waits for the first',
      'busy-table-copy': 'the second job waits for the first',
      'stop-backup': 'accepted, and the job ends ABORTED',
      'restore-existing-target': 'accepted, and the job ends FAILED',
      'restore-token-after-end': 'forgotten: answered as a new restore onto the table',
      'token-later': 'another job',
    });
    expect(leftovers).toEqual([]);
    expect(await account.remains()).toEqual([]);
    const report = JSON.parse(await readFile(file!, 'utf8')) as Report;
    expect(report.fixture.behaviour).toEqual(behaviour);
    expect(account.calls('StartBackupJob')).toBeLessThanOrEqual(MOST.backups);
    expect(account.calls('StartCopyJob')).toBeLessThanOrEqual(MOST.copies);
    expect(account.calls('StartRestoreJob')).toBeLessThanOrEqual(MOST.restores);
    expect(account.calls('CreateTable') + account.calls('StartRestoreJob')).toBeLessThanOrEqual(MOST.tables);
  },
  PATIENT,
);
