import { invalidValue } from './errors.ts';
import type { Call } from '../call.ts';

const MAX_RESULTS = 1_000;

/** The place after an item: its sort key, so that items added or removed meanwhile do not shift the pages. */
const encode = (operation: string, after: string): string =>
  Buffer.from(JSON.stringify([operation, after])).toString('base64');

function decode(call: Call, token: string): string {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    if (Array.isArray(value) && value[0] === call.operation && typeof value[1] === 'string') return value[1];
  } catch {
    // Falls through: whatever the token was, this operation did not hand it out.
  }
  throw invalidValue('Invalid nextToken');
}

/**
 * One page of a list already in its order. `keyOf` must be unique and sort as the list does, ascending.
 * Without maxResults AWS was seen to hand out a NextToken on a page that holds everything: `tokenOnLastPage`.
 */
export function page<T>(
  call: Call,
  items: readonly T[],
  keyOf: (item: T) => string,
): { items: T[]; NextToken: string | null } {
  const asked = call.query.get('maxResults');
  const limit = asked === null ? MAX_RESULTS : Number(asked);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_RESULTS) {
    throw invalidValue(`Invalid maxResults: ${asked ?? ''}. It must be between 1 and ${MAX_RESULTS}`);
  }
  const token = call.query.get('nextToken');
  const after = token === null ? null : decode(call, token);
  const rest = after === null ? [...items] : items.filter((item) => keyOf(item) > after);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  const more = rest.length > shown.length || (asked === null && call.world.behaviour.tokenOnLastPage);
  return { items: shown, NextToken: more && last !== undefined ? encode(call.operation, keyOf(last)) : null };
}

/** A sort key for "newest first": ascending as text, descending in time, unique by id. */
export const newestFirst = (at: number, id: string): string => `${String(9e15 - at).padStart(16, '0')} ${id}`;

export const byKey =
  <T>(keyOf: (item: T) => string) =>
  (a: T, b: T): number =>
    keyOf(a) < keyOf(b) ? -1 : 1;

/** A date of the query string: ISO-8601, ms since the epoch. */
export function queryDate(call: Call, name: string): number | null {
  const given = call.query.get(name);
  if (given === null) return null;
  const at = Date.parse(given);
  if (Number.isNaN(at)) throw invalidValue(`Invalid ${name}: ${given}`);
  return at;
}
