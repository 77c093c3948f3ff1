import { describeBackup, describeCopy, seen, STILL_OPEN, type Job } from '../jobs.ts';
import type { Lab, Started } from '../lab.ts';
import type { Found, Question } from './question.ts';

const WAITS = 'the second job waits for the first';
const emulator: Question['emulator'] = [
  { says: 'the second job ends FAILED while the first is open', fixture: { behaviour: { busyTable: 'fail' } } },
  { says: WAITS, fixture: { behaviour: { busyTable: 'queue' } } },
];

export const busyTable: Question = {
  id: 'busy-table',
  text: 'A second backup of a table whose backup is under way: does it wait, or fail?',
  emulator,
  ask: async (lab) => outcomeOf(lab, (await lab.lateJobs()).backup, describeBackup),
};

export const busyTableCopy: Question = {
  id: 'busy-table-copy',
  text: 'A copy of a table’s point while its backup is under way: does it wait, or fail?',
  emulator,
  ask: async (lab) => outcomeOf(lab, (await lab.lateJobs()).copy, describeCopy),
};

type Describe = (lab: Lab, id: string) => Promise<Job>;

async function outcomeOf(lab: Lab, late: Started, describe: Describe): Promise<Found> {
  if ('refused' in late) return { says: `refused at once: ${late.refused}`, facts: late };
  const { job: first } = await lab.sharedBackup();
  const look = () => verdict(lab, first.id, () => describe(lab, late.jobId));
  return seen(lab, 'what becomes of the second job', look, { everyMs: 5_000 });
}

/** The second job is looked at before the first: "waits" is only said where it had not ended when the first had. */
async function verdict(lab: Lab, firstId: string, describeSecond: () => Promise<Job>): Promise<Found | null> {
  const second = await describeSecond();
  const first = await describeBackup(lab, firstId);
  const facts = { first, second };
  const firstIsOpen = STILL_OPEN.has(first.state);
  if (!STILL_OPEN.has(second.state)) {
    return {
      says: `the second job ends ${second.state} ${firstIsOpen ? 'while the first is open' : 'after the first'}`,
      facts,
    };
  }
  if (second.state === 'RUNNING' && firstIsOpen) return { says: 'both run at the same time', facts };
  return firstIsOpen ? null : { says: WAITS, facts };
}
