import { StopBackupJobCommand } from '@aws-sdk/client-backup';
import { refusal } from '../aws.ts';
import { describeBackup, jobEnded, seen, startBackup } from '../jobs.ts';
import { tokenOf } from '../lab.ts';
import { tableIdle } from '../open-jobs.ts';
import type { Question } from './question.ts';

/** On a backup of its own: one that nothing else is asked about may be lost. */
export const stopBackup: Question = {
  id: 'stop-backup',
  text: 'What does StopBackupJob do to the running backup of a table?',
  emulator: [
    { says: 'refused at once: InvalidRequestException', fixture: { behaviour: { stopBackup: 'refuse' } } },
    { says: 'accepted, and the job ends ABORTED', fixture: { behaviour: { stopBackup: 'abort' } } },
  ],
  async ask(lab) {
    await tableIdle(lab);
    const { id } = await startBackup(lab, { token: tokenOf(lab.names, 'stop') });
    const begun = await seen(
      lab,
      'the backup to begin',
      async () => {
        const job = await describeBackup(lab, id);
        return job.state === 'CREATED' || job.state === 'PENDING' ? null : job;
      },
      { everyMs: 5_000 },
    );
    if (begun.state !== 'RUNNING') throw new Error(`the backup was ${begun.state} when it was to be stopped`);
    try {
      await lab.aws.backup(lab.settings.home).send(new StopBackupJobCommand({ BackupJobId: id }));
    } catch (error) {
      const { name, message } = refusal(error);
      return { says: `refused at once: ${name}`, facts: { name, message } };
    }
    const job = await jobEnded(lab, 'backup', id);
    return { says: `accepted, and the job ends ${job.state}`, facts: { job } };
  },
};
