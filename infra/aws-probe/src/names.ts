import { randomBytes } from 'node:crypto';

const PREFIX = 'tablekeep-probe-';
/** On the vaults, the table and the points of a run; its value is the run's id. */
export const RUN_TAG = 'tablekeep:aws-probe';

export const newRunId = (): string => randomBytes(6).toString('hex');

export type RunNames = Readonly<{ runId: string; vault: string; table(role: string): string }>;

export function namesOf(runId: string): RunNames {
  return { runId, vault: `${PREFIX}${runId}`, table: (role) => `${PREFIX}${runId}-${role}` };
}

/** Whose a table or vault looks to be by its name; null where it is none of ours. A name alone proves nothing. */
export function runOfName(name: string): string | null {
  return /^tablekeep-probe-([0-9a-f]{12})(?:-|$)/u.exec(name)?.[1] ?? null;
}
