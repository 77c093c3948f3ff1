import { startEmulator, type Emulator } from '@tablekeep/aws-emulator';
import { Lifecycle } from '@tablekeep/platform/lifecycle';
import { createLogger } from '@tablekeep/platform/logging';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountOwner, type Owner } from '../src/demo/aws-account.ts';
import { graphqlClient, type GraphqlClient } from '../src/demo/graphql-client.ts';
import { startEmbedded } from '../src/start-embedded.ts';

export const SPEED = 240;

export type PlatformUnderTest = Readonly<{
  url: string;
  dataDir: string;
  token: string;
  graphql: GraphqlClient;
  owner: Owner;
  emulator: Emulator;
  stop(): Promise<void>;
}>;

/** The whole platform in this process against an emulator that the test can make fail. */
export async function startPlatform(): Promise<PlatformUnderTest> {
  const log = createLogger({ service: 'test', level: 'fatal' });
  const life = new Lifecycle(log);
  const dataDir = await mkdtemp(join(tmpdir(), 'tablekeep-test-'));
  const emulator = await startEmulator({ speed: SPEED });
  life.onStop('emulator', () => emulator.stop());
  const platform = await startEmbedded(
    {
      http: { host: '127.0.0.1', port: 0 },
      dataDir,
      logLevel: 'error',
      aws: { kind: 'external-emulator', url: emulator.endpoint, speed: SPEED },
    },
    life,
    log,
  );
  const token = (await readFile(platform.adminTokenFile, 'utf8')).trim();
  return {
    url: platform.url,
    dataDir,
    token,
    graphql: graphqlClient(platform.url, token),
    owner: accountOwner(emulator.endpoint),
    emulator,
    stop: async () => {
      await life.stop(10_000);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
