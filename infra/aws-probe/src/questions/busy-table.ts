import { refusal } from '../aws.ts';
import { describeBackup, seen, startBackup, STILL_OPEN, type BackupJob } from '../jobs.ts';
import { mustBeOpen, tokenOf, type Lab } from '../lab.ts';
import type { Question } from './question.ts';

export const busyTable: Question = {
  id: 'busy-table',
  text: 'A second backup of a table whose backup is under way: does it wait, or fail?',
  emulator: [
    { says: 'the second job ends FAILED while the first is open', fixture: { behaviour: { busyTable: 'fail' } } },
    { says: 'the second job waits for the first', fixture: { behaviour: { busyTable: 'queue' } } },
  ],
  async ask(lab) {
    const { job: first } = await lab.sharedBackup();
    mustBeOpen(await describeBackup(lab, first.id));
    let second: BackupJob;
    try {
      second = await startBackup(lab, { token: tokenOf(lab.names, 'busy') });
    } catch (error) {
      const { name, message } = refusal(error);
      return { says: `refused at once: ${name}`, facts: { name, message } };
    }
    return seen(lab, 'what becomes of the second backup', () => verdict(lab, first.id, second.id), { everyMs: 5_000 });
  },
};

/** The second job is looked at before the first: "waits" is only said where it had not begun when the first had ended. */
async function verdict(lab: Lab, firstId: string, secondId: string) {
  const second = await describeBackup(lab, secondId);
  const first = await describeBackup(lab, firstId);
  const facts = { first, second };
  if (!STILL_OPEN.has(second.state)) {
    const when = STILL_OPEN.has(first.state) ? 'while the first is open' : 'after the first';
    return { says: `the second job ends ${second.state} ${when}`, facts };
  }
  if (second.state === 'RUNNING' && STILL_OPEN.has(first.state)) return { says: 'both run at the same time', facts };
  return STILL_OPEN.has(first.state) ? null : { says: 'the second job waits for the first', facts };
}
