import { describe, expect, test } from '@jest/globals';
import { openSharedKeyring } from '@tablekeep/platform/keyring';
import { parseSettings, serviceEnvironment } from '@tablekeep/platform/process';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { gatewayEnvironment } from '../../../gateway/src/environment.ts';
import { executorEnvironment } from '../../../services/executor/src/environment.ts';
import { notificationEnvironment } from '../../../services/notification/src/environment.ts';
import { policyEnvironment } from '../../../services/policy/src/environment.ts';
import { retentionEnvironment } from '../../../services/retention/src/environment.ts';
import { sessionEnvironment } from '../../../services/session/src/environment.ts';
import { metricCatalogue } from '../../../tools/metric-catalogue.ts';
import { prepareEnvironment } from '../../prepare/src/environment.ts';
import { makeSecrets } from '../make-secrets.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

type Condition = 'service_healthy' | 'service_completed_successfully';
type Service = {
  image: string;
  build?: { dockerfile: string; args: { WORKSPACE: string } };
  environment?: Record<string, string | number>;
  depends_on?: Record<string, { condition: Condition }>;
  healthcheck?: { test?: unknown; disable?: boolean };
  secrets?: string[];
  ports?: string[];
  volumes?: string[];
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
};
type Compose = { services: Record<string, Service>; secrets: Record<string, { file: string }>; volumes: object };

const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose;
const all = Object.entries(compose.services);
const ours = all.filter(([, service]) => service.build !== undefined);

/** As compose fills in variables: `${NAME-default}`, `${NAME:-default}` and `${NAME:+instead}`, with `given`. */
function filledIn(text: string, given: Readonly<Record<string, string>> = {}): string {
  return text.replace(
    /\$\{(\w+)(:?)([-+])([^}]*)\}/gu,
    (_all, name: string, colon: string, how: string, otherwise: string) => {
      const value = given[name];
      if (how === '+') return value === undefined || (colon === ':' && value === '') ? '' : otherwise;
      return value === undefined || (colon === ':' && value === '') ? otherwise : value;
    },
  );
}

test('whoever waits for another waits for one that exists and can be known to be ready', () => {
  for (const [name, { depends_on: wanted = {} }] of all) {
    for (const [other, { condition }] of Object.entries(wanted)) {
      const service = compose.services[other];
      expect([name, other, service !== undefined]).toEqual([name, other, true]);
      // Ours have the image's own health check unless they switch it off.
      const healthy = service?.healthcheck ? service.healthcheck.disable !== true : service?.build !== undefined;
      if (condition === 'service_healthy') expect([name, other, healthy]).toEqual([name, other, true]);
    }
  }
});

test('"--wait" knows of every service when it is ready, or that it ends', () => {
  for (const [name, service] of all) {
    const known = service.build !== undefined || service.healthcheck?.test !== undefined;
    expect([name, known]).toEqual([name, true]);
  }
});

test('ours are small and powerless: not root, read-only, no capabilities', () => {
  for (const [name, service] of ours) {
    expect([name, service.read_only, service.cap_drop]).toEqual([name, true, ['ALL']]);
    expect([name, filledIn(service.user ?? '')]).toEqual([name, expect.stringMatching(/^(?:node|1000:1000)$/u)]);
  }
});

