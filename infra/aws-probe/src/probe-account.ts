import type { Clock } from '@tablekeep/platform/clock';
import type { Logger } from '@tablekeep/platform/logging';
import type { Environment } from '@tablekeep/schema/events';
import { askAll, type Answer } from './answers.ts';
import { connectAws, type Aws, type AwsAccess } from './aws.ts';
import { cleanRun, findRemains, PATIENCE, type Leftover, type Patience } from './clean.ts';
import { upperBound } from './costs.ts';
import { startExecutor } from './executor.ts';
import { openLab } from './lab.ts';
import { backUpCopyRestore, deletePoints, type MainStep } from './main-path.ts';
import { namesOf, newRunId, type RunNames } from './names.ts';
import { checkAccount, checkRun, createSourceTable, createVaults } from './prepare.ts';
import { questionsOf } from './questions/index.ts';
import type { Question } from './questions/question.ts';
import { reportOf, tableOf, writeReport } from './report.ts';
import type { ProbeSettings, Where } from './settings.ts';

/** Where the program runs: AWS and the wall clock, or the emulator and its faster one. */
export type Surroundings = Readonly<{
  access: AwsAccess;
  timeScale: number;
  clock: Clock;
  log: Logger;
  say(line: string): void;
  answersFolder: string;
  /** Ends the run; what it made is cleaned up all the same. */
  signal: AbortSignal;
  patience?: Patience;
  /** The open points, unless told. */
  questions?: readonly Question[];
}>;

export type Outcome = Readonly<{
  answers: readonly Answer[];
  /** Where the answers are kept; null where the run did not come so far. */
  file: string | null;
  /** What ended the run early. */
  failure: Error | null;
  leftovers: readonly Leftover[];
}>;

type Findings = Pick<Outcome, 'answers' | 'file'>;

/** The whole program. Throws RefusedError before anything is made; afterwards it always cleans and gives an Outcome. */
export async function probeAccount(settings: ProbeSettings, around: Surroundings): Promise<Outcome> {
  const aws = connectAws({ where: settings, ...around });
  try {
    await checkAccount(aws, settings);
    const bound = upperBound();
    around.say(`A run costs at most ${bound.usd} USD (and likely less than a cent):`);
    for (const { what, usd } of bound.lines) around.say(`  ${usd.toFixed(2)}  ${what}`);
    await checkRun(aws, settings, bound, settings.capUsd);
    await tellRemains(aws, around);
    const names = namesOf(newRunId());
    around.say(`Run ${names.runId}: everything it makes is named ${names.vault}…`);
    return await runAndClean(aws, settings, around, names);
  } finally {
    aws.close();
  }
}

/** Cleans what runs left behind, of this machine or another. */
export async function cleanAccount(
  where: Where,
  around: Omit<Surroundings, 'answersFolder' | 'questions'>,
): Promise<readonly Leftover[]> {
  const aws = connectAws({ where, ...around });
  try {
    await checkAccount(aws, where);
    const { runs, unproven } = await findRemains(aws);
    if (runs.length === 0) around.say('No run has left anything that is proven to be its own.');
    const leftovers: Leftover[] = [...unproven];
    for (const names of runs) {
      around.say(`Cleaning up after run ${names.runId}`);
      leftovers.push(...(await cleanRun(aws, names, around.patience ?? PATIENCE)));
    }
    return leftovers;
  } finally {
    aws.close();
  }
}

async function tellRemains(aws: Aws, around: Surroundings): Promise<void> {
  const { runs } = await findRemains(aws);
  if (runs.length === 0) return;
  const ids = runs.map(({ runId }) => runId).join(', ');
  around.say(
    `Something is left of other runs (${ids}), or they are under way. npm run test:aws -- --clean deletes it.`,
  );
}

async function runAndClean(aws: Aws, settings: ProbeSettings, around: Surroundings, names: RunNames): Promise<Outcome> {
  let findings: Findings = { answers: [], file: null };
  let failure: Error | null = null;
  let leftovers: readonly Leftover[] = [];
  try {
    await run(aws, settings, around, names, (found) => (findings = found));
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  } finally {
    around.say('Cleaning up');
    leftovers = await cleanRun(aws, names, around.patience ?? PATIENCE);
  }
  return { ...findings, failure, leftovers };
}

async function run(
  aws: Aws,
  settings: ProbeSettings,
  around: Surroundings,
  names: RunNames,
  found: (findings: Findings) => void,
): Promise<void> {
  const { signal, say } = around;
  const environment: Environment = around.access.endpoint === undefined ? 'AWS' : 'EMULATED';
  await createVaults(aws, names);
  const table = await createSourceTable(aws, names, signal);
  const steps: MainStep[] = [];
  const executor = await startExecutor({ ...around, settings, environment });
  try {
    const tools = { aws, names, executor, signal, steps, say };
    const main = await backUpCopyRestore(tools, table);
    const lab = openLab({ aws, settings, names, tableArn: table.arn, signal, main });
    const answers = await askAll(lab, around.questions ?? questionsOf(settings.tokenMinutes), say);
    found({ answers, file: null });
    try {
      await deletePoints(tools, main);
    } finally {
      const report = reportOf({
        settings,
        environment,
        at: around.clock.now(),
        runId: names.runId,
        mainPath: steps,
        answers,
      });
      found({ answers, file: await writeReport(around.answersFolder, report, settings) });
      say(tableOf(answers));
    }
  } finally {
    await executor.stop();
  }
}
