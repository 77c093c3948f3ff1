import type { Environment } from '@tablekeep/schema/events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fixtureOf, type Answer } from './answers.ts';
import type { MainStep } from './main-path.ts';
import { NOT_ASKED } from './questions/index.ts';
import type { Fixture } from './questions/question.ts';
import type { ProbeSettings } from './settings.ts';

export type Report = Readonly<{
  /** AWS, or the emulator where the program was tried out. */
  environment: Environment;
  at: string;
  account: string;
  home: string;
  copyRegion: string;
  runId: string;
  mainPath: readonly MainStep[];
  answers: readonly Answer[];
  notAsked: typeof NOT_ASKED;
  /** Options of the emulator under which it says the same. */
  fixture: Fixture;
}>;

const MASKED = '0'.repeat(12);

export function reportOf(o: {
  settings: ProbeSettings;
  environment: Environment;
  at: Date;
  runId: string;
  mainPath: readonly MainStep[];
  answers: readonly Answer[];
}): Report {
  const { settings, answers, at } = o;
  return {
    environment: o.environment,
    at: at.toISOString(),
    account: settings.accountId,
    home: settings.home,
    copyRegion: settings.copyRegion,
    runId: o.runId,
    mainPath: o.mainPath,
    answers,
    notAsked: NOT_ASKED,
    fixture: fixtureOf(answers),
  };
}

/** Writes `<date>-<region>.json` without the account's id and roles; gives the file's path. */
export async function writeReport(folder: string, report: Report, settings: ProbeSettings): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${report.at.slice(0, 10)}-${report.home}.json`);
  const text = [settings.operatorRoleArn, settings.serviceRoleArn]
    .reduce(
      (sum, arn, at) => sum.replaceAll(arn, `arn:aws:iam::${MASKED}:role/role-${at}`),
      JSON.stringify(report, null, 2),
    )
    .replaceAll(settings.accountId, MASKED);
  await writeFile(file, `${text}\n`);
  return file;
}

/** The answers beside the emulator's, for people. */
export function tableOf(answers: readonly Answer[]): string {
  return answers
    .map(({ question, answer, because, emulator }) => {
      const compared = {
        'the same': 'says the same',
        'the same when switched': `says the same with ${JSON.stringify(emulator.fixture)}`,
        otherwise: `says otherwise: ${emulator.says}`,
        'not compared': `says: ${emulator.says}`,
      }[emulator.verdict];
      return `${question}\n    AWS       ${answer ?? `no answer: ${String(because)}`}\n    emulator  ${compared}`;
    })
    .join('\n');
}
