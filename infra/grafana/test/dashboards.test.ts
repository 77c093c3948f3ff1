import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  restoreTables,
  runPolicy,
} from '@tablekeep/end-to-end/account-under-test';
import { startEmbeddedPlatform } from '@tablekeep/end-to-end/platform-under-test';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { metricCatalogue } from '../../../tools/metric-catalogue.ts';
import type { InfinityQuery } from '../src/infinity-query.ts';
import { hasPrometheus, startPrometheus, type Sample } from './prometheus.ts';

type PromQuery = { datasource: { type: 'prometheus'; uid: string }; expr: string; range?: boolean };
type Panel = { id: number; title: string; targets: (PromQuery | InfinityQuery)[] };
const folder = join(import.meta.dirname, '..');
const dashboards = readdirSync(join(folder, 'dashboards')).map(
  (file) => JSON.parse(readFileSync(join(folder, 'dashboards', file), 'utf8')) as { title: string; panels: Panel[] },
);
const queries = dashboards.flatMap(({ title, panels }) =>
  panels.flatMap((panel) =>
    panel.targets.map((query) => ({ name: `${title.replace('Tablekeep: ', '')} / ${panel.title}`, query })),
  ),
);
const isProm = (query: PromQuery | InfinityQuery): query is PromQuery => query.datasource.type === 'prometheus';
const promQueries = queries.flatMap(({ name, query }) => (isProm(query) ? [{ name, query }] : []));
const apiQueries = queries.flatMap(({ name, query }) => (isProm(query) ? [] : [{ name, query }]));

let platform: Awaited<ReturnType<typeof startEmbeddedPlatform>>;
let prometheus: Awaited<ReturnType<typeof startPrometheus>>;

/** What whoever opens the dashboards would have: a policy with a schedule and copies that ran twice, a restore, retention. */
async function work(): Promise<void> {
  const { owner, graphql } = platform;
  const accountId = await registerAccount(owner, graphql);
  await createAirportTable(owner, 'Airports');
  await createAirportTable(owner, 'Routes');
  await createAirportTable(owner, 'Forgotten', { Tags: [] });
  const copies = [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 90 }];
  const schedules = { timeZone: 'UTC', daily: { times: ['03:00'] } };
  // An API that takes a schedule takes the retention of its points with it.
  const { policy, userErrors } = await createPolicy(
    graphql,
    policyInput(accountId, { copies, schedules, rpoHours: 24, backupRetentionDays: null }),
  );
  expect(userErrors).toEqual([]);
  for (let run = 0; run < 2; run++) {
    const { status } = await endOfSession(graphql, await runPolicy(graphql, policy!.id), 120_000);
    expect(status).toBe('SUCCEEDED');
  }
  const { restorePoints } = await graphql<{ restorePoints: { nodes: { id: string }[] } }>(
    '{ restorePoints(filter: { tableName: "Airports", kind: BACKUP }, first: 1) { nodes { id } } }',
  );
  const item = { restorePointId: restorePoints.nodes[0]!.id, mode: 'NEW', tableName: 'Airports-restored' };
  const restore = await restoreTables(graphql, [item]);
  expect(restore.userErrors).toEqual([]);
  await endOfSession(graphql, restore.session!.id, 120_000);
  const { runRetention } = await graphql<{ runRetention: { session: { id: string } } }>(
    'mutation ($input: RunRetentionInput!) { runRetention(input: $input) { session { id } } }',
    { input: { accountId } },
  );
  await endOfSession(graphql, runRetention.session.id, 120_000);
}

/** The rows that a panel would draw; fails where it would say "No data". */
async function drawn({ expr, range }: Pick<PromQuery, 'expr' | 'range'>): Promise<Sample[]> {
  const asked = expr.replaceAll('$__rate_interval', '30s').replaceAll('$__range', '10m');
  expect(asked).not.toContain('$');
  const found = await (range === true ? prometheus.range(asked) : prometheus.instant(asked));
  if (!found.some(({ values }) => values.some((value) => !Number.isNaN(value)))) throw new Error(`no data: ${asked}`);
  return found;
}

