import { runProcess } from '@tablekeep/platform/lifecycle';
import { createLogger, logLevel } from '@tablekeep/platform/logging';
import { resolve } from 'node:path';
import { parseEmbeddedConfig } from './config.ts';
import { startEmbedded } from './start-embedded.ts';

const log = createLogger({
  service: 'tablekeep',
  level: logLevel(process.env['LOG_LEVEL']),
  pretty: process.stdout.isTTY,
});

await runProcess({
  name: 'tablekeep',
  log,
  budgetMs: 20_000,
  start: async (life) => {
    const config = parseEmbeddedConfig(process.env);
    const platform = await startEmbedded(config, life, log);
    process.stdout.write(
      [
        'Tablekeep is running.',
        `  GraphQL:      ${platform.url}/graphql`,
        `  admin token:  ${resolve(platform.adminTokenFile)} (send it as "Authorization: Bearer <token>")`,
        `  environment:  ${platform.environment}`,
        ...(platform.awsEndpoint === null ? [] : [`  emulated AWS: ${platform.awsEndpoint}`]),
        `  data:         ${resolve(platform.dataDir)}`,
        'Ctrl-C stops it.',
        '',
      ].join('\n'),
    );
  },
});
