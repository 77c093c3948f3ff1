import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SERVICES, startCluster, type Cluster } from '@tablekeep/cluster';
import { accountOwner, AWAY, HOME, VAULT, type Owner } from '@tablekeep/embedded/demo/aws-account';
import type { GraphqlClient } from '@tablekeep/embedded/demo/graphql-client';
import { eventually } from '@tablekeep/testkit/eventually';
import { createConnection } from 'mysql2/promise';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createPolicy, OPEN, policyInput, registerAccount, type SessionPayload } from '../src/account-under-test.ts';
import {
  createTables,
  jobsOf,
  multiplyMessages,
  patientClient,
  pointsOfPolicy,
  revive,
  seededChance,
  wreakHavoc,
} from '../src/chaos.ts';

const TABLES = 200;
const KILLS = Number(process.env['TABLEKEEP_CHAOS_KILLS'] ?? 50);
const SEED = Number(process.env['TABLEKEEP_CHAOS_SEED'] ?? Date.now() % 1_000_000);
const LEASE_SECONDS = 16;

let folder: string;
let cluster: Cluster;
let owner: Owner;
let graphql: GraphqlClient;
let accountId: string;
let multiplier: Awaited<ReturnType<typeof multiplyMessages>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablekeep-chaos-'));
  cluster = await startCluster({
    env: process.env,
    folder,
    replicas: 2,
    speed: 30,
    logLevel: 'warn',
    kafkaSessionTimeoutSeconds: 4,
    leaseSeconds: LEASE_SECONDS,
    resendSeconds: 15,
    // AWS forgets tokens at once: what is started once is so by our own looking, and a call sent twice is seen.
    emulatorEnv: { EMULATOR_BEHAVIOUR: JSON.stringify({ tokenMemory: 'none' }) },
    // Every work item arrives three times, in every one of these tests.
    betweenSenderAndQueue: async (queue) => {
      multiplier = await multiplyMessages(queue, 3);
      return multiplier.endpoint;
    },
  });
  owner = accountOwner(cluster.awsEndpoint);
  graphql = patientClient(cluster.urls, cluster.token);
  accountId = await registerAccount(owner, graphql);
  say({ seed: SEED, kills: KILLS, tables: TABLES });
}, 180_000);
afterAll(async () => {
  await cluster.stop();
  multiplier.stop();
  if (process.env['TABLEKEEP_CHAOS_KEEP'] === undefined) await rm(folder, { recursive: true, force: true });
  else say({ kept: folder });
}, 120_000);

/** Figures of the run, for docs/reliability.md. */
function say(figures: object): void {
  process.stdout.write(`chaos ${JSON.stringify(figures)}\n`);
}

type SessionState = {
  status: string;
  notes: string[];
  counts: { total: number; open: number; succeeded: number; warning: number; failed: number };
  tasks: { nodes: { status: string; reason: string | null }[] };
};

async function view(id: string): Promise<SessionState> {
  const { session } = await graphql<{ session: SessionState }>(
    `
      query ($id: ID!) {
        session(id: $id) {
          status
          notes
          counts {
            total
            open
            succeeded
            warning
            failed
          }
          tasks(first: 5, status: FAILED) {
            nodes {
              status
              reason
            }
          }
        }
      }
    `,
    { id },
  );
  return session;
}

/** A policy for its own set of tables, with a copy of each. */
async function protect(set: string, tables: number): Promise<string> {
  await createTables(owner, set, tables);
  const { policy, userErrors } = await createPolicy(
    graphql,
    policyInput(accountId, {
      name: set,
      include: { tags: [{ key: 'set', value: set }] },
      copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 90 }],
    }),
  );
  expect(userErrors).toEqual([]);
  return policy!.id;
}

async function run(policyId: string, idempotencyKey: string): Promise<string> {
  const { runPolicy } = await graphql<{ runPolicy: SessionPayload }>(
    'mutation ($input: RunPolicyInput!) { runPolicy(input: $input) { session { id } userErrors { code message path } } }',
    { input: { policyId, idempotencyKey } },
  );
  if (!runPolicy.session) throw new Error(JSON.stringify(runPolicy.userErrors));
  return runPolicy.session.id;
}

