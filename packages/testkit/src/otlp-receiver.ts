import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as a collector has received it. `kind`: as OpenTelemetry names it; `attributes`: strings and numbers. */
export type ReceivedSpan = Readonly<{
  traceId: string;
  spanId: string;
  /** Empty for the first of a trace. */
  parentSpanId: string;
  name: string;
  kind: string;
  /** `service.name` of its resource. */
  service: string;
  attributes: Readonly<Record<string, string | number>>;
  resource: Readonly<Record<string, string | number>>;
  failed: boolean;
}>;

export type OtlpReceiver = Readonly<{
  /** Base address, as OTEL_EXPORTER_OTLP_ENDPOINT takes it. */
  url: string;
  /** What has come so far. */
  spans(): readonly ReceivedSpan[];
  /** Of each request. */
  headers(): readonly IncomingHttpHeaders[];
  /** Raw bodies, for what must not be in them. */
  bodies(): readonly string[];
  stop(): Promise<void>;
}>;

type Attribute = { key: string; value: { stringValue?: string; intValue?: number | string; doubleValue?: number } };
type Request = {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: {
      spans: {
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        name: string;
        kind: number;
        attributes: Attribute[];
        status?: { code?: number };
      }[];
    }[];
  }[];
};

/** SpanKind of OTLP. */
const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const FAILED = 2;

/** An OpenTelemetry collector's door: OTLP over HTTP, JSON encoding, traces only. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const bodies: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const spans: ReceivedSpan[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const isOtlp =
        request.url === '/v1/traces' &&
        request.method === 'POST' &&
        request.headers['content-type'] === 'application/json';
      if (!isOtlp) return void response.writeHead(404).end();
      bodies.push(body);
      headers.push(request.headers);
      spans.push(...spansOf(JSON.parse(body) as Request));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => spans,
    headers: () => headers,
    bodies: () => bodies,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function spansOf({ resourceSpans }: Request): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const of = valuesOf(resource.attributes);
    return scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? '',
        name: span.name,
        kind: KINDS[span.kind] ?? String(span.kind),
        service: String(of['service.name']),
        attributes: valuesOf(span.attributes),
        resource: of,
        failed: span.status?.code === FAILED,
      })),
    );
  });
}

function valuesOf(attributes: readonly Attribute[]): Record<string, string | number> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.doubleValue ?? (value.intValue === undefined ? '' : Number(value.intValue)),
    ]),
  );
}
