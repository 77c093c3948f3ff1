/** Writes the table of settings into README.md from the configuration's own texts; `--check` fails when it is stale. */
import { describeEnv } from '@tablekeep/platform/config';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { embeddedEnvironment } from '../infra/embedded/src/config.ts';

const file = join(import.meta.dirname, '..', 'README.md');
const readme = readFileSync(file, 'utf8');
const wanted = await format(
  readme.replace(
    /(<!-- settings:begin -->\n)[\s\S]*(<!-- settings:end -->)/u,
    (_all, begin: string, end: string) => `${begin}\n${describeEnv(embeddedEnvironment)}\n${end}`,
  ),
  { ...(await resolveConfig(file)), filepath: file },
);
if (wanted !== readme) {
  if (process.argv.includes('--check')) {
    console.error('README.md: the table of settings is stale, run "npm run generate"');
    process.exitCode = 1;
  } else {
    writeFileSync(file, wanted);
  }
}