const ended = (id: string, timeoutMs = 300_000): Promise<SessionState> =>
  eventually(
    async () => {
      const session = await view(id);
      if (OPEN.has(session.status)) throw new Error(`still ${JSON.stringify(session)}`);
      return session;
    },
    { timeoutMs, everyMs: 500, what: `the end of session ${id}` },
  );

/** Nothing lost, nothing twice: every table has exactly one backup job and one copy job in AWS for each run. */
async function expectExactlyOnce(set: string, policyId: string, sessions: readonly SessionState[], tables: number) {
  for (const session of sessions) {
    expect(session).toMatchObject({
      status: 'SUCCEEDED',
      // One scan, and a backup and a copy of each table.
      counts: { total: 2 * tables + 1, open: 0, succeeded: 2 * tables + 1, failed: 0, warning: 0 },
    });
  }
  const { backups, copies } = await jobsOf(owner, set);
  expect(backups.size).toBe(tables);
  expect(copies.size).toBe(tables);
  expect(new Set(backups.values())).toEqual(new Set([sessions.length]));
  expect(new Set(copies.values())).toEqual(new Set([sessions.length]));
  // The harder delivery really took place.
  expect(multiplier.sent()).toBeGreaterThan(0);
  await quiet();
  expect(await deadEvents()).toEqual([]);
  expect(await oneNumber('SELECT COUNT(*) FROM tablekeep_executor.job WHERE finished_at IS NULL')).toBe(0);
  const points = await pointsOfPolicy(graphql, policyId);
  expect(Object.fromEntries(points)).toEqual({
    BACKUP: tables * sessions.length,
    COPY: tables * sessions.length,
  });
}

/** Metrics that are 0 once all is delivered, heard and in order, and which services must be able to tell them. */
const QUIET: Readonly<Record<string, readonly string[]>> = {
  tablekeep_outbox_lag_seconds: [...SERVICES, 'gateway'],
  tablekeep_dead_events: [...SERVICES, 'gateway'],
  tablekeep_consumer_lag: [...SERVICES],
  tablekeep_dead_work_items: ['executor'],
};

/** Nothing is left to deliver or to hear anywhere, and nothing was set aside, as whoever watches the metrics sees it. */
async function quiet(): Promise<void> {
  await eventually(
    async () => {
      for (const url of cluster.metricsUrls) {
        const page = await (await fetch(url)).text();
        const service = /service="(\w+)"/u.exec(page)?.[1] ?? '';
        for (const [metric, told] of Object.entries(QUIET)) {
          const samples = page.split('\n').filter((line) => line.startsWith(metric));
          expect({ service, metric, tells: samples.length > 0 || !told.includes(service) }).toMatchObject({
            tells: true,
          });
          expect(samples.filter((line) => !/ 0$/u.test(line))).toEqual([]);
        }
      }
    },
    { timeoutMs: 120_000, everyMs: 1_000, what: 'the quiet after a run' },
  );
}

async function oneNumber(sql: string): Promise<number> {
  const connection = await createConnection(cluster.databaseUrl('executor'));
  try {
    const [rows] = await connection.query(sql);
    return Number(Object.values((rows as object[])[0] ?? {})[0]);
  } finally {
    await connection.end();
  }
}

/** Events that no service could handle, of all of them. */
async function deadEvents(): Promise<unknown[]> {
  const connection = await createConnection(cluster.databaseUrl('session'));
  try {
    const found: unknown[] = [];
    for (const service of [...SERVICES, 'gateway']) {
      const [rows] = await connection.query(`SELECT type, reason FROM tablekeep_${service}.dead_event`);
      found.push(...(rows as unknown[]));
    }
    return found;
  } finally {
    await connection.end();
  }
}

