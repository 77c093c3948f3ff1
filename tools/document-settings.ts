/** Writes the tables of settings into the documentation from the configuration's own texts; `--check` fails when one is stale. */
import { describeEnv } from '@tablekeep/platform/config';
import { serviceEnvironment } from '@tablekeep/platform/process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { z } from 'zod';
import { embeddedEnvironment } from '../infra/embedded/src/config.ts';
import { probeEnvironment } from '../infra/aws-probe/src/settings.ts';
import { prepareEnvironment } from '../infra/prepare/src/environment.ts';
import { gatewayEnvironment } from '../gateway/src/environment.ts';
import { executorEnvironment } from '../services/executor/src/environment.ts';
import { notificationEnvironment } from '../services/notification/src/environment.ts';
import { policyEnvironment } from '../services/policy/src/environment.ts';
import { sessionEnvironment } from '../services/session/src/environment.ts';

/** By file: the marker that begins with `settings:` and what stands after it. */
const documents: Record<string, Record<string, z.ZodObject>> = {
  'README.md': { embedded: embeddedEnvironment },
  'docs/operate.md': {
    service: serviceEnvironment,
    policy: policyEnvironment,
    session: sessionEnvironment,
    executor: executorEnvironment,
    notification: notificationEnvironment,
    gateway: gatewayEnvironment,
    prepare: prepareEnvironment,
    'aws-probe': probeEnvironment,
  },
};

for (const [name, tables] of Object.entries(documents)) {
  const file = join(import.meta.dirname, '..', name);
  const found = readFileSync(file, 'utf8');
  let text = found;
  for (const [marker, schema] of Object.entries(tables)) {
    const place = new RegExp(`(<!-- settings:${marker}:begin -->\n)[\\s\\S]*(<!-- settings:${marker}:end -->)`, 'u');
    if (!place.test(text)) throw new Error(`${name} has no place for the settings of ${marker}`);
    text = text.replace(place, (_all, begin: string, end: string) => `${begin}\n${describeEnv(schema)}\n\n${end}`);
  }
  const wanted = await format(text, { ...(await resolveConfig(file)), filepath: file });
  if (wanted === found) continue;
  if (process.argv.includes('--check')) {
    console.error(`${name}: a table of settings is stale, run "npm run generate"`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, wanted);
  }
}