test('nothing listens beyond this machine, every image has a version, every secret and volume is declared', () => {
  for (const [name, service] of all) {
    for (const port of service.ports ?? [])
      expect([name, port]).toEqual([name, expect.stringMatching(/^127\.0\.0\.1:/u)]);
    expect([name, service.image]).toEqual([name, expect.stringMatching(/:[v\d][\w.-]*$/u)]);
    for (const secret of service.secrets ?? []) expect(Object.keys(compose.secrets)).toContain(secret);
    for (const volume of service.volumes ?? []) {
      const [source = ''] = filledIn(volume).split(':');
      if (!/^\.?\//u.test(source)) expect(Object.keys(compose.volumes)).toContain(source);
    }
  }
});

/** Read by the AWS SDK, not by us. */
const OF_THE_SDK = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

const schemas: Record<string, z.ZodObject> = {
  'services/policy': z.object({ ...serviceEnvironment.shape, ...policyEnvironment.shape }),
  'services/retention': z.object({ ...serviceEnvironment.shape, ...retentionEnvironment.shape }),
  'services/session': z.object({ ...serviceEnvironment.shape, ...sessionEnvironment.shape }),
  'services/executor': z.object({ ...serviceEnvironment.shape, ...executorEnvironment.shape }),
  'services/notification': z.object({ ...serviceEnvironment.shape, ...notificationEnvironment.shape }),
  gateway: z.object({ ...serviceEnvironment.shape, ...gatewayEnvironment.shape }),
  'infra/prepare': prepareEnvironment,
};

describe('what our services are told is what they understand', () => {
  const told = ours.filter(([, service]) => service.build?.args.WORKSPACE !== 'infra/aws-emulator');

  test.each(told)('%s', async (name, service) => {
    const folder = await mkdtemp(join(tmpdir(), 'tablekeep-secrets-'));
    try {
      await makeSecrets(folder);
      const workspace = service.build?.args.WORKSPACE ?? '';
      const schema = schemas[workspace] ?? serviceEnvironment;
      const withFiles = (given: Record<string, string>) =>
        Object.fromEntries(
          Object.entries(service.environment ?? {})
            .filter(([variable]) => !OF_THE_SDK.includes(variable))
            .map(([variable, value]) => [
              variable,
              filledIn(String(value), given).replace(/^\/run\/secrets\//u, `${folder}/`),
            ]),
        );
      const known = Object.keys(schema.shape);
      for (const variable of Object.keys(withFiles({}))) {
        expect([name, variable, known.includes(variable) || known.includes(variable.replace(/_FILE$/u, ''))]).toEqual([
          name,
          variable,
          true,
        ]);
      }
      // Every file it reads is one of its own secrets.
      for (const value of Object.values(service.environment ?? {})) {
        const secret = /^\/run\/secrets\/(.+)$/u.exec(String(value))?.[1];
        if (secret !== undefined && secret !== 'keyring.json') expect(service.secrets).toContain(secret);
      }
      const emulated = parseSettings(schema, withFiles({}));
      const real = parseSettings(schema, withFiles({ AWS_EMULATOR_URL: '', SQS_ENDPOINT: '' }));
      if ('AWS_EMULATOR_URL' in schema.shape) {
        expect(emulated).toHaveProperty('AWS_EMULATOR_URL', 'http://aws:4599');
        expect(real).not.toHaveProperty('AWS_EMULATOR_URL');
      }
      expect(real).not.toHaveProperty('SQS_ENDPOINT');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  /** Of the inside of a container, or of what only real servers have: an installation that needs these has the chart. */
  const FIXED =
    /^(?:HTTP_|ADMIN_|READ_ONLY_|PUBLIC_(?:HOST|PORT)|INTERNAL_SECRET|KEYRING_FILE|SQS_QUEUE_NAME|KAFKA_(?:BROKERS|TLS|SASL|REPLICATION)|DATABASE_(?:URL|TLS)|\w+_DATABASE_URL|(?:POLICY|SESSION|EXECUTOR|RETENTION|NOTIFICATION|GATEWAY)_URL)/u;

  test.each(told)('%s can be given every setting that it has', (_name, service) => {
    const schema = schemas[service.build?.args.WORKSPACE ?? ''] ?? serviceEnvironment;
    const settable = Object.entries(service.environment ?? {})
      .filter(([variable, value]) => String(value).startsWith(`\${${variable}`))
      .map(([variable]) => variable);
    expect(Object.keys(schema.shape).filter((name) => !FIXED.test(name) && !settable.includes(name))).toEqual([]);
  });

  test('a file of prices of this machine is read where it is mounted', () => {
    const { environment = {}, volumes = [] } = compose.services['policy-1']!;
    const given = { PRICES_FILE: '/srv/prices.json' };
    const [mount = ''] = volumes;
    expect(filledIn(mount, given)).toBe(`/srv/prices.json:${filledIn(String(environment['PRICES_FILE']), given)}:ro`);
    expect(filledIn(String(environment['PRICES_FILE']))).toBe('');
  });

  test('only those that need the keyring get it', () => {
    const with_ = ours.filter(([, service]) => service.secrets?.includes('keyring.json')).map(([name]) => name);
    expect(with_.sort()).toEqual(['executor-1', 'executor-2', 'notification']);
  });
});

test('secrets are made once, for their owner only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tablekeep-secrets-'));
  try {
    await makeSecrets(folder);
    const first = await Promise.all(
      (await readdir(folder)).map(async (name) => [name, readFileSync(join(folder, name), 'utf8')]),
    );
    for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
    await makeSecrets(folder);
    expect(
      await Promise.all((await readdir(folder)).map(async (name) => [name, readFileSync(join(folder, name), 'utf8')])),
    ).toEqual(first);
    expect((await readdir(folder)).sort()).toEqual(Object.keys(compose.secrets).sort());
    await openSharedKeyring(join(folder, 'keyring.json'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

describe('monitoring', () => {
  /** Of Node's client and of Prometheus itself; all others are Tablekeep's own, and known by their definitions. */
  const FOREIGN = ['up', 'nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes'];
  const own = new Set(Object.values(metricCatalogue).flatMap((metrics) => Object.keys(metrics)));
  const metricsIn = (expression: string) =>
    [...expression.matchAll(/\b(?:tablekeep|nodejs|process)_\w+|\bup\b/gu)].map(([name]) =>
      name.replace(/_(?:bucket|sum|count)$/u, ''),
    );

  test('Prometheus looks at every replica of ours, at the admin port', () => {
    type Scrape = { scrape_configs: { static_configs: { targets: string[] }[] }[] };
    const { scrape_configs: jobs } = parse(read('infra/prometheus/prometheus.yml')) as Scrape;
    const targets = jobs.flatMap((job) => job.static_configs.flatMap((one) => one.targets));
    const services = ours.map(([name]) => name).filter((name) => name !== 'aws' && name !== 'prepare');
    expect(targets.sort()).toEqual(services.map((name) => `${name}:9464`).sort());
  });

  type Alerts = { groups: { rules: { alert: string; expr: string }[] }[] };
  const rules = (parse(read('infra/prometheus/alerts.yml')) as Alerts).groups.flatMap((group) => group.rules);

  test('alerts ask for metrics that exist, and every alert has its place in the runbook', () => {
    const runbook = read('docs/operate.md');
    for (const { alert, expr } of rules) {
      const named = metricsIn(expr);
      expect(named.length).toBeGreaterThan(0);
      for (const metric of named) expect([...own, ...FOREIGN]).toContain(metric);
      expect(runbook).toContain(`\`${alert}\``);
    }
  });

  type Case = { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] };
  test('every alert is seen to fire in the rules’ own tests', () => {
    const { tests } = parse(read('infra/prometheus/alerts.test.yml')) as { tests: Case[] };
    const cases = tests.flatMap((one) => one.alert_rule_test);
    const fires = cases.filter((one) => one.exp_alerts.length > 0).map((one) => one.alertname);
    expect([...new Set(fires)].sort()).toEqual(rules.map(({ alert }) => alert).sort());
  });

  const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
  if (!hasPromtool && process.env['CI'] === 'true') {
    throw new Error('in CI the tests need promtool: apt-get install prometheus');
  }
  (hasPromtool ? test : test.skip)(
    'promtool finds the rules right, and their tests pass (where it is installed)',
    () => {
      const promtool = (...args: string[]) => {
        const { status, stdout, stderr } = spawnSync('promtool', args, {
          cwd: join(root, 'infra/prometheus'),
          encoding: 'utf8',
        });
        return { status, said: `${stdout}${stderr}` };
      };
      expect(promtool('check', 'rules', 'alerts.yml')).toMatchObject({ status: 0 });
      expect(promtool('check', 'config', 'prometheus.yml')).toMatchObject({ status: 0 });
      expect(promtool('test', 'rules', 'alerts.test.yml')).toMatchObject({ status: 0 });
    },
    120_000,
  );
});
