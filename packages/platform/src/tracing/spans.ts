import {
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorage } from 'node:async_hooks';

export type NewSpan = Readonly<{
  /** The service whose work it is. */
  service: string;
  /** Of few values: ids belong to the attributes. */
  name: string;
  kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  /** What whoever reads traces may see: never a secret, nor what a client has sent as a variable. */
  attributes?: Attributes;
  /** W3C `traceparent` of what it follows from; absent: whatever is being done. Null, or no such thing: nothing. */
  parent?: string | null | undefined;
  /** True: it begins no trace; without a parent there is no span. */
  neverFirst?: boolean;
}>;

/** A span under way. One that is never ended is never told of. */
export interface OpenSpan {
  /** W3C `traceparent` by which others continue the trace; null where nothing is traced. */
  readonly traceparent: string | null;
  /** Whatever is begun within has this span as its parent. */
  run<T>(work: () => T): T;
  rename(name: string): void;
  set(attributes: Attributes): void;
  /** Ends as failed, by an error or a code. Of an error only its kind is told: its text may quote what was sent. */
  fail(error: unknown): void;
  end(): void;
}

let tracerOf: ((service: string) => Tracer) | null = null;
/** What is being done: its context, and the span where it is one of this process. */
const active = new AsyncLocalStorage<Readonly<{ context: Context; span: OpenSpan | null }>>();

/** Where spans go from now on; null: nowhere. */
export function traceWith(tracers: ((service: string) => Tracer) | null): void {
  tracerOf = tracers;
}

export function openSpan(o: NewSpan): OpenSpan {
  if (tracerOf === null) return NO_SPAN;
  const parent = o.parent === undefined ? active.getStore()?.context : contextOf(o.parent);
  if (parent === undefined && o.neverFirst === true) return NO_SPAN;
  const options = { kind: KINDS[o.kind], ...(o.attributes && { attributes: o.attributes }) };
  return asOpen(tracerOf(o.service).startSpan(o.name, options, parent ?? ROOT_CONTEXT), parent ?? ROOT_CONTEXT);
}

/** Does the work within a span, which ends with it. */
export async function inSpan<T>(o: NewSpan, work: (span: OpenSpan) => Promise<T>): Promise<T> {
  const span = openSpan(o);
  try {
    const result = await span.run(() => work(span));
    span.end();
    return result;
  } catch (error) {
    span.fail(error);
    throw error;
  }
}

/** Goes on with a trace that was begun elsewhere, or earlier: what is begun within belongs to it. */
export function continueTrace<T>(traceparent: string | null | undefined, work: () => T): T {
  const context = tracerOf === null ? undefined : contextOf(traceparent);
  return context === undefined ? work() : active.run({ context, span: null }, work);
}

/** W3C `traceparent` of what is being done, to be kept or sent with it; null where nothing is traced. */
export function currentTraceparent(): string | null {
  const place = active.getStore();
  return place === undefined || tracerOf === null ? null : traceparentOf(trace.getSpanContext(place.context));
}

/** The span within which this is done; one that does nothing where there is none. */
export function currentSpan(): OpenSpan {
  return active.getStore()?.span ?? NO_SPAN;
}

const NO_SPAN: OpenSpan = {
  traceparent: null,
  run: (work) => work(),
  rename: () => undefined,
  set: () => undefined,
  fail: () => undefined,
  end: () => undefined,
};

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

function asOpen(span: Span, parent: Context): OpenSpan {
  const context = trace.setSpan(parent, span);
  const open: OpenSpan = {
    traceparent: traceparentOf(span.spanContext()),
    run: (work) => active.run({ context, span: open }, work),
    rename: (name) => void span.updateName(name),
    set: (attributes) => void span.setAttributes(attributes),
    fail: (error) => {
      span.setAttribute(
        'error.type',
        typeof error === 'string' ? error : error instanceof Error ? error.name : 'error',
      );
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
    end: () => span.end(),
  };
  return open;
}

/** W3C Trace Context level 1, version 00: all that ours send. */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/u;

function contextOf(traceparent: string | null | undefined): Context | undefined {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const spanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(spanContext) ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : undefined;
}

function traceparentOf(of: SpanContext | undefined): string | null {
  if (of === undefined || !isSpanContextValid(of)) return null;
  return `00-${of.traceId}-${of.spanId}-0${of.traceFlags & 1}`;
}
