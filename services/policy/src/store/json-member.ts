import type { Dialect } from '@tablekeep/platform/database';

/** SQL for a text member of a JSON column; null where there is none. */
export const textIn = ({ kind }: Dialect, column: string, member: string): string =>
  kind === 'sqlite' ? `json_extract(${column}, '$.${member}')` : `JSON_UNQUOTE(${memberIn({ kind }, column, member)})`;

/** SQL for an object in a JSON column, as JSON. */
export const memberIn = ({ kind }: Pick<Dialect, 'kind'>, column: string, member: string): string =>
  kind === 'sqlite' ? `json_extract(${column}, '$.${member}')` : `JSON_EXTRACT(${column}, '$.${member}')`;

/** What such an expression gives, read: drivers hand out JSON as text, or as what it says where the server marks it as JSON. */
export function readJson<T>(value: unknown): T {
  return (typeof value === 'string' ? JSON.parse(value) : value) as T;
}
