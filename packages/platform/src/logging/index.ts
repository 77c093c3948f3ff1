import { AsyncLocalStorage } from 'node:async_hooks';
import { pino, stdSerializers, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { PinoPretty } from 'pino-pretty';
import { currentTraceparent } from '../tracing/index.ts';

export type Logger = PinoLogger;

/** What ties the lines, events and work items of one undertaking together. */
export type Correlation = Readonly<{ correlationId: string; requestId?: string; sessionId?: string; taskId?: string }>;

const correlation = new AsyncLocalStorage<Correlation>();

export function withCorrelation<T>(fields: Correlation, work: () => T): T {
  return correlation.run(fields, work);
}

export function currentCorrelation(): Correlation | undefined {
  return correlation.getStore();
}

const SECRETS = ['authorization', 'secret', 'password', 'token', 'credentials', 'secretAccessKey', 'sessionToken'];

/** The level told, where it is one; what is wrong with it is said when the settings are read, with everything else. */
export function logLevel(told: string | undefined): string {
  return told !== undefined && ['debug', 'info', 'warn', 'error'].includes(told) ? told : 'info';
}

/**
 * One event per line: static message, everything variable in fields, correlation added. Fields that hold secrets are
 * removed wherever they stand, up to two levels deep.
 */
export function createLogger(o: {
  service: string;
  level?: string;
  pretty?: boolean;
  destination?: DestinationStream;
}): Logger {
  const options = {
    base: { service: o.service },
    level: o.level ?? 'info',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: stdSerializers.err, error: stdSerializers.err },
    mixin: () => ({ ...correlation.getStore(), ...currentTrace() }),
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
  };
  if (o.destination) return pino(options, o.destination);
  return o.pretty === true ? pino(options, PinoPretty({ sync: true, ignore: 'pid,hostname' })) : pino(options);
}

/** The names by which log stores join lines to spans. */
function currentTrace(): Readonly<{ trace_id: string; span_id: string }> | undefined {
  const [, traceId, spanId] = currentTraceparent()?.split('-') ?? [];
  return traceId === undefined || spanId === undefined ? undefined : { trace_id: traceId, span_id: spanId };
}
