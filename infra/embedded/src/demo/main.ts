/**
 * `npm run demo`: the main job on real data, in a temporary folder, proven by comparison. Exits 0 only where
 * everything is equal but what was asked to differ. `--break drop-item|property` spoils the restored tables first.
 */
import { limitsEnvironment, limitsOf } from '@tablekeep/executor/environment';
import { Lifecycle } from '@tablekeep/platform/lifecycle';
import { parseEnv } from '@tablekeep/platform/config';
import { createLogger } from '@tablekeep/platform/logging';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbedded } from '../start-embedded.ts';
import { runDemo, SABOTAGE, type Sabotage } from './run-demo.ts';
import { createShow } from './show.ts';

/** Emulated AWS time runs this much faster: its backup of five and a half minutes takes under two seconds. */
const SPEED = 240;

const { values } = parseArgs({ options: { break: { type: 'string' } } });
const sabotage = SABOTAGE.find((one) => one === values.break) ?? null;
if (values.break !== undefined && sabotage === null) {
  console.error(`--break takes one of: ${SABOTAGE.join(', ')}`);
  process.exit(2);
}
process.exit(await demo(sabotage));

async function demo(broken: Sabotage | null): Promise<number> {
  const log = createLogger({ service: 'demo', level: process.env['LOG_LEVEL'] ?? 'error' });
  const life = new Lifecycle(log);
  const show = createShow(process.stdout);
  const dataDir = await mkdtemp(join(tmpdir(), 'tablekeep-demo-'));
  const begun = performance.now();
  try {
    const platform = await startEmbedded(
      {
        http: { host: '127.0.0.1', port: 0 },
        dataDir,
        logLevel: 'error',
        limits: limitsOf(parseEnv(limitsEnvironment, {})),
        aws: { kind: 'emulated', speed: SPEED },
      },
      life,
      log,
    );
    const { awsEndpoint } = platform;
    if (awsEndpoint === null) throw new Error('the demo runs on the emulated AWS only');
    const token = (await readFile(platform.adminTokenFile, 'utf8')).trim();
    show.line(`environment: ${platform.environment}; GraphQL at ${platform.url}/graphql`);
    const equal = await runDemo({ ...platform, awsEndpoint }, token, show, broken);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    if (equal) show.good(`all equal but what was asked to differ; ${seconds} s`);
    else show.bad(`the restored tables are not what they were; ${seconds} s`);
    return equal ? 0 : 1;
  } catch (error) {
    show.bad(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  } finally {
    await life.stop(10_000);
    await rm(dataDir, { recursive: true, force: true });
  }
}
