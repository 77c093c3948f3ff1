import { limitsEnvironment, limitsOf } from '@tablekeep/executor/environment';
import {
  startEmulator,
  type Behaviour,
  type CallCount,
  type EmulatorOptions,
  type FaultPlan,
} from '@tablekeep/aws-emulator';
import { startCluster } from '@tablekeep/cluster';
import { startEmbedded } from '@tablekeep/embedded';
import { accountOwner, type Owner } from '@tablekeep/embedded/demo/aws-account';
import { graphqlClient, type GraphqlClient } from '@tablekeep/embedded/demo/graphql-client';
import { parseEnv } from '@tablekeep/platform/config';
import { Lifecycle } from '@tablekeep/platform/lifecycle';
import { createLogger } from '@tablekeep/platform/logging';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const SPEED = 240;

export type PlatformUnderTest = Readonly<{
  url: string;
  token: string;
  graphql: GraphqlClient;
  owner: Owner;
  awsEndpoint: string;
  /** What a test may do to the emulated AWS, over its admin address. */
  aws: EmulatorAdmin;
  stop(): Promise<void>;
}>;

export type EmulatorAdmin = Readonly<{
  fault(plan: FaultPlan): Promise<void>;
  clearFaults(): Promise<void>;
  calls(): Promise<CallCount[]>;
  /** Changes switches of the emulator. */
  behave(switches: Partial<Behaviour>): Promise<void>;
  /** Moves the emulator's clock ahead; what falls due meanwhile has happened then. */
  advance(ms: number): Promise<void>;
}>;

/** The whole platform on the profile that TABLEKEEP_PROFILE names (embedded unless told), against an AWS that can be made to fail. */
export function startPlatform(): Promise<PlatformUnderTest> {
  const profile = process.env['TABLEKEEP_PROFILE'] ?? 'embedded';
  if (profile === 'embedded') return startEmbeddedPlatform({ speed: SPEED });
  if (profile === 'cluster') return startClusterPlatform();
  throw new Error(`TABLEKEEP_PROFILE is embedded or cluster, not ${profile}`);
}

/** On the embedded profile, whatever the environment says. */
export async function startEmbeddedPlatform(
  aws: Pick<EmulatorOptions, 'durations' | 'behaviour' | 'startAt'> & { speed: number },
  settings: Readonly<{ scanHours?: number; graceMs?: number; pricesFile?: string }> = {},
): Promise<PlatformUnderTest & Readonly<{ dataDir: string; adminUrls: readonly string[] }>> {
  const log = createLogger({ service: 'test', level: 'fatal' });
  const life = new Lifecycle(log);
  const dataDir = await mkdtemp(join(tmpdir(), 'tablekeep-test-'));
  const emulator = await startEmulator(aws);
  life.onStop('emulator', () => emulator.stop());
  const platform = await startEmbedded(
    {
      http: { host: '127.0.0.1', port: 0 },
      dataDir,
      logLevel: 'error',
      limits: limitsOf(parseEnv(limitsEnvironment, {})),
      ...settings,
      notification: { allowedNetworks: ['127.0.0.1/32'], publicUrl: 'https://tablekeep.example.com' },
      aws: { kind: 'external-emulator', url: emulator.endpoint, speed: aws.speed },
    },
    life,
    log,
  );
  const token = (await readFile(platform.adminTokenFile, 'utf8')).trim();
  return {
    ...views(platform.url, token, emulator.endpoint),
    dataDir,
    adminUrls: platform.adminUrls,
    stop: async () => {
      await life.stop(10_000);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function startClusterPlatform(): Promise<PlatformUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'tablekeep-cluster-'));
  const cluster = await startCluster({ env: process.env, folder, replicas: 2, speed: SPEED });
  return {
    ...views(cluster.urls[0] ?? '', cluster.token, cluster.awsEndpoint),
    stop: async () => {
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** How tests see a platform and the AWS under it. */
export function views(url: string, token: string, awsEndpoint: string) {
  return {
    url,
    token,
    awsEndpoint,
    graphql: graphqlClient(url, token),
    owner: accountOwner(awsEndpoint),
    aws: emulatorAdmin(awsEndpoint),
  };
}

export function emulatorAdmin(endpoint: string): EmulatorAdmin {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${endpoint}/_emulator/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  return {
    fault: async (plan) => void (await call('POST', 'faults', plan)),
    clearFaults: async () => void (await call('DELETE', 'faults')),
    calls: () => call('GET', 'calls'),
    behave: async (switches) => void (await call('POST', 'behaviour', switches)),
    advance: async (ms) => void (await call('POST', 'clock', { advanceMs: ms })),
  };
}
