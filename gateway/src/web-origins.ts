import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { list } from '@tablekeep/platform/config';

/** As browsers write them in `Origin` (RFC 6454 §6.2). Not `*`: whoever opens a page should not open it to all others. */
export const webOrigins = list.pipe(
  z.array(
    z
      .string()
      .refine(
        (text) => URL.canParse(text) && new URL(text).origin === text && /^https?:/u.test(text),
        'each must be scheme, host and, where it is not the usual one, port, and nothing more: https://board.example.com',
      ),
  ),
);

/** Never sent with cookies: only what a page says by itself, its token, opens anything. */
const FOR_PAGES = {
  methods: 'GET, POST',
  headers: 'authorization, cache-control, content-type, last-event-id, traceparent',
  exposed: 'retry-after, x-request-id',
};

/** Lets pages of these origins, and no others, read answers (WHATWG Fetch, CORS protocol). */
export class WebOrigins {
  readonly #origins: ReadonlySet<string>;

  constructor(origins: readonly string[] = []) {
    this.#origins = new Set(origins);
  }

  /** Marks an answer as readable where the asking page's origin is one of them; true where it is. */
  allow(request: FastifyRequest, reply: FastifyReply): boolean {
    const { origin } = request.headers;
    if (this.#origins.size > 0) reply.header('vary', 'Origin');
    if (origin === undefined || !this.#origins.has(origin)) return false;
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', FOR_PAGES.exposed);
    return true;
  }

  /** Answers what a browser asks before a page of another origin may send its request. */
  preflight(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (!this.allow(request, reply)) return reply.code(403).send();
    reply.header('access-control-allow-methods', FOR_PAGES.methods);
    reply.header('access-control-allow-headers', FOR_PAGES.headers);
    return reply.code(204).header('access-control-max-age', '600').send();
  }
}
