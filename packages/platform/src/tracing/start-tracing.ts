import { diag, DiagLogLevel, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import type { Environment } from '@tablekeep/schema/events';
import type { Logger } from 'pino';
import { newId } from '../ids/index.ts';
import type { TracingConfig } from './environment.ts';
import { traceWith } from './spans.ts';

/**
 * From now on this process tells its spans to the collector, each service's under its own name. Until then, and where it is
 * never called, spans cost nothing. A collector that is away costs the spans, nothing else. Nothing is registered with
 * OpenTelemetry's globals: the libraries that look there (Apollo's gateway) would add spans of their own.
 */
export function startTracing(
  config: TracingConfig,
  environment: Environment,
  log: Logger,
): Readonly<{ stop(): Promise<void> }> {
  const warn = (message: string) => log.warn({ because: message }, 'traces: the exporter complains');
  const silent = () => undefined;
  diag.setLogger(
    { error: warn, warn, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url: config.url, headers: { ...config.headers } }),
    scheduledDelayMillis: config.delayMs,
    maxQueueSize: config.queueSize,
    maxExportBatchSize: Math.min(512, config.queueSize),
  });
  const sampler = samplerOf(config);
  const instance = newId();
  const tracers = new Map<string, Tracer>();
  traceWith((service) => {
    const known = tracers.get(service);
    if (known) return known;
    const resource = resourceFromAttributes({
      'service.namespace': 'tablekeep',
      'service.instance.id': instance,
      'tablekeep.environment': environment,
    })
      .merge(resourceFromAttributes({ ...config.attributes }))
      .merge(resourceFromAttributes({ 'service.name': config.serviceName ?? `tablekeep-${service}` }));
    const provider = new TracerProvider({ resource, sampler, spanProcessors: [processor] });
    const tracer = provider.getTracer(`tablekeep.${service}`);
    tracers.set(service, tracer);
    return tracer;
  });
  log.info({ collector: new URL(config.url).origin, sampler: config.sampler }, 'traces are sent');
  return {
    stop: async () => {
      traceWith(null);
      await processor.shutdown();
      diag.disable();
    },
  };
}

function samplerOf({ sampler, ratio }: TracingConfig): Sampler {
  const root = sampler.endsWith('always_on')
    ? new AlwaysOnSampler()
    : sampler.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(ratio);
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}
