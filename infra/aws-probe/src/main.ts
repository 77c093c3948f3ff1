/** `npm run test:aws`, and `npm run test:aws -- --clean`: see docs/operate.md. */
import { systemClock } from '@tablekeep/platform/clock';
import { InvalidConfigError } from '@tablekeep/platform/config';
import { createLogger, logLevel } from '@tablekeep/platform/logging';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Leftover } from './clean.ts';
import { RefusedError } from './prepare.ts';
import { cleanAccount, probeAccount, type Surroundings } from './probe-account.ts';
import { parseCleanSettings, parseProbeSettings } from './settings.ts';

const EXIT = { ok: 0, failed: 1, refused: 78, forced: 130 } as const;

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (stopping.signal.aborted) process.exit(EXIT.forced);
    console.log('Stopping. What was made is deleted first; once more ends at once and leaves it behind.');
    stopping.abort(new Error('it was stopped from outside'));
  });
}

const around: Surroundings = {
  access: {},
  timeScale: 1,
  clock: systemClock,
  log: createLogger({ service: 'aws-probe', level: logLevel(process.env['LOG_LEVEL'] ?? 'warn') }),
  say: (line) => console.log(line),
  answersFolder: join(import.meta.dirname, '..', 'answers'),
  signal: stopping.signal,
};

try {
  const { values } = parseArgs({ options: { clean: { type: 'boolean', default: false } } });
  process.exitCode = values.clean ? await clean() : await probe();
} catch (error) {
  if (!(error instanceof InvalidConfigError) && !(error instanceof RefusedError)) throw error;
  console.error(error.message);
  process.exitCode = EXIT.refused;
}

async function probe(): Promise<number> {
  const { answers, file, failure, leftovers } = await probeAccount(parseProbeSettings(process.env), around);
  if (file !== null) console.log(`The answers are in ${file}`);
  if (failure !== null) console.error('The run ended early:', failure);
  const unanswered = answers.filter(({ answer }) => answer === null).length;
  if (unanswered > 0) console.error(`${unanswered} questions found no answer`);
  return tell(leftovers) && failure === null && unanswered === 0 ? EXIT.ok : EXIT.failed;
}

async function clean(): Promise<number> {
  return tell(await cleanAccount(parseCleanSettings(process.env), around)) ? EXIT.ok : EXIT.failed;
}

/** True where nothing is left. */
function tell(leftovers: readonly Leftover[]): boolean {
  for (const { region, what, because } of leftovers) console.error(`Not deleted: ${what} in ${region}: ${because}`);
  if (leftovers.length === 0) console.log('Nothing is left behind.');
  else console.error('npm run test:aws -- --clean tries again.');
  return leftovers.length === 0;
}
