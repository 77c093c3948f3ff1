import { parseEnv } from '@tablekeep/platform/config';
import { runProcess } from '@tablekeep/platform/lifecycle';
import { createLogger } from '@tablekeep/platform/logging';
import { withSecretFiles } from '@tablekeep/platform/process';
import { prepareEnvironment, prepareSecrets } from './environment.ts';
import { prepare } from './prepare.ts';

const log = createLogger({ service: 'prepare', level: process.env['LOG_LEVEL'] ?? 'info' });

await runProcess({
  name: 'prepare',
  log,
  budgetMs: 5_000,
  start: async () => {
    await prepare(parseEnv(prepareEnvironment, withSecretFiles(process.env, prepareSecrets)), log);
    process.exit(0);
  },
});
