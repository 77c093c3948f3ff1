import type { AlertFacts, AlertKind } from '@tablekeep/schema/alert-events';
import { plural, sayTime } from '@tablekeep/schema/brief';
import { sayDuration, type Message, type Surroundings } from './message.ts';

export type ToldAlert = Readonly<{
  id: string;
  kind: AlertKind;
  service: string;
  facts: AlertFacts;
  raisedAt: Date;
  /** Null: it has just been raised. */
  clearedAt: Date | null;
}>;

/** What a kind is called, and what it counts. */
const KINDS: Readonly<Record<AlertKind, readonly [name: string, counted: string, many?: string]>> = {
  NO_SUCCESS: ['no success in time', 'table'],
  SLOT_MISSED: ['slot missed', 'slot'],
  POLICY_UNPLANNABLE: ['unplannable schedules', 'policy', 'policies'],
  COPIES_BEHIND: ['copies missing', 'copy', 'copies'],
  TABLES_UNPROTECTED: ['tables unprotected', 'table'],
  SESSIONS_UNTAKEN: ['sessions not taken up', 'session'],
  DEAD_EVENTS: ['dead events', 'event'],
  DEAD_WORK_ITEMS: ['dead work items', 'message'],
};

/** An alert that was raised, or that is over: what about, why, what happens by itself, what to do, where to look. */
export function alertMessage(alert: ToldAlert, eventId: string, around: Omit<Surroundings, 'nextRunAt'>): Message {
  const { facts, kind, clearedAt } = alert;
  const [name, counted, many] = KINDS[kind];
  const isOver = clearedAt !== null;
  const result = isOver ? 'CLEARED' : 'ALERT';
  const account = around.account ? `${around.account.name} (${around.account.awsAccountId})` : facts.accountId;
  const problems = isOver ? [] : problemsOf(facts, account);
  const subject = facts.policyName === null ? '' : ` of policy ${facts.policyName}`;
  return {
    about: `alert ${alert.id} ${result}`,
    eventId,
    ...(!isOver && { begins: alert.id }),
    severity: facts.severity,
    ...(isOver && { tone: 'SUCCESS' as const }),
    policyId: facts.policyId,
    environment: around.environment,
    words: {
      environment: around.environment,
      result,
      what: `${name}${subject}`,
      policy: facts.policyName ?? '',
      type: 'alert',
      counts: '',
      tables: plural(facts.count, counted, many),
      issues: isOver ? '0 problems' : '1 problem',
    },
    heading: isOver ? `Over: ${facts.summary}` : facts.summary,
    facts: [
      ['Alert', `${name} (${facts.severity})`],
      ...(facts.policyName === null ? [] : [['Policy', facts.policyName] as const]),
      ...(account === null ? [] : [['Account', account] as const]),
      ...(facts.region === null ? [] : [['Region', facts.region] as const]),
      ['Since', sayTime(facts.since)],
      ['Raised', sayTime(alert.raisedAt.toISOString())],
      ...(clearedAt === null ? [] : over(alert.raisedAt, clearedAt)),
      ...(facts.sessionId === null ? [] : [['Session', facts.sessionId] as const]),
      ['Told by', `${alert.service} service`],
      ['Environment', around.environment],
    ],
    notes: isOver
      ? [
          'What this alert told of is so no longer: it was mended, or what it was about was changed, disabled or deleted.',
        ]
      : problems.some(({ cause }) => cause === facts.cause)
        ? [facts.remedy]
        : [facts.cause, facts.remedy],
    problems,
    links: linksOf(around.publicUrl, facts),
  };
}

const over = (raisedAt: Date, clearedAt: Date): Message['facts'] => [
  ['Over', sayTime(clearedAt.toISOString())],
  ['Was open for', sayDuration((clearedAt.getTime() - raisedAt.getTime()) / 1000)],
];

/** What has a cause of its own has its own lines; the others share the alert's. */
function problemsOf(facts: AlertFacts, account: string | null): Message['problems'] {
  const { about, count, cause, nextTry, region, policyName } = facts;
  const problem = (name: string, where: string | null, because: string) => ({
    name,
    where: [account, where].filter((part) => part !== null).join(' · ') || 'Tablekeep',
    status: 'ALERT',
    cause: because,
    next: nextTry ?? 'none by itself',
  });
  const own = about.flatMap((one) => (one.cause === null ? [] : [problem(one.name, one.region ?? region, one.cause)]));
  const names = about.filter((one) => one.cause === null).map(({ name }) => name);
  const left = count > about.length ? [`… and ${count - about.length} more`] : [];
  const together = [...names, ...left].join(', ');
  if (together !== '') return [...own, problem(together, region, cause)];
  return own.length > 0 ? own : [problem(policyName === null ? 'Tablekeep' : `policy ${policyName}`, region, cause)];
}

/** The open alerts, and where the cause can be read, in the API's own page for browsers. */
function linksOf(publicUrl: string | null, { sessionId, policyId }: AlertFacts): Message['links'] {
  if (publicUrl === null) return [];
  const link = (text: string, query: string) => ({
    text,
    url: `${publicUrl.replace(/\/+$/u, '')}/graphql?${new URLSearchParams({ query }).toString()}`,
  });
  const sessions = `{ sessions(filter: { policyId: "${policyId}" }, first: 5) { nodes { id status reason createdAt } } }`;
  const session = `{ session(id: "${sessionId}") { status reason notes tasks(first: 100) { nodes { kind status tableName reason } } } }`;
  return [
    link(
      'Show the open alerts',
      '{ alerts(filter: { open: true }) { nodes { kind severity summary cause remedy since } } }',
    ),
    ...(sessionId === null ? [] : [link('Show the session', session)]),
    ...(sessionId === null && policyId !== null ? [link('Show the policy’s last sessions', sessions)] : []),
  ];
}
