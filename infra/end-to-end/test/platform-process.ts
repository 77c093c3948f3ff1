import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { accountOwner, type Owner } from '@tablekeep/embedded/demo/aws-account';
import { graphqlClient, type GraphqlClient } from '@tablekeep/embedded/demo/graphql-client';

const root = join(import.meta.dirname, '..', '..', '..');

export type PlatformProcess = Readonly<{
  url: string;
  graphql: GraphqlClient;
  /** What it has printed so far. */
  output(): string;
  kill(): Promise<void>;
  /** SIGINT, as Ctrl-C sends it. */
  interrupt(): Promise<number | null>;
}>;

/** Starts `npm start`'s program as a process of its own and waits for its address. */
export async function startPlatformProcess(env: Readonly<Record<string, string>>): Promise<PlatformProcess> {
  const child = spawn(process.execPath, [join(root, 'infra', 'embedded', 'src', 'main.ts')], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  const url = await firstMatch(child, lines, /GraphQL:\s+(http:\/\/\S+)\/graphql/u);
  const tokenFile = await firstMatch(child, lines, /admin token:\s+(\S+)/u);
  const token = (await readFile(tokenFile, 'utf8')).trim();
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    return child.exitCode;
  };
  return {
    url,
    graphql: graphqlClient(url, token),
    output: () => lines.join('\n'),
    kill: async () => void (await end('SIGKILL')),
    interrupt: () => end('SIGINT'),
  };
}

/** Runs it where it is expected to refuse; gives exit code and what it said. */
export async function refusedPlatform(
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(root, 'infra', 'embedded', 'src', 'main.ts')], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'exit');
  return { code: child.exitCode, said };
}

type EmulatorProcess = Readonly<{ endpoint: string; stop(): Promise<void> }>;

/** The emulator as a process of its own, which survives the platform's death as AWS would. */
async function startEmulatorProcess(
  speed: number,
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<EmulatorProcess> {
  const child = spawn(process.execPath, [join(root, 'infra', 'aws-emulator', 'src', 'main.ts')], {
    env: {
      PATH: process.env['PATH'] ?? '',
      EMULATOR_PORT: '0',
      EMULATOR_SPEED: String(speed),
      EMULATOR_DATA_DIR: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  const endpoint = await firstMatch(child, lines, /"listening":\s*"(http:\/\/[^"]+)"/u);
  return {
    endpoint,
    stop: async () => {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** Where platforms run, one after another: a folder that keeps their data, and an AWS that survives their death. */
export type Site = Readonly<{
  folder: string;
  dataDir: string;
  endpoint: string;
  owner: Owner;
  startPlatform(more?: Readonly<Record<string, string>>): Promise<PlatformProcess>;
  /** Ends AWS and removes the folder; the platform must have ended. */
  stop(): Promise<void>;
}>;

/** `env` is for every platform that is started there. */
export async function startSite(
  speed: number,
  env: Readonly<{ platform?: Record<string, string>; emulator?: Record<string, string> }> = {},
): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'tablekeep-site-'));
  const dataDir = join(folder, 'data');
  const { endpoint, stop } = await startEmulatorProcess(speed, join(folder, 'aws'), env.emulator);
  return {
    folder,
    dataDir,
    endpoint,
    owner: accountOwner(endpoint),
    startPlatform: (more = {}) =>
      startPlatformProcess({
        DATA_DIR: dataDir,
        AWS: 'external-emulator',
        AWS_EMULATOR_URL: endpoint,
        EMULATOR_SPEED: String(speed),
        ...env.platform,
        ...more,
      }),
    stop: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function firstMatch(child: ChildProcess, lines: string[], pattern: RegExp): Promise<string> {
  const already = pattern.exec(lines.join('\n'))?.[1];
  if (already !== undefined) return already;
  if (!child.stdout) throw new Error('no output to read');
  return new Promise((resolve, reject) => {
    const reader = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    reader.on('line', (line) => {
      lines.push(line);
      const found = pattern.exec(lines.join('\n'))?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) =>
      reject(new Error(`it ended with ${code} before saying ${pattern}:\n${lines.join('\n')}`)),
    );
  });
}
