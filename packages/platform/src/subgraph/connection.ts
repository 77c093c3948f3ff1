import { badInput } from './bad-input.ts';

/** The values of a row's sort key, in order: where the next page goes on. */
export type Key = readonly (string | number)[];

export type Connection<T> = Readonly<{
  edges: { cursor: string; node: T }[];
  nodes: T[];
  pageInfo: Readonly<{
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  }>;
}>;

export type PageArguments = Readonly<{ first?: number | null | undefined; after?: string | null | undefined }>;

const DEFAULT_PAGE = 50;
const MAX_PAGE = 500;

/**
 * A page of a list by keyset (Relay cursor connections): pages stay right while rows come and go, at any depth.
 * `fetch` is asked for one row more than the page, so "is there another page" costs nothing.
 */
export async function connection<T>(
  page: PageArguments,
  keyOf: (node: T) => Key,
  fetch: (after: Key | null, limit: number) => Promise<readonly T[]>,
): Promise<Connection<T>> {
  const first = page.first ?? DEFAULT_PAGE;
  if (!Number.isInteger(first) || first < 1 || first > MAX_PAGE)
    throw badInput(`first is a number from 1 to ${MAX_PAGE}`);
  const after = page.after == null ? null : decode(page.after);
  const rows = await fetch(after, first + 1);
  const edges = rows.slice(0, first).map((node) => ({ cursor: encode(keyOf(node)), node }));
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function encode(key: Key): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function decode(cursor: string): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (
      Array.isArray(key) &&
      key.length > 0 &&
      key.every((part) => typeof part === 'string' || typeof part === 'number')
    )
      return key;
  } catch {
    // Falls through to the same answer as a cursor of the wrong form.
  }
  throw badInput('after is not a cursor of this list');
}
