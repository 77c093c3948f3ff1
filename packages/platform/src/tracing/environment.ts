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

const PAIRS = 'it reads name=value,name=value, with what is not plain in a value percent-encoded';

/** As OpenTelemetry writes headers and attributes. The problem never holds the text: it may be a collector's key. */
const pairs = z.string().transform((text, context): Readonly<Record<string, string>> => {
  const parts = text.split(',').map((part) => part.trim());
  try {
    return Object.fromEntries(
      parts.map((part) => {
        const [, name, value] = /^([^=\s]+)\s*=\s*(.*)$/su.exec(part) ?? [];
        if (name === undefined || value === undefined) throw new SyntaxError(PAIRS);
        return [name, decodeURIComponent(value)];
      }),
    );
  } catch {
    context.addIssue({ code: 'custom', message: PAIRS });
    return z.NEVER;
  }
});

/**
 * The names that OpenTelemetry gives them. Those that the exporter reads by itself are not here: OTEL_EXPORTER_OTLP_TIMEOUT,
 * _COMPRESSION, _CERTIFICATE and their like.
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
  OTEL_EXPORTER_OTLP_HEADERS: pairs
    .optional()
    .describe('Headers that the collector asks for, as its key: name=value,name=value'),
  OTEL_RESOURCE_ATTRIBUTES: pairs
    .optional()
    .describe('What else traces say of where they come from: name=value,name=value'),
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
  headers: Readonly<Record<string, string>>;
  attributes: Readonly<Record<string, string>>;
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
    headers: e.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    attributes: e.OTEL_RESOURCE_ATTRIBUTES ?? {},
    serviceName: e.OTEL_SERVICE_NAME,
    sampler: e.OTEL_TRACES_SAMPLER,
    ratio: e.OTEL_TRACES_SAMPLER_ARG,
    delayMs: e.OTEL_BSP_SCHEDULE_DELAY,
    queueSize: e.OTEL_BSP_MAX_QUEUE_SIZE,
  };
}
