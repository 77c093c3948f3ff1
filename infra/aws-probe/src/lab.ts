import { refusal, type Aws } from './aws.ts';
import type { MainPath } from './main-path.ts';
import type { RunNames } from './names.ts';
import type { ProbeSettings } from './settings.ts';
import {
  describeBackup,
  jobEnded,
  STILL_OPEN,
  startBackup,
  startCopy,
  startRestore,
  type BackupJob,
  type RestoreJob,
} from './jobs.ts';

/** What the questions are asked with: one table, the points of its backup, and what the first to ask has made for all. */
export type Lab = Readonly<{
  aws: Aws;
  settings: ProbeSettings;
  names: RunNames;
  tableArn: string;
  /** Ends the run at the next wait; cleaning follows. */
  signal: AbortSignal;
  main: MainPath;
  /** The same backup for all who ask: started with `token`, and meant to be under way. */
  sharedBackup(): Promise<Readonly<{ job: BackupJob; token: string; startedMs: number }>>;
  /** A backup and a copy of the table, both asked for while the shared backup is under way. */
  lateJobs(): Promise<Readonly<{ backup: Started; copy: Started }>>;
  /** The same plain restore for all who ask, ended. */
  sharedRestore(): Promise<Readonly<{ job: RestoreJob; token: string; tableName: string }>>;
}>;

/** AWS took it, or refused it at once. */
export type Started = Readonly<{ jobId: string } | { refused: string; message: string }>;

type Base = Omit<Lab, 'sharedBackup' | 'lateJobs' | 'sharedRestore'>;

export function openLab(base: Base): Lab {
  const { aws, names } = base;
  const once = <T>(make: () => Promise<T>) => {
    let made: Promise<T> | undefined;
    return () => (made ??= make());
  };
  const lab: Lab = {
    ...base,
    sharedBackup: once(async () => {
      const token = tokenOf(names, 'shared-backup');
      const startedMs = aws.elapsedMs();
      return { job: await startBackup(lab, { token }), token, startedMs };
    }),
    lateJobs: once(async () => {
      const { job } = await lab.sharedBackup();
      mustBeOpen(await describeBackup(lab, job.id));
      return {
        backup: await started(async () => (await startBackup(lab, { token: tokenOf(names, 'late-backup') })).id),
        copy: await started(async () => (await startCopy(lab, tokenOf(names, 'late-copy'))).id),
      };
    }),
    sharedRestore: once(async () => {
      const token = tokenOf(names, 'shared-restore');
      const tableName = names.table('restored');
      const jobId = await startRestore(lab, { token, metadata: { targetTableName: tableName } });
      const job = await jobEnded(lab, 'restore', jobId);
      if (job.state !== 'COMPLETED') throw new Error(`the plain restore ended ${job.state}: ${job.message ?? ''}`);
      return { job, token, tableName };
    }),
  };
  return lab;
}

/** @param start gives the id of the job it has started */
export async function started(start: () => Promise<string>): Promise<Started> {
  try {
    return { jobId: await start() };
  } catch (error) {
    const { name, message } = refusal(error);
    return { refused: name, message };
  }
}

export const tokenOf = (names: RunNames, what: string): string => `${names.vault}-${what}`;

/** Waits until the shared backup has ended; gives its point. */
export async function sharedPoint(lab: Lab): Promise<string> {
  const { job } = await lab.sharedBackup();
  const ended = await jobEnded(lab, 'backup', job.id);
  if (ended.state !== 'COMPLETED' || ended.pointArn === null) {
    throw new Error(`the backup ended ${ended.state}: ${ended.message ?? ''}`);
  }
  return ended.pointArn;
}

/** The shared backup must be open for what is asked of a table that is busy. */
export function mustBeOpen(job: BackupJob): void {
  if (!STILL_OPEN.has(job.state)) throw new Error(`the backup had ended ${job.state} before anything could be asked`);
}
