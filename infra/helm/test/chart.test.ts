import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseSettings, serviceEnvironment } from '@tablekeep/platform/process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { gatewayEnvironment } from '../../../gateway/src/environment.ts';
import { executorEnvironment } from '../../../services/executor/src/environment.ts';
import { notificationEnvironment } from '../../../services/notification/src/environment.ts';
import { policyEnvironment } from '../../../services/policy/src/environment.ts';
import { retentionEnvironment } from '../../../services/retention/src/environment.ts';
import { sessionEnvironment } from '../../../services/session/src/environment.ts';
import { prepareEnvironment } from '../../prepare/src/environment.ts';
import { findHelm } from '../get-helm.ts';
import {
  environmentOf,
  lint,
  mountedFiles,
  part,
  podOf,
  PRODUCTION,
  render,
  type Labels,
  type Resource,
  type Rule,
} from './rendered-chart.ts';

const found = findHelm();
if (found === null) {
  process.stderr.write('Helm is not here: the tests of the chart are skipped. infra/helm/get-helm.ts builds it.\n');
}
const helm = found ?? '';
const describeWithHelm = found === null ? describe.skip : describe;

const SERVICES = ['policy', 'session', 'executor', 'retention', 'notification', 'gateway'];
const MOUNT = '/run/secrets/tablekeep';
const own: Readonly<Record<string, z.ZodObject>> = {
  policy: policyEnvironment,
  session: sessionEnvironment,
  executor: executorEnvironment,
  retention: retentionEnvironment,
  notification: notificationEnvironment,
  gateway: gatewayEnvironment,
};
const schemas: Readonly<Record<string, z.ZodObject>> = {
  prepare: prepareEnvironment,
  ...Object.fromEntries(SERVICES.map((name) => [name, z.object({ ...serviceEnvironment.shape, ...own[name]?.shape })])),
};

const secrets = mkdtempSync(join(tmpdir(), 'tablekeep-chart-'));
afterAll(() => rmSync(secrets, { recursive: true, force: true }));

