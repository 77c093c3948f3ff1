/** What the benchmarks of whole runs share: an AWS in a process of its own, its tables, and the embedded platform over it. */
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { startEmbedded } from '@tablekeep/embedded';
import { accountOwner, HOME, type Owner } from '@tablekeep/embedded/demo/aws-account';
import { graphqlClient, type GraphqlClient } from '@tablekeep/embedded/demo/graphql-client';
import { createPolicy, OPEN, policyInput, registerAccount } from '@tablekeep/end-to-end/account-under-test';
import { limitsEnvironment, limitsOf } from '@tablekeep/executor/environment';
import { parseEnv } from '@tablekeep/platform/config';
import { Lifecycle } from '@tablekeep/platform/lifecycle';
import { createLogger } from '@tablekeep/platform/logging';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

export type Aws = Readonly<{ endpoint: string; owner: Owner; cap: number; tables: number; speed: number }>;

/** Runs `work` against an AWS with so many tables, in which at most `cap` backups run at once; then ends it. */
export async function withAws<T>(
  o: Readonly<{ cap: number; tables: number; speed: number }>,
  work: (aws: Aws) => Promise<T>,
): Promise<T> {
  const main = join(import.meta.dirname, '..', 'infra', 'aws-emulator', 'src', 'main.ts');
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'] ?? '',
      EMULATOR_PORT: '0',
      // Tables are made in no time; the rates that matter come with the run.
      EMULATOR_SPEED: '3600',
      EMULATOR_BEHAVIOUR: JSON.stringify({ backupsAtOnce: o.cap, tableQuota: Math.max(2_500, o.tables) }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await Promise.race([
      new Promise((resolve) => createInterface({ input: child.stdout }).once('line', (text) => resolve([text]))),
      wait(20_000).then(() => Promise.reject(new Error('the emulator did not start'))),
    ])) as [string];
    const endpoint = (JSON.parse(line) as { listening: string }).listening;
    const aws = { endpoint, owner: accountOwner(endpoint), ...o };
    await makeTables(aws);
    return await work(aws);
  } finally {
    child.kill('SIGKILL');
  }
}

async function makeTables({ owner, tables }: Aws): Promise<void> {
  const client = owner.dynamodb(HOME);
  const names = Array.from({ length: tables }, (_, i) => `table-${String(i).padStart(5, '0')}`);
  const worker = async (): Promise<void> => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      await client.send(
        new CreateTableCommand({
          TableName: name,
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
          Tags: [{ Key: 'backup', Value: 'nightly' }],
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

/** A call of the emulator's own. */
export async function admin<T>(aws: Aws, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${aws.endpoint}/_emulator/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}

/** Runs `work` with the embedded platform at its full share, an account and a policy over all tables; AWS's clock as told. */
export async function withPlatform<T>(aws: Aws, work: (platform: Platform) => Promise<T>): Promise<T> {
  const log = createLogger({ service: 'bench', level: 'error' });
  const life = new Lifecycle(log);
  const dataDir = await mkdtemp(join(tmpdir(), 'tablekeep-bench-'));
  try {
    const limits = parseEnv(limitsEnvironment, { EXECUTOR_SHARE: '1', EXECUTOR_BACKUPS_AT_ONCE: String(aws.cap) });
    const { url, adminTokenFile } = await startEmbedded(
      {
        http: { host: '127.0.0.1', port: 0 },
        dataDir,
        logLevel: 'error',
        limits: limitsOf(limits),
        aws: { kind: 'external-emulator', url: aws.endpoint, speed: aws.speed },
      },
      life,
      log,
    );
    const graphql = graphqlClient(url, (await readFile(adminTokenFile, 'utf8')).trim());
    const accountId = await registerAccount(aws.owner, graphql);
    const { policy } = await createPolicy(graphql, policyInput(accountId));
    await admin(aws, 'POST', 'clock', { speed: aws.speed });
    await admin(aws, 'DELETE', 'calls');
    return await work({ graphql, policyId: policy?.id ?? '' });
  } finally {
    await life.stop(20_000);
    await rm(dataDir, { recursive: true, force: true });
  }
}

export type Platform = Readonly<{ graphql: GraphqlClient; policyId: string }>;

/** The most bytes in use while `work` went on, over those in use before it. */
export async function memoryOf<T>(work: () => Promise<T>): Promise<{ result: T; bytes: number }> {
  const idle = inUse();
  let peak = idle;
  const watch = setInterval(() => (peak = Math.max(peak, inUse())), 10_000);
  try {
    const result = await work();
    return { result, bytes: Math.max(peak, inUse()) - idle };
  } finally {
    clearInterval(watch);
  }
}

/** Bytes that are really needed: what a collection leaves. */
function inUse(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Waits for the end of a run over `tables` tables; throws where one of them was not backed up. */
export async function untilEnded(graphql: GraphqlClient, id: string, tables: number): Promise<void> {
  for (;;) {
    const { session } = await graphql<{ session: { status: string; notes: string[]; counts: { succeeded: number } } }>(
      'query ($id: ID!) { session(id: $id) { status notes counts { succeeded } } }',
      { id },
    );
    if (!OPEN.has(session.status)) {
      // The scan of each Region, and a backup of each table.
      if (session.status !== 'SUCCEEDED' || session.counts.succeeded < tables + 1)
        throw new Error(JSON.stringify(session));
      return;
    }
    await wait(100);
  }
}
