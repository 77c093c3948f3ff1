import type { Verification } from '@tablekeep/schema/verification';
import { finalFault } from '../domain/fault.ts';
import { speaksOfThePoint, type Inspection } from '../domain/inspect-restored.ts';
import type { JobRow } from '../store/entities.ts';
import type { Engine } from './engine.ts';
import { restoringOf } from './restoring.ts';
import { done, failed, parametersOf, type StepFunction } from './step.ts';

const NOTHING_SEEN: Omit<Inspection, 'problems'> = {
  itemCount: null,
  countedExactly: false,
  sizeBytes: null,
  remarks: [],
};

/** What is to be noted of the point; any problem makes it FAILED. */
export function verdictOn(
  { clock }: Pick<Engine, 'clock'>,
  job: JobRow,
  problems: readonly string[],
  inspection: Omit<Inspection, 'problems'> = NOTHING_SEEN,
): Verification {
  const { restorePointId, recoveryPointArn, table } = parametersOf(job, 'VERIFY');
  return {
    ...inspection,
    restorePointId,
    recoveryPointArn,
    tableArn: table.arn,
    outcome: problems.length === 0 ? 'VERIFIED' : 'FAILED',
    verifiedAt: clock.now().toISOString(),
    restoreSeconds: job.state.restoreSeconds ?? null,
    problems: [...problems],
  };
}

/** Tells what was found, once the temporary table is gone or nobody can delete it. */
export const concludeVerification: StepFunction = async ({ engine, job }) => {
  const { fault, inspection } = job.state;
  const left = leftBehind(job);
  if (fault !== undefined) {
    const told = { ...fault, reason: [fault.reason, ...left].join(' ') };
    if (!speaksOfThePoint(fault.code)) return failed(told);
    return { ...failed(told), verification: verdictOn(engine, job, [fault.reason], inspection) };
  }
  if (inspection === undefined) {
    const reason = [job.cancelReason ?? 'It was stopped.', ...left].join(' ');
    return { observation: { seen: 'canceled', reason } };
  }
  const verification = verdictOn(engine, job, inspection.problems, inspection);
  if (verification.outcome === 'VERIFIED') return { observation: done, success: { verification, warnings: left } };
  const reason = ['The restored table is not what it should be.', ...inspection.problems, ...left].join(' ');
  return { ...failed(finalFault('VERIFICATION_FAILED', reason)), verification };
};

function leftBehind(job: JobRow): string[] {
  const { notRemoved, mayStillCome } = job.state;
  const table = `The temporary table ${restoringOf(job).targetTableName} in ${job.region}`;
  if (notRemoved !== undefined) {
    return [`${table} is still there: ${notRemoved} It costs what a table of its size costs; scans try to delete it.`];
  }
  if (mayStillCome) return [`${table} is not there, but AWS may still make it; scans delete it then.`];
  return [];
}