describeWithHelm.each([
  ['default', []],
  ['production', ['-f', PRODUCTION]],
])('the chart with %s values', (which, args) => {
  let resources: readonly Resource[] = [];
  const ofKind = (kind: string) => resources.filter((one) => one.kind === kind);
  const named = (kind: string, part: string) => {
    const one = ofKind(kind).find((resource) => resource.metadata.name === `tk-tablekeep-${part}`);
    if (!one) throw new Error(`there is no ${kind} of ${part}`);
    return one;
  };

  beforeAll(() => {
    const rendered = render(helm, args);
    if (!rendered.ok) throw new Error(rendered.error);
    resources = rendered.resources;
  });

  test('passes lint', () => {
    expect(lint(helm, args)).toMatchObject({ ok: true });
  });

  test('has a Deployment for each service, a job before them, and no two things of one name', () => {
    expect(ofKind('Deployment').map(part).sort()).toEqual([...SERVICES].sort());
    expect(ofKind('Job').map(part)).toEqual(['prepare']);
    const names = resources.map((one) => `${one.kind} ${one.metadata.name}`);
    expect(names).toEqual([...new Set(names)]);
  });

  test('the job, its account and its network policy come before install and upgrade, the job last', () => {
    const hooks = resources.filter((one) => one.metadata.annotations?.['helm.sh/hook'] !== undefined);
    const weight = (one: Resource) => Number(one.metadata.annotations?.['helm.sh/hook-weight']);
    expect(hooks.map((one) => one.metadata.annotations?.['helm.sh/hook'])).toEqual(
      hooks.map(() => 'pre-install,pre-upgrade'),
    );
    const [job, ...before] = hooks.sort((a, b) => weight(b) - weight(a));
    expect(job?.kind).toBe('Job');
    expect(before.map((one) => one.kind).sort()).toEqual(['NetworkPolicy', 'ServiceAccount']);
    for (const one of before) expect(weight(one)).toBeLessThan(weight(job!));
    expect(hooks.map(part)).toEqual(['prepare', 'prepare', 'prepare']);
  });

  test.each([...SERVICES, 'prepare'])('%s runs without privileges', (name) => {
    const { spec } = podOf(named(kindOf(name), name));
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      serviceAccountName: `tk-tablekeep-${name}`,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, fsGroup: 10_001, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(named('ServiceAccount', name).automountServiceAccountToken).toBe(false);
    expect(spec.containers).toHaveLength(1);
    expect(spec.containers[0]).toMatchObject({
      securityContext: {
        runAsNonRoot: true,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      },
      resources: {
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      },
    });
  });

  test.each(SERVICES)('%s is probed on the admin port, spread, and given time to drain', (name) => {
    const { spec, metadata } = podOf(named('Deployment', name));
    const [container] = spec.containers;
    expect(container).toMatchObject({
      startupProbe: { httpGet: { path: '/livez', port: 'admin' } },
      livenessProbe: { httpGet: { path: '/livez', port: 'admin' } },
      readinessProbe: { httpGet: { path: '/readyz', port: 'admin' } },
    });
    const { ADMIN_PORT, HTTP_PORT } = environmentOf(container!, resources);
    const ports = Object.fromEntries((container?.ports ?? []).map((port) => [port.name, String(port.containerPort)]));
    expect(ports).toMatchObject({ admin: ADMIN_PORT, http: HTTP_PORT });
    expect(spec.terminationGracePeriodSeconds).toBe(40);
    expect(spec.topologySpreadConstraints?.map((one) => one.topologyKey)).toEqual([
      'topology.kubernetes.io/zone',
      'kubernetes.io/hostname',
    ]);
    expect(metadata.annotations).toMatchObject({
      'checksum/config': expect.stringMatching(/^[0-9a-f]{64}$/u),
      'checksum/secrets': expect.stringMatching(/^[0-9a-f]{64}$/u),
    });
  });

  test.each([...SERVICES, 'prepare'])('%s is told everything it must be told, and nothing it does not know', (name) => {
    const { spec } = podOf(named(kindOf(name), name));
    const env = environmentOf(spec.containers[0]!, resources);
    for (const path of mountedFiles(spec)) writeFileSync(join(secrets, path), contentOf(path));
    const here = Object.fromEntries(
      Object.entries(env).map(([key, value]) => [key, value.replace(MOUNT, secrets)] as const),
    );
    const known = Object.keys(schemas[name]!.shape);
    const unknown = Object.keys(env).filter(
      (key) => !known.includes(key) && !known.includes(key.replace(/_FILE$/u, '')),
    );
    expect(unknown).toEqual([]);
    const parsed = parseSettings(schemas[name]!, here);
    const secure = {
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_TLS_CA_FILE: contentOf('kafka-ca.crt'),
      DATABASE_TLS: true,
      DATABASE_TLS_CA_FILE: contentOf('database-ca.crt'),
    };
    expect(parsed).toMatchObject(which === 'production' ? secure : { DATABASE_TLS: false, KAFKA_TLS: false });
    for (const path of mountedFiles(spec)) rmSync(join(secrets, path));
  });

  test.each([...SERVICES, 'prepare'])('%s gets the secrets it needs, as files for its group, and no others', (name) => {
    const { spec } = podOf(named(kindOf(name), name));
    const volume = spec.volumes.find((one) => one.name === 'secrets');
    expect(volume?.projected?.defaultMode).toBe(0o440);
    expect(spec.containers[0]?.volumeMounts).toContainEqual({ name: 'secrets', mountPath: MOUNT, readOnly: true });
    const paths = mountedFiles(spec);
    expect(paths.includes('keyring.json')).toBe(name === 'executor' || name === 'notification');
    expect(paths.includes('admin-token')).toBe(name === 'gateway' && which === 'production');
    // Each of the mounted files is one that a setting names.
    const told = Object.values(environmentOf(spec.containers[0]!, resources));
    expect(paths.map((path) => `${MOUNT}/${path}`).filter((path) => !told.includes(path))).toEqual([]);
  });

  test('no secret is in the chart: neither made, nor in a setting', () => {
    expect(ofKind('Secret')).toEqual([]);
    expect(JSON.stringify(resources)).not.toMatch(/mysql:|AKIA|tk_/u);
  });

  test.each(SERVICES)('%s has a disruption budget and a network policy', (name) => {
    const labels = podOf(named('Deployment', name)).metadata.labels;
    const budgets = ofKind('PodDisruptionBudget').filter((one) => selects(one.spec.selector?.matchLabels, labels));
    expect(budgets).toHaveLength(1);
    expect(budgets[0]?.spec).toMatchObject({ maxUnavailable: 1 });
    expect(policiesOf(labels)).toEqual(expect.arrayContaining(['deny', name]));
  });

  test('each Service finds exactly its pods, and each peer address is a Service', () => {
    for (const service of ofKind('Service')) {
      const pods = ofKind('Deployment').filter((one) => selects(service.spec.selector, podOf(one).metadata.labels));
      expect(pods.map(part)).toEqual([part(service)]);
    }
    const addresses = Object.entries(named('ConfigMap', 'policy').data ?? {})
      .filter(([key]) => SERVICES.some((name) => key === `${name.toUpperCase()}_URL`))
      .map(([, value]) => new URL(value));
    expect(addresses).toHaveLength(SERVICES.length);
    for (const address of addresses) {
      const service = ofKind('Service').find((one) => one.metadata.name === address.hostname);
      expect(service?.spec.ports?.map((port) => String(port.port))).toContain(address.port);
    }
  });

  test('the public Service leads to nothing but the public port', () => {
    const { spec } = named('Service', 'gateway');
    expect(spec.ports?.map((port) => port.name)).toEqual(['public']);
    expect(spec.type).toBe(which === 'production' ? 'LoadBalancer' : 'ClusterIP');
    const inner = ofKind('Service').filter((one) => one.metadata.name !== 'tk-tablekeep-gateway');
    expect(inner.map((one) => one.spec.type)).toEqual(inner.map(() => 'ClusterIP'));
  });

  test('everything is denied that no policy allows', () => {
    const { spec } = named('NetworkPolicy', 'deny');
    expect(spec).toEqual({ podSelector: expect.anything(), policyTypes: ['Ingress', 'Egress'] });
    for (const one of [...ofKind('Deployment'), ...ofKind('Job')]) {
      expect(policiesOf(podOf(one).metadata.labels)).toEqual(expect.arrayContaining(['deny', part(one)]));
    }
  });

  test.each(SERVICES)('who may talk to %s', (name) => {
    const ingress = named('NetworkPolicy', name).spec.ingress ?? [];
    expect(portsOf(ingress)).toEqual(name === 'gateway' ? [4000, 4001, 9464] : [4001, 9464]);
    for (const rule of ingress) {
      const port = rule.ports[0]?.port;
      if (port === 4000) expect(rule.from).toBeUndefined();
      if (port === 4001) {
        expect(rule.from).toHaveLength(1);
        expect(rule.from?.[0]?.podSelector?.matchExpressions?.[0]?.values).toEqual(SERVICES);
        expect(rule.from?.[0]?.namespaceSelector).toBeUndefined();
      }
      if (port === 9464) {
        const labels = { 'kubernetes.io/metadata.name': 'monitoring' };
        expect(rule.from).toEqual([{ namespaceSelector: { matchLabels: labels } }]);
      }
    }
  });

  test.each([...SERVICES, 'prepare'])('whom %s may talk to', (name) => {
    const egress = named('NetworkPolicy', name).spec.egress ?? [];
    const kafka = which === 'production' ? 9096 : 9092;
    const mail = which === 'production' ? [587] : [25, 465, 587];
    const expected = [
      53,
      3306,
      kafka,
      ...(name === 'prepare' ? [] : [4001]),
      ...(name === 'executor' || name === 'session' ? [443] : []),
      ...(name === 'notification' ? [443, ...mail] : []),
    ];
    expect(portsOf(egress)).toEqual(expected.sort((a, b) => a - b));
  });

  test('only executor and session carry a role, and only where one is given', () => {
    const withRole = ofKind('ServiceAccount').filter((one) => one.metadata.annotations?.['eks.amazonaws.com/role-arn']);
    expect(withRole.map(part).sort()).toEqual(which === 'production' ? ['executor', 'session'] : []);
  });

  test('metrics are scraped where it is asked for', () => {
    const monitors = ofKind('ServiceMonitor');
    expect(monitors).toHaveLength(which === 'production' ? 1 : 0);
    for (const monitor of monitors) {
      const scraped = ofKind('Service').filter((one) =>
        selects(monitor.spec.selector?.matchLabels, one.metadata.labels),
      );
      expect(scraped.map(part).sort()).toEqual([...SERVICES].sort());
      for (const one of scraped) expect(one.spec.ports?.map((port) => port.name)).toContain('admin');
    }
  });

  test('images are named by repository, part and tag', () => {
    const repository =
      which === 'production'
        ? '111122223333.dkr.ecr.eu-central-1.amazonaws.com/tablekeep'
        : 'registry.example.com/tablekeep';
    for (const one of [...ofKind('Deployment'), ...ofKind('Job')]) {
      expect(podOf(one).spec.containers[0]?.image).toBe(`${repository}/${part(one)}:0.1.0`);
    }
  });

  function policiesOf(labels: Labels): string[] {
    return ofKind('NetworkPolicy')
      .filter((one) => selects(one.spec.podSelector?.matchLabels, labels))
      .map(part);
  }
});

