import { eventually } from '@tablekeep/testkit';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasPrometheus =
  spawnSync('prometheus', ['--version']).status === 0 && spawnSync('promtool', ['--version']).status === 0;
if (!hasPrometheus && process.env['CI'] === 'true') {
  throw new Error('in CI the tests need Prometheus and promtool: apt-get install prometheus');
}

export type Sample = Readonly<{ metric: Readonly<Record<string, string>>; values: readonly number[] }>;

/** A Prometheus that looks at these admin ports every second, and is asked over its own HTTP API. */
export async function startPrometheus(adminUrls: readonly string[]): Promise<{
  /** As it stands now. */
  instant(expr: string): Promise<Sample[]>;
  /** Since it was started. */
  range(expr: string): Promise<Sample[]>;
  stop(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'tablekeep-prometheus-'));
  const targets = adminUrls.map((url) => new URL(url).host);
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [{ job_name: 'tablekeep', static_configs: [{ targets }] }],
  };
  const file = join(folder, 'prometheus.yml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const server = spawn(
    'prometheus',
    [`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=${address}`],
    { stdio: 'ignore' },
  );
  const begun = Date.now() / 1_000;
  await eventually(async () => {
    if (!(await fetch(`http://${address}/-/ready`)).ok) throw new Error('Prometheus is not ready');
  });

  type Result = { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] };
  async function ask(path: string, parameters: Record<string, string>): Promise<Sample[]> {
    const answer = await fetch(`http://${address}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
    const { data, error } = (await answer.json()) as { data?: { result: Result[] }; error?: string };
    if (!data) throw new Error(`${parameters['query']}: ${error}`);
    return data.result.map(({ metric, value, values }) => ({
      metric,
      values: (values ?? (value ? [value] : [])).map(([, told]) => Number(told)),
    }));
  }
  return {
    instant: (query) => ask('query', { query }),
    range: (query) => ask('query_range', { query, start: String(begun), end: String(Date.now() / 1_000), step: '1s' }),
    stop: async () => {
      server.kill('SIGTERM');
      if (server.exitCode === null) await once(server, 'exit');
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