/** The rows of an answer, as Infinity takes them out of it. */
async function rowsOf({ url, url_options: options, root_selector: selector }: InfinityQuery): Promise<unknown[]> {
  const now = Date.now();
  const answer = await fetch(new URL(url, platform.url), {
    method: options.method,
    headers: { 'content-type': options.body_content_type, authorization: `Bearer ${platform.token}` },
    body: JSON.stringify({
      query: options.body_graphql_query
        .replaceAll('${__from:date:iso}', new Date(now - 7 * 86_400_000).toISOString())
        .replaceAll('${__to:date:iso}', new Date(now).toISOString()),
      variables: JSON.parse(options.body_graphql_variables) as object,
    }),
  });
  const body = (await answer.json()) as { errors?: unknown };
  expect(body.errors).toBeUndefined();
  const rows = at(body, selector) as unknown[] | null | undefined;
  if (!Array.isArray(rows) || rows.length === 0) throw new Error(`no rows at ${selector}: ${JSON.stringify(body)}`);
  return rows;
}

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, name) => (inner as Record<string, unknown> | null)?.[name], value);

beforeAll(async () => {
  platform = await startEmbeddedPlatform({ speed: 240 });
  if (hasPrometheus) prometheus = await startPrometheus(platform.adminUrls);
  await work();
}, 400_000);
afterAll(async () => {
  if (hasPrometheus) await prometheus.stop();
  await platform.stop();
});

(hasPrometheus ? describe : describe.skip)('every panel that asks Prometheus (where it is installed)', () => {
  test.each(promQueries)(
    '$name has data',
    async ({ query }) => {
      await eventually(() => drawn(query), { timeoutMs: 60_000, everyMs: 500, what: query.expr });
    },
    90_000,
  );

  test('one that asks for what nobody tells would be found out', async () => {
    await expect(drawn({ expr: 'tablekeep_backup_sucess_total', range: true })).rejects.toThrow('no data');
    await expect(drawn({ expr: 'tablekeep_tables{protection="SAFE"}' })).rejects.toThrow('no data');
    await expect(drawn({ expr: 'sum(tablekeep_tables' })).rejects.toThrow('parse error');
  });

  test('what was done is in the numbers', async () => {
    const value = async (expr: string) => (await prometheus.instant(expr))[0]?.values[0];
    await eventually(
      async () => {
        expect(await value('max(tablekeep_backup_success_total{policy="Nightly"})')).toBe(2);
        expect(await value('max(tablekeep_copy_success_total{policy="Nightly"})')).toBe(4);
        expect(await value('max(tablekeep_restore_success_total)')).toBe(1);
        expect(await value('max(tablekeep_unprotected_tables)')).toBe(1);
        expect(await value('max(tablekeep_policy_expected_interval_seconds)')).toBe(86_400);
        expect(await value('sum(tablekeep_aws_calls_total{operation="backup:StartCopyJob",outcome="ok"})')).toBe(4);
        expect(await value('sum(up{job="tablekeep"})')).toBe(6);
      },
      { timeoutMs: 60_000, everyMs: 1_000 },
    );
  }, 90_000);
});

describe('every panel that asks the API', () => {
  test.each(apiQueries)('$name has rows, each with every column', async ({ query }) => {
    const rows = await rowsOf(query);
    for (const row of rows)
      for (const { selector } of query.columns)
        expect({ selector, value: at(row, selector) }).not.toEqual({ selector });
  });

  test('its data source is provisioned under that id, and the dashboards’ own is', () => {
    type Sources = { datasources: { uid: string; type: string }[] };
    const sources = readdirSync(join(folder, 'provisioning', 'datasources')).flatMap(
      (file) => (parse(readFileSync(join(folder, 'provisioning', 'datasources', file), 'utf8')) as Sources).datasources,
    );
    const known = sources.map(({ uid, type }) => ({ uid, type }));
    for (const { query } of queries) expect(known).toContainEqual(query.datasource);
    expect(apiQueries.length).toBeGreaterThan(4);
    expect(promQueries.length).toBeGreaterThan(40);
  });
});

test('what services tell is what the catalogue of metrics says, word for word, and nothing else', async () => {
  const told = new Map<string, Record<string, string>>();
  for (const url of platform.adminUrls) {
    const page = await (await fetch(`${url}/metrics`)).text();
    const heads = [...page.matchAll(/^# (HELP|TYPE) (tablekeep_\w+) (.*)$/gmu)];
    for (const [, head = '', name = '', text = ''] of heads) told.set(name, { ...told.get(name), [head]: text });
  }
  const wanted = Object.values(metricCatalogue).flatMap((metrics) => Object.entries(metrics));
  expect(Object.fromEntries(told)).toEqual(
    Object.fromEntries(wanted.map(([name, { help, type }]) => [name, { HELP: help, TYPE: type }])),
  );
});