describeWithHelm('values', () => {
  test.each([
    ['an unknown key', ['--set', 'services.policy.replicaz=2'], /services\/policy.*replicaz/u],
    ['an unknown key at the top', ['--set', 'serviecs=2'], /serviecs/u],
    ['a word for a number', ['--set', 'services.policy.replicas=two'], /services\/policy\/replicas/u],
    [
      'a role for a service that does not talk to AWS',
      ['--set', 'services.policy.roleArn=arn:aws:iam::111122223333:role/x'],
      /services\/policy.*roleArn/u,
    ],
    ['what is not a role', ['--set', 'services.executor.roleArn=admin'], /services\/executor\/roleArn/u],
    ['a share of nothing', ['--set', 'services.executor.share=0'], /services\/executor\/share/u],
    ['a sign-in without a name', ['--set', 'kafka.sasl.mechanism=plain'], /kafka\/sasl\/username/u],
    ['no brokers', ['--set-json', 'kafka.brokers=[]'], /kafka\/brokers/u],
    ['an address that is none', ['--set', 'queue.url=tablekeep-work'], /queue\/url/u],
    ['a mistyped switch', ['--set-string', 'networkPolicy.enabled=no'], /networkPolicy\/enabled/u],
    ['a collector without a scheme', ['--set', 'tracing.endpoint=collector:4318'], /tracing\/endpoint/u],
    ['any page at all', ['--set', 'services.gateway.webOrigins={*}'], /gateway\/webOrigins/u],
    ['a user that is root', ['--set', 'podSecurity.runAsUser=0'], /podSecurity\/runAsUser/u],
  ])('%s is refused, and the key named', (_what, args, message) => {
    const rendered = render(helm, args);
    expect(rendered).toMatchObject({ ok: false, error: expect.stringMatching(message) });
  });

  test('all that is wrong is told at once', () => {
    const rendered = render(helm, ['--set', 'services.policy.replicas=two,logLevel=loud,queue.url=x']);
    for (const key of ['services/policy/replicas', 'logLevel', 'queue/url']) {
      expect(rendered).toMatchObject({ ok: false, error: expect.stringContaining(key) });
    }
  });

  test('an emulator is told to every service, and known by its speed', () => {
    const rendered = render(helm, ['--set', 'aws.emulatorUrl=http://emulator:4566,aws.emulatorSpeed=10']);
    if (!rendered.ok) throw new Error(rendered.error);
    const config = rendered.resources.filter((one) => one.kind === 'ConfigMap');
    expect(config).toHaveLength(SERVICES.length);
    for (const one of config) {
      expect(one.data).toMatchObject({ AWS_EMULATOR_URL: 'http://emulator:4566', EMULATOR_SPEED: '10' });
    }
  });

  test('every setting of a service can be given, and a file of prices lies where it is looked for', () => {
    const given = {
      'services.policy.pricesConfigMap.name': 'prices',
      'services.notification.publicUrl': 'https://tablekeep.example.com',
      'secrets.adminToken.name': 'token',
      'secrets.readOnlyToken.name': 'reader',
    };
    const origins = ['--set-json', 'services.gateway.webOrigins=["https://a.example.com","https://b.example.com"]'];
    const rendered = render(helm, [
      ...Object.entries(given).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
      ...origins,
    ]);
    if (!rendered.ok) throw new Error(rendered.error);
    const { resources } = rendered;
    const alike = ['ALERT_DEAD_LETTER_MINUTES', 'ALERT_UNTAKEN_MINUTES', 'DATABASE_POOL_SIZE', 'LOG_LEVEL'];
    for (const name of SERVICES) {
      const deployment = resources.find((one) => one.kind === 'Deployment' && part(one) === name)!;
      const [container] = podOf(deployment).spec.containers;
      const env = environmentOf(container!, resources);
      expect([name, Object.keys(env)]).toEqual([
        name,
        expect.arrayContaining([...Object.keys(own[name]!.shape), ...alike]),
      ]);
      if (name === 'gateway') expect(env['WEB_ORIGINS']).toBe('https://a.example.com,https://b.example.com');
      if (name !== 'policy') continue;
      expect(env['PRICES_FILE']).toBe('/etc/tablekeep/prices.json');
      expect(container?.volumeMounts).toContainEqual({ name: 'prices', mountPath: '/etc/tablekeep', readOnly: true });
      expect(podOf(deployment).spec.volumes).toContainEqual({
        name: 'prices',
        configMap: { name: 'prices', items: [{ key: 'prices.json', path: 'prices.json' }] },
      });
    }
  });

  test('a collector is told to every service and may be reached by each; pages are the gateway’s alone', () => {
    const values = {
      tracing: {
        endpoint: 'http://collector.monitoring:4318',
        headersSecret: { name: 'collector' },
        resourceAttributes: 'team=storage,cluster=eu-1',
      },
    };
    const origins = { gateway: { webOrigins: ['https://board.example.com', 'http://127.0.0.1:8080'] } };
    const args = [
      '--set-json',
      `tracing=${JSON.stringify(values.tracing)}`,
      '--set-json',
      `services=${JSON.stringify(origins)}`,
    ];
    const rendered = render(helm, args);
    if (!rendered.ok) throw new Error(rendered.error);
    for (const name of SERVICES) {
      const config = rendered.resources.find((one) => one.kind === 'ConfigMap' && part(one) === name);
      const settings = schemas[name]?.partial().parse(config?.data) as Record<string, unknown>;
      expect(settings).toMatchObject({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.monitoring:4318',
        OTEL_TRACES_SAMPLER: 'parentbased_always_on',
        OTEL_RESOURCE_ATTRIBUTES: { team: 'storage', cluster: 'eu-1' },
      });
      // The collector's key is a secret, mounted where the setting says.
      expect(config?.data).toMatchObject({ OTEL_EXPORTER_OTLP_HEADERS_FILE: `${MOUNT}/otlp-headers` });
      const deployment = rendered.resources.find((one) => one.kind === 'Deployment' && part(one) === name)!;
      expect(podOf(deployment).spec.volumes.flatMap(({ projected }) => projected?.sources ?? [])).toContainEqual({
        secret: { name: 'collector', items: [{ key: 'headers', path: 'otlp-headers' }] },
      });
      expect(settings['WEB_ORIGINS']).toEqual(name === 'gateway' ? origins.gateway.webOrigins : undefined);
      const policy = rendered.resources.find((one) => one.kind === 'NetworkPolicy' && part(one) === name);
      expect(portsOf(policy?.spec.egress ?? [])).toContain(4318);
    }
  });

  test('a changed setting replaces the pods it concerns; a changed revision of the secrets replaces all', () => {
    const checksums = (...args: string[]) => {
      const rendered = render(helm, args);
      if (!rendered.ok) throw new Error(rendered.error);
      const deployments = rendered.resources.filter((one) => one.kind === 'Deployment');
      return Object.fromEntries(deployments.map((one) => [part(one), JSON.stringify(podOf(one).metadata.annotations)]));
    };
    const before = checksums();
    const changed = (after: Record<string, string>) => SERVICES.filter((name) => after[name] !== before[name]);
    expect(changed(checksums('--set', 'services.session.resendSeconds=90'))).toEqual(['session']);
    expect(changed(checksums('--set', 'secrets.revision=next'))).toEqual(SERVICES);
  });

  test('large user ids stay whole numbers', () => {
    const rendered = render(helm, ['--set', 'podSecurity.runAsUser=1000680000,podSecurity.fsGroup=1000680000']);
    if (!rendered.ok) throw new Error(rendered.error);
    const deployment = rendered.resources.find((one) => one.kind === 'Deployment');
    expect(podOf(deployment!).spec.securityContext).toMatchObject({ runAsUser: 1_000_680_000, fsGroup: 1_000_680_000 });
  });
});

const kindOf = (name: string) => (name === 'prepare' ? 'Job' : 'Deployment');

function selects(selector: Labels | undefined, labels: Labels): boolean {
  return selector !== undefined && Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** What an operator would put there. */
function contentOf(path: string): string {
  if (path === 'internal-secret') return 'x'.repeat(40);
  return path === 'database-url' || SERVICES.includes(path) ? 'mysql://user:password@host:3306/schema' : 'anything';
}

function portsOf(rules: readonly Rule[]): number[] {
  const ports = rules.flatMap((rule) => rule.ports.map((one) => one.port));
  return [...new Set(ports)].sort((a, b) => a - b);
}
