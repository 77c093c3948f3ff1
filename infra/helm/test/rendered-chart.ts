import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const folder = join(import.meta.dirname, '..');
const chart = join(folder, 'tablekeep');
export const PRODUCTION = join(folder, 'production-values.yaml');
/** A Helm built from source names no version of Kubernetes of its own. */
const KUBERNETES = ['--kube-version', '1.34.0'];

export type Labels = Readonly<Record<string, string>>;
export type Peer = Readonly<{
  podSelector?: Readonly<{ matchLabels?: Labels; matchExpressions?: readonly { key: string; values: string[] }[] }>;
  namespaceSelector?: Readonly<{ matchLabels?: Labels }>;
  ipBlock?: Readonly<{ cidr: string }>;
}>;
export type Rule = Readonly<{
  ports: readonly { port: number; protocol: string }[];
  from?: readonly Peer[];
  to?: readonly Peer[];
}>;
export type Container = Readonly<{
  name: string;
  image: string;
  env?: readonly { name: string; value: string }[];
  envFrom?: readonly { configMapRef: { name: string } }[];
  ports?: readonly { name: string; containerPort: number }[];
  securityContext?: unknown;
  resources?: { requests?: Labels; limits?: Labels };
  livenessProbe?: unknown;
  readinessProbe?: unknown;
  startupProbe?: unknown;
  volumeMounts?: readonly { name: string; mountPath: string; readOnly?: boolean }[];
}>;
type SecretSource = { secret: { name: string; items: { key: string; path: string }[] } };
export type PodSpec = Readonly<{
  serviceAccountName: string;
  automountServiceAccountToken: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext: unknown;
  topologySpreadConstraints?: readonly { topologyKey: string }[];
  containers: readonly Container[];
  volumes: readonly { name: string; projected?: { defaultMode: number; sources: SecretSource[] } }[];
}>;
export type PodTemplate = Readonly<{ metadata: { labels: Labels; annotations?: Labels }; spec: PodSpec }>;
/** The parts of the Kubernetes objects that the tests look at. */
export type Resource = Readonly<{
  kind: string;
  metadata: { name: string; labels: Labels; annotations?: Labels };
  automountServiceAccountToken?: boolean;
  data?: Labels;
  spec: Readonly<{
    replicas?: number;
    type?: string;
    selector?: Labels & { matchLabels?: Labels };
    podSelector?: { matchLabels: Labels };
    policyTypes?: string[];
    ingress?: Rule[];
    egress?: Rule[];
    ports?: { name: string; port: number }[];
    template: PodTemplate;
  }>;
}>;

export type Rendered = Readonly<{ ok: true; resources: readonly Resource[] } | { ok: false; error: string }>;

export function lint(helm: string, args: readonly string[]): { ok: boolean; output: string } {
  const { status, stdout, stderr } = run(helm, ['lint', '--strict', ...KUBERNETES, ...args, chart]);
  return { ok: status === 0, output: stdout + stderr };
}

export function render(helm: string, args: readonly string[] = []): Rendered {
  const { status, stdout, stderr } = run(helm, ['template', 'tk', chart, '-n', 'backup', ...KUBERNETES, ...args]);
  if (status !== 0) return { ok: false, error: stderr };
  // Kubernetes reads YAML 1.1, where 0440 is octal.
  const documents = parseAllDocuments(stdout, { version: '1.1' });
  if (!Array.isArray(documents)) return { ok: true, resources: [] };
  const problems = documents.flatMap((document) => document.errors);
  if (problems[0]) throw problems[0];
  return {
    ok: true,
    resources: documents.map((document) => document.toJS() as Resource | null).filter((one) => one !== null),
  };
}

function run(helm: string, args: readonly string[]) {
  return spawnSync(helm, args, { encoding: 'utf8', maxBuffer: 32 * 1024 * 1024 });
}

export function part(resource: Resource): string {
  return resource.metadata.labels['app.kubernetes.io/component'] ?? '';
}

export function podOf(resource: Resource): PodTemplate {
  return resource.spec.template;
}

export function environmentOf(container: Container, resources: readonly Resource[]): Record<string, string> {
  const maps = (container.envFrom ?? []).map(({ configMapRef }) =>
    resources.find((one) => one.kind === 'ConfigMap' && one.metadata.name === configMapRef.name),
  );
  const own = (container.env ?? []).map(({ name, value }) => [name, value] as const);
  return { ...Object.assign({}, ...maps.map((one) => one?.data)), ...Object.fromEntries(own) } as Record<
    string,
    string
  >;
}

export function mountedFiles(spec: PodTemplate['spec']): string[] {
  const sources = spec.volumes.flatMap((volume) => volume.projected?.sources ?? []);
  return sources.flatMap((source) => source.secret.items.map((item) => item.path));
}
