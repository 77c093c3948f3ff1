import { maySee, parseStreamId, type EventReader } from '@tablekeep/schema/event-stream';
import { eventSchemas, type EventType } from '@tablekeep/schema/events';

export type StreamRequest = Readonly<{ reader: EventReader; lastEventId: string | null; since: string | null }>;
export type Problem = Readonly<{ code: 'BAD_USER_INPUT' | 'FORBIDDEN'; message: string; parameter: string }>;

const LISTS = {
  types: 'types',
  prefix: 'prefixes',
  policyId: 'policyIds',
  accountId: 'accountIds',
  sessionId: 'sessionIds',
  tableArn: 'tableArns',
} as const;
const SINGLE = ['since', 'lastEventId'] as const;
const KNOWN: readonly string[] = [...Object.keys(LISTS), ...SINGLE];

/** With a zone, or it would be another moment on each machine. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/u;

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a client of the stream asks for, or everything that is wrong with it at once. The header wins over `lastEventId`. */
export function parseStreamRequest(
  query: Query,
  header: string | undefined,
  role: EventReader['role'],
): StreamRequest | readonly Problem[] {
  const problems: Problem[] = [];
  const wrong = (parameter: string, message: string, code: Problem['code'] = 'BAD_USER_INPUT') =>
    void problems.push({ code, message, parameter });
  for (const name of Object.keys(query)) {
    if (!KNOWN.includes(name)) wrong(name, `There is no parameter ${name}; there are ${KNOWN.join(', ')}.`);
  }
  const filter = { types: [], prefixes: [], policyIds: [], accountIds: [], sessionIds: [], tableArns: [] } as Record<
    (typeof LISTS)[keyof typeof LISTS],
    string[]
  >;
  for (const [name, list] of Object.entries(LISTS)) {
    filter[list] = valuesOf(query[name]);
    if (query[name] !== undefined && filter[list].length === 0) wrong(name, `Give ${name} a value, or leave it out.`);
  }
  for (const type of filter.types) judgeType(type, role, wrong);
  for (const prefix of filter.prefixes) {
    if (!Object.keys(eventSchemas).some((type) => type.startsWith(prefix) && maySee(role, type))) {
      wrong('prefix', `No type of event that you may see begins with ${prefix}.`);
    }
  }
  const lastEventId = single(header === '' ? undefined : header) ?? single(query['lastEventId']);
  if (lastEventId !== null && parseStreamId(lastEventId) === null) {
    wrong('lastEventId', 'Send the id of an event of this stream as it was given, or none to begin now.');
  }
  const since = single(query['since']);
  if (since !== null && (!TIME.test(since) || Number.isNaN(Date.parse(since)))) {
    wrong('since', 'A time reads 2026-11-27T02:00:00Z.');
  }
  if (problems.length > 0) return problems;
  return { reader: { role, filter }, lastEventId, since: lastEventId === null ? since : null };
}

function judgeType(
  type: string,
  role: EventReader['role'],
  wrong: (parameter: string, message: string, code?: Problem['code']) => void,
): void {
  if (!((type as EventType) in eventSchemas)) wrong('types', `There is no type ${type}; docs/events.md names them.`);
  else if (maySee(role, type)) return;
  else if (maySee('ADMIN', type)) wrong('types', `${type} is for the role ADMIN.`, 'FORBIDDEN');
  else wrong('types', `${type} is internal and not streamed.`);
}

/** Repeated, or separated by commas. */
function valuesOf(given: string | readonly string[] | undefined): string[] {
  const all = typeof given === 'string' ? [given] : (given ?? []);
  return all.flatMap((one) => one.split(',')).filter((one) => one !== '');
}

function single(given: string | readonly string[] | undefined): string | null {
  const value = typeof given === 'string' ? given : given?.[0];
  return value ?? null;
}
