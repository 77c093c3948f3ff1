import fastify from 'fastify';
import { collectDefaultMetrics, Registry, type Metric } from 'prom-client';
import { CHECK_MS, within } from './within.ts';

export { CHECK_MS, within } from './within.ts';

type Check = () => Promise<unknown>;
const CACHE_MS = 1_000;

let ofProcess: Registry | undefined;

/** Node's own: they watch the process, and for as long as it lives. Watched once, and told by each service it holds under its name. */
function metricsOfProcess(): Metric[] {
  if (!ofProcess) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess.getMetricsAsArray() as unknown as Metric[];
}

/**
 * The admin port of a service, never public: `/livez` (the event loop turns), `/readyz` (everything it cannot work
 * without, cached for a second), `/metrics` (Prometheus text format).
 */
export async function startAdmin(o: {
  service: string;
  checks: Readonly<Record<string, Check>>;
  registry?: Registry;
  http: Readonly<{ host: string; port: number }>;
}): Promise<{ url: string; registry: Registry; stop(): Promise<void> }> {
  const registry = o.registry ?? new Registry();
  registry.setDefaultLabels({ service: o.service });
  for (const metric of metricsOfProcess()) registry.registerMetric(metric);
  let last: { at: number; failing: string[] } | undefined;

  async function failing(): Promise<string[]> {
    if (last && performance.now() - last.at < CACHE_MS) return last.failing;
    const results = await Promise.all(
      Object.entries(o.checks).map(async ([name, check]) => {
        try {
          await within(CHECK_MS, check());
          return [];
        } catch (error) {
          return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
        }
      }),
    );
    last = { at: performance.now(), failing: results.flat() };
    return last.failing;
  }

  const app = fastify();
  app.get('/livez', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const bad = await failing();
    return bad.length === 0 ? { status: 'ok' } : reply.code(503).send({ status: 'unavailable', failing: bad });
  });
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  const url = await app.listen(o.http);
  return { url, registry, stop: () => app.close() };
}
