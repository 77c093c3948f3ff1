import { jobEnded, startRestore } from '../jobs.ts';
import { started, tokenOf, type Lab } from '../lab.ts';
import { describeTable } from '../tables.ts';
import { always, type Found, type Question } from './question.ts';

export const deletionProtection: Question = {
  id: 'restore-deletion-protection',
  text: 'Does the metadata key deletionProtection work in StartRestoreJob?',
  emulator: always('refused at once: InvalidParameterValueException'),
  async ask(lab) {
    const targetTableName = lab.names.table('protected');
    const token = tokenOf(lab.names, 'protected');
    const metadata = { targetTableName, deletionProtection: 'true' };
    return outcomeOf(lab, { token, metadata }, async () => {
      const table = await describeTable(lab.aws, lab.settings.home, targetTableName);
      const on = table?.DeletionProtectionEnabled;
      return { says: `accepted, and deletion protection is ${on === true ? 'on' : 'off'}`, facts: { on } };
    });
  },
};

export const existingTarget: Question = {
  id: 'restore-existing-target',
  text: 'A restore onto a table that exists: refused at once, or a job that fails?',
  emulator: [
    { says: 'refused at once: InvalidParameterValueException', fixture: { behaviour: { existingTarget: 'sync' } } },
    { says: 'accepted, and the job ends FAILED', fixture: { behaviour: { existingTarget: 'job' } } },
  ],
  async ask(lab) {
    const { tableName } = await lab.sharedRestore();
    const token = tokenOf(lab.names, 'existing-target');
    return outcomeOf(lab, { token, metadata: { targetTableName: tableName } }, async () => ({
      says: 'accepted, and the job ends COMPLETED',
      facts: {},
    }));
  },
};

const FORGOTTEN = 'forgotten: answered as a new restore onto the table';

/** The table is there now, so AWS's answer tells a remembered token from a forgotten one only beside a new token's. */
export const endedRestoreToken: Question = {
  id: 'restore-token-after-end',
  text: 'The token and input of a restore that has ended, sent again: what is answered?',
  emulator: [
    { says: 'refused at once: InvalidParameterValueException', fixture: {} },
    { says: FORGOTTEN, fixture: { behaviour: { tokenMemory: 'none' } } },
  ],
  async ask(lab) {
    const { job, token, tableName } = await lab.sharedRestore();
    const metadata = { targetTableName: tableName };
    const known = await started(() => startRestore(lab, { token, metadata }));
    const fresh = await started(() => startRestore(lab, { token: tokenOf(lab.names, 'restore-again'), metadata }));
    const facts = { known, fresh };
    if ('jobId' in known) {
      return known.jobId === job.id
        ? { says: 'the same job', facts }
        : { says: FORGOTTEN, facts: { ...facts, ended: await jobEnded(lab, 'restore', known.jobId) } };
    }
    const alike = 'refused' in fresh && fresh.refused === known.refused && fresh.message === known.message;
    return { says: alike ? FORGOTTEN : `refused at once: ${known.refused}`, facts };
  },
};

type Request = Parameters<typeof startRestore>[1];
/** What becomes of a restore that may be refused at once, fail as a job, or complete. */
async function outcomeOf(lab: Lab, request: Request, completed: () => Promise<Found>): Promise<Found> {
  const answer = await started(() => startRestore(lab, request));
  if ('refused' in answer) return { says: `refused at once: ${answer.refused}`, facts: answer };
  const job = await jobEnded(lab, 'restore', answer.jobId);
  if (job.state !== 'COMPLETED') return { says: `accepted, and the job ends ${job.state}`, facts: { job } };
  const found = await completed();
  return { ...found, facts: { ...found.facts, job } };
}