const running = (id: string, tasks = 1) =>
  eventually(
    async () => {
      const { counts } = await view(id);
      if (counts.succeeded < tasks) throw new Error(JSON.stringify(counts));
    },
    { timeoutMs: 120_000, everyMs: 100, what: 'a session under way' },
  );

test(`services killed ${KILLS} times, some frozen for longer than a lease, while sessions run`, async () => {
  const set = 'killed';
  const policyId = await protect(set, TABLES);
  const begun = performance.now();
  let havocOver = false;
  const havoc = wreakHavoc(cluster.services, {
    kills: KILLS,
    freezeMs: (LEASE_SECONDS + 4) * 1_000,
    betweenMs: 2_500,
    chance: seededChance(SEED),
    epoch: () => oneNumber('SELECT SUM(epoch) FROM tablekeep_executor.lane'),
  }).finally(() => (havocOver = true));
  const sessions: SessionState[] = [];
  // Runs follow each other for as long as there is havoc: there is always one that can be hurt.
  do {
    sessions.push(await ended(await run(policyId, `run-${sessions.length}`), 600_000));
  } while (!havocOver);
  const done = await havoc;
  for (const { name } of cluster.services.filter((one) => one.name.startsWith('executor-'))) {
    expect(done.frozen.map((one) => one.name)).toContain(name);
  }
  // At least one was frozen while the lane was its own, and lost it.
  expect(done.frozen.some((one) => one.tookOver)).toBe(true);
  await expectExactlyOnce(set, policyId, sessions, TABLES);
  // What a frozen process does late, or a lane finds again after its lease, it would have done by now.
  await wait(5 * LEASE_SECONDS * 1_000);
  await expectExactlyOnce(set, policyId, sessions, TABLES);
  say({
    test: 'kills',
    ...done,
    sessions: sessions.length,
    tables: TABLES,
    seconds: Math.round((performance.now() - begun) / 1_000),
    workItemsRepeated: multiplier.sent(),
  });
}, 3_600_000);

test('connections killed and the database restarted, gently and not, while a session runs', async () => {
  const set = 'database';
  const policyId = await protect(set, 50);
  const id = await run(policyId, set);
  await running(id);
  for (let i = 0; i < 5; i++) {
    await killConnections();
    await wait(500);
  }
  await cluster.servers.mariadb.stop();
  await cluster.servers.mariadb.start();
  await wait(2_000);
  await cluster.servers.mariadb.kill();
  await cluster.servers.mariadb.start();
  await Promise.all(cluster.services.map(revive));
  await expectExactlyOnce(set, policyId, [await ended(id)], 50);
}, 600_000);

test('the broker stopped for a minute under load, and everything drained after', async () => {
  const set = 'broker';
  const policyId = await protect(set, 50);
  const id = await run(policyId, set);
  await running(id);
  await cluster.servers.kafka.stop();
  await wait(60_000);
  await cluster.servers.kafka.start();
  const begun = performance.now();
  await Promise.all(cluster.services.map(revive));
  await expectExactlyOnce(set, policyId, [await ended(id)], 50);
  say({ test: 'broker', secondsToDrain: Math.round((performance.now() - begun) / 1_000) });
}, 600_000);

test('the queue server killed with every message it held', async () => {
  const set = 'queue';
  const policyId = await protect(set, 50);
  const id = await run(policyId, set);
  await cluster.servers.elasticmq.kill();
  await cluster.servers.elasticmq.start();
  await running(id);
  await cluster.servers.elasticmq.kill();
  await cluster.servers.elasticmq.start();
  await expectExactlyOnce(set, policyId, [await ended(id)], 50);
}, 600_000);

async function killConnections(): Promise<void> {
  const connection = await createConnection(cluster.databaseUrl('session'));
  const [rows] = await connection.query(
    'SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user = "root"',
  );
  for (const { id } of rows as { id: number }[]) {
    // It may have gone of itself.
    await connection.query(`KILL ${id}`).catch(() => undefined);
  }
  await connection.end();
}
