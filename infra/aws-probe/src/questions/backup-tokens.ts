import { refusal } from '../aws.ts';
import { BACKUP_DAYS, describeBackup, jobEnded, startBackup } from '../jobs.ts';
import { mustBeOpen, type Lab } from '../lab.ts';
import type { Found, Question } from './question.ts';

const SAME = 'the same job';
const ANOTHER = 'another job';

export const sameToken: Question = {
  id: 'token-same-input',
  text: 'StartBackupJob again with the same token and input while the job is open: which job?',
  emulator: [
    { says: SAME, fixture: {} },
    { says: ANOTHER, fixture: { behaviour: { tokenMemory: 'none' } } },
  ],
  ask: (lab) => again(lab, {}),
};

export const otherInput: Question = {
  id: 'token-other-input',
  text: 'The same token with another input?',
  emulator: [
    { says: 'refused at once: InvalidParameterValueException', fixture: {} },
    { says: ANOTHER, fixture: { behaviour: { tokenMemory: 'none' } } },
  ],
  ask: (lab) => again(lab, { days: BACKUP_DAYS + 1 }),
};

/** Asked last of what is asked about the backup, so that most of the time has passed by itself. */
export function tokenLater(tokenMinutes: number): Question {
  return {
    id: 'token-later',
    text: `The same token and input ${tokenMinutes} minutes later, when the job has ended: which job?`,
    emulator: [
      { says: SAME, fixture: {} },
      {
        says: ANOTHER,
        fixture: { behaviour: { tokenMemory: 'expired' }, durations: { tokenMemory: tokenMinutes * 60_000 } },
      },
    ],
    async ask(lab) {
      const { job, token, startedMs } = await lab.sharedBackup();
      await jobEnded(lab, 'backup', job.id);
      const left = startedMs + tokenMinutes * 60_000 - lab.aws.elapsedMs();
      if (left > 0) await lab.aws.wait(left, lab.signal);
      return send(lab, { token, firstId: job.id });
    },
  };
}

async function again(lab: Lab, o: { days?: number }): Promise<Found> {
  const { job, token } = await lab.sharedBackup();
  mustBeOpen(await describeBackup(lab, job.id));
  return send(lab, { token, firstId: job.id, ...o });
}

async function send(lab: Lab, o: { token: string; firstId: string; days?: number }): Promise<Found> {
  lab.signal.throwIfAborted();
  try {
    const job = await startBackup(lab, o);
    return { says: job.id === o.firstId ? SAME : ANOTHER, facts: { firstId: o.firstId, answered: job.id } };
  } catch (error) {
    const { name, message } = refusal(error);
    return { says: `refused at once: ${name}`, facts: { name, message } };
  }
}
