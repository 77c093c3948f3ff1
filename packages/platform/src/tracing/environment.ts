import { z } from 'zod';
import { flag } from '../config/index.ts';

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const collector = z.url({ protocol: /^https?$/u });

/**
 * The names that OpenTelemetry gives them. Those that the exporter reads by itself are not here: OTEL_EXPORTER_OTLP_HEADERS,
 * _TIMEOUT, _COMPRESSION, _CERTIFICATE and their like; and OTEL_RESOURCE_ATTRIBUTES.
 */
export const tracingEnvironment = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector
    .optional()
    .describe(
      'Base address of an OpenTelemetry collector that traces are sent to (http://collector:4318); absent: no traces',
    ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector
    .optional()
    .describe('The whole address for traces, where it is not /v1/traces under the base address'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/json'], 'only http/json is spoken; collectors take it at the port of OTLP over HTTP, 4318 by default')
    .default('http/json')
    .describe('How traces are sent; there is no other way'),
  OTEL_SERVICE_NAME: z
    .string()
    .max(255)
    .optional()
    .describe('Name of the service in traces; absent: tablekeep- and the service'),
  OTEL_TRACES_SAMPLER: z
    .enum(samplers)
    .default('parentbased_always_on')
    .describe(`Which traces are recorded: ${samplers.join(', ')}`),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('With a sampler by ratio: the share of traces, 0 to 1'),
  OTEL_BSP_SCHEDULE_DELAY: z.coerce
    .number()
    .int()
    .min(1)
    .max(600_000)
    .default(5_000)
    .describe('Milliseconds that spans may wait before they are sent'),
  OTEL_BSP_MAX_QUEUE_SIZE: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(2_048)
    .describe('Spans that may wait in one process; more are dropped'),
  OTEL_SDK_DISABLED: flag.default(false).describe('true: no traces, whatever the other settings say'),
});

export type TracingConfig = Readonly<{
  /** Where OTLP/HTTP requests with traces are posted. */
  url: string;
  serviceName: string | undefined;
  sampler: (typeof samplers)[number];
  ratio: number;
  delayMs: number;
  queueSize: number;
}>;

/** Null where no traces are wanted. */
export function tracingConfig(e: z.output<typeof tracingEnvironment>): TracingConfig | null {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: whole } = e;
  const url = whole ?? (base === undefined ? undefined : `${base.replace(/\/$/u, '')}/v1/traces`);
  if (url === undefined || e.OTEL_SDK_DISABLED) return null;
  return {
    url,
    serviceName: e.OTEL_SERVICE_NAME,
    sampler: e.OTEL_TRACES_SAMPLER,
    ratio: e.OTEL_TRACES_SAMPLER_ARG,
    delayMs: e.OTEL_BSP_SCHEDULE_DELAY,
    queueSize: e.OTEL_BSP_MAX_QUEUE_SIZE,
  };
}
