import { runProcess } from '@tablekeep/platform/lifecycle';
import { createLogger, logLevel } from '@tablekeep/platform/logging';
import { parseSettings } from '@tablekeep/platform/process';
import { prepareEnvironment } from './environment.ts';
import { prepare } from './prepare.ts';

const log = createLogger({ service: 'prepare', level: logLevel(process.env['LOG_LEVEL']) });

await runProcess({
  name: 'prepare',
  log,
  budgetMs: 5_000,
  start: async () => {
    await prepare(parseSettings(prepareEnvironment, process.env), log);
    process.exit(0);
  },
});
