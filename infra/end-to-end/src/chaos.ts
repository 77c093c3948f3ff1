import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import type { Cluster } from '@tablekeep/cluster';
import { HOME, type Owner } from '@tablekeep/embedded/demo/aws-account';
import { graphqlClient, type GraphqlClient } from '@tablekeep/embedded/demo/graphql-client';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { awsJobs, type AwsJobKind } from './aws-jobs.ts';

type ManagedProcess = Cluster['services'][number];

/** A client as a careful program would write one: it tries again, on another gateway, for as long as none answers. */
export function patientClient(urls: readonly string[], token: string, patienceMs = 120_000): GraphqlClient {
  const clients = urls.map((url) => graphqlClient(url, token));
  return async <T>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<T> => {
    const deadline = performance.now() + patienceMs;
    for (let attempt = 0; ; attempt++) {
      try {
        const client = clients[attempt % clients.length];
        if (!client) throw new Error('no gateway');
        return await client<T>(query, variables);
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await wait(200);
      }
    }
  };
}

/** Small tables with a tag that says which run of the tests they are for. */
export async function createTables(owner: Owner, set: string, count: number): Promise<string[]> {
  const client = owner.dynamodb(HOME);
  const names = Array.from({ length: count }, (_, i) => `${set}-${String(i).padStart(3, '0')}`);
  const waiting = [...names];
  const worker = async (): Promise<void> => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      await client.send(
        new CreateTableCommand({
          TableName: name,
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
          Tags: [{ Key: 'set', Value: set }],
        }),
      );
      await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.05, maxDelay: 0.25 }, { TableName: name });
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return names;
}

/** How many jobs AWS has of each table, by name: backups and copies, whatever became of them. */
export async function jobsOf(
  owner: Owner,
  set: string,
): Promise<{ backups: Map<string, number>; copies: Map<string, number> }> {
  const count = async (kind: AwsJobKind) => {
    const jobs = new Map<string, number>();
    for (const { tableName } of await awsJobs(owner, kind)) {
      if (tableName.startsWith(`${set}-`)) jobs.set(tableName, (jobs.get(tableName) ?? 0) + 1);
    }
    return jobs;
  };
  return { backups: await count('backup'), copies: await count('copy') };
}

/** Restore points of one policy in the catalog, by kind. */
export async function pointsOfPolicy(graphql: GraphqlClient, policyId: string): Promise<Map<string, number>> {
  const kinds = new Map<string, number>();
  let after: string | null = null;
  do {
    const { restorePoints }: PointPage = await graphql<PointPage>(
      `
        query ($filter: RestorePointFilter, $after: String) {
          restorePoints(filter: $filter, first: 500, after: $after) {
            nodes {
              kind
            }
            pageInfo {
              hasNextPage
              endCursor
            }
          }
        }
      `,
      { filter: { policyId }, after },
    );
    for (const { kind } of restorePoints.nodes) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    after = restorePoints.pageInfo.hasNextPage ? restorePoints.pageInfo.endCursor : null;
  } while (after !== null);
  return kinds;
}
type PointPage = {
  restorePoints: { nodes: { kind: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
};

/** A generator of chances that a seed repeats (mulberry32, public domain). */
export function seededChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export type Havoc = Readonly<{
  kills: number;
  killsByService: Readonly<Record<string, number>>;
  /** Replicas in the order in which they were frozen, and whether a lane was taken over meanwhile. */
  frozen: readonly Readonly<{ name: string; tookOver: boolean }>[];
}>;

/** The services whose work is done under a lease: each replica of them is frozen before any other. */
const UNDER_LEASE = /^executor-/u;

/**
 * Kills services at random moments until `kills` have died, up to three down at a time, each started again at once. Beside
 * every tenth kill one is frozen for `freezeMs` and then goes on: first each executor, then any. Gives what was done;
 * everything runs again when it resolves.
 */
export async function wreakHavoc(
  services: readonly ManagedProcess[],
  o: Readonly<{
    kills: number;
    freezeMs: number;
    betweenMs: number;
    chance: () => number;
    /** Grows when a lane gets a new owner. */
    epoch: () => Promise<number>;
  }>,
): Promise<Havoc> {
  const busy = new Set<ManagedProcess>();
  const killsByService: Record<string, number> = {};
  const repairs: Promise<void>[] = [];
  const frozen: { name: string; tookOver: boolean }[] = [];
  let kills = 0;
  const oneOf = (all: readonly ManagedProcess[]) => {
    const free = all.filter((one) => !busy.has(one));
    return free[Math.floor(o.chance() * free.length)];
  };
  while (kills < o.kills) {
    await wait(o.betweenMs * (0.5 + o.chance()));
    if (busy.size >= 3) continue;
    if (frozen.length < Math.floor((kills + 5) / 10)) {
      const next = services.filter(
        (one) =>
          UNDER_LEASE.test(one.name) &&
          (!frozen.some(({ name }) => name === one.name) || !frozen.some(({ tookOver }) => tookOver)),
      );
      const victim = oneOf(next.length > 0 ? next : services);
      if (!victim) continue;
      busy.add(victim);
      const entry = { name: victim.name, tookOver: false };
      frozen.push(entry);
      const frozenMeanwhile = async () => {
        const before = await o.epoch();
        await freeze(victim, o.freezeMs, async () => {
          entry.tookOver = (await o.epoch()) > before;
        });
      };
      repairs.push(frozenMeanwhile().finally(() => busy.delete(victim)));
    } else {
      const victim = oneOf(services);
      if (!victim) continue;
      busy.add(victim);
      kills++;
      const service = victim.name.replace(/-\d+$/u, '');
      killsByService[service] = (killsByService[service] ?? 0) + 1;
      await victim.kill();
      repairs.push(revive(victim).finally(() => busy.delete(victim)));
    }
  }
  await Promise.all(repairs);
  return { kills, killsByService, frozen };
}

async function freeze(victim: ManagedProcess, ms: number, beforeWaking: () => Promise<void>): Promise<void> {
  victim.signal('SIGSTOP');
  await wait(ms);
  await beforeWaking();
  victim.signal('SIGCONT');
  // What it stood on may have gone meanwhile; then it ends, and an orchestrator starts it again.
  await revive(victim);
}

/** As an orchestrator does: started again for as long as it ends. */
export async function revive(victim: ManagedProcess): Promise<void> {
  for (;;) {
    if (!victim.running) victim.spawn();
    try {
      await victim.untilReady();
      return;
    } catch (error) {
      if (victim.running) throw error;
    }
  }
}

/** Stands between the sender of work items and the queue, and delivers every message `times` times. */
export async function multiplyMessages(
  queue: string,
  times: number,
): Promise<{ endpoint: string; sent(): number; stop(): void }> {
  let sent = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const sends = String(request.headers['x-amz-target']).includes('SendMessage');
      const {
        host: _host,
        connection: _connection,
        'content-length': _length,
        expect: _expect,
        ...headers
      } = request.headers as Record<string, string>;
      const forward = () =>
        fetch(`${queue}${request.url ?? '/'}`, { method: 'POST', headers, body: Buffer.concat(chunks) });
      let answer = await forward();
      for (let i = 1; sends && answer.ok && i < times; i++) {
        await answer.arrayBuffer();
        answer = await forward();
        sent++;
      }
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
      response.end(Buffer.from(await answer.arrayBuffer()));
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    sent: () => sent,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
