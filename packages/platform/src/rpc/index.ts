import { internalCalls, type InternalCall, type InternalInput, type InternalOutput } from '@tablekeep/schema/internal';
import type { ServiceName } from '@tablekeep/schema/events';
import { newId } from '../ids/index.ts';
import type { InternalIdentity, Viewer } from '../identity/index.ts';
import { currentCorrelation } from '../logging/index.ts';
import { openSpan } from '../tracing/index.ts';

export type Answer<T> = { state: 'known'; value: T } | { state: 'unknown'; because: string };

export type InternalHandlers = {
  [C in InternalCall]?: (input: InternalInput<C>, viewer: Viewer) => Promise<InternalOutput<C>>;
};

const TIMEOUT_MS = 3_000;
/** Most internal calls change nothing, so one that found nobody may be made again: the peer's replicas take turns. */
const TRIES = 2;

/**
 * Asks another service, signed as this one. Whatever goes wrong on the way is "could not tell", a value: the caller
 * decides what that means and never takes it for a no.
 */
export async function callInternal<C extends InternalCall>(o: {
  peer: () => string;
  identity: InternalIdentity;
  service: ServiceName;
  call: C;
  input: InternalInput<C>;
  timeoutMs?: number;
  /** 1 for a call that does something: what was lost on the way may have been done. */
  tries?: number;
  /** Ends the wait for an answer that nobody needs any more. */
  signal?: AbortSignal;
}): Promise<Answer<InternalOutput<C>>> {
  const route = `/internal/${o.call}`;
  const span = openSpan({
    service: o.service,
    name: `POST ${route}`,
    kind: 'client',
    attributes: { 'http.request.method': 'POST', 'url.template': route },
    // Calls of loops that wait for news would each be a trace of their own.
    neverFirst: true,
  });
  try {
    const requestId = currentCorrelation()?.requestId ?? newId();
    const token = await o.identity.sign({ kind: 'service', id: o.service, name: o.service, role: 'ADMIN', requestId });
    const deadline = AbortSignal.timeout(o.timeoutMs ?? TIMEOUT_MS);
    const signal = o.signal ? AbortSignal.any([o.signal, deadline]) : deadline;
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'x-request-id': requestId,
      ...(span.traceparent !== null && { traceparent: span.traceparent }),
    };
    const ask = () => fetch(`${o.peer()}${route}`, { method: 'POST', headers, body: JSON.stringify(o.input), signal });
    const response = await reached(ask, signal, o.tries ?? TRIES);
    span.set({ 'http.response.status_code': response.status });
    if (!response.ok) {
      span.fail(String(response.status));
      return { state: 'unknown', because: `${o.call} answered ${response.status}` };
    }
    const value = internalCalls[o.call].output.parse(await response.json()) as InternalOutput<C>;
    span.end();
    return { state: 'known', value };
  } catch (error) {
    span.fail(error);
    return { state: 'unknown', because: `${o.call}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** A fetch that rejects has met no HTTP server, or lost it. */
async function reached(ask: () => Promise<Response>, signal: AbortSignal, tries: number): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt >= tries || signal.aborted) throw error;
    }
  }
}
