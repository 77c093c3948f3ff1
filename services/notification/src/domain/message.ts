import type { Environment, EventData } from '@tablekeep/schema/events';
import { plural, sayTime } from '@tablekeep/schema/brief';

export type SessionResult = EventData<'dev.tablekeep.session.finished.v1'>;
export type NotifyOn = 'SUCCESS' | 'WARNING' | 'ERROR';

/** One thing that needs a person. */
export type Problem = Readonly<{
  /** The table, or whatever else it is about. */
  name: string;
  /** Account and Region. */
  where: string;
  status: string;
  cause: string;
  /** What happens without anybody's doing. */
  next: string | null;
}>;

/** What a subject may be made of. */
export const subjectVariables = [
  'environment',
  'result',
  'what',
  'policy',
  'type',
  'counts',
  'tables',
  'issues',
] as const;
export type SubjectWords = Readonly<Record<(typeof subjectVariables)[number], string>>;

/** Something that people are told, before it is put into the form of any channel. */
export type Message = Readonly<{
  /** What it is about: each recipient is told of that once, whatever the number of times it is queued. */
  about: string;
  /** The event it comes from. */
  eventId: string;
  /** The alert whose beginning it tells; absent: none. */
  begins?: string;
  severity: NotifyOn;
  /** How it looks; absent: as severe as it is. That something is over is good news for those who hear of bad news only. */
  tone?: NotifyOn;
  /** Whose filters and overrides apply; null: no policy's. */
  policyId: string | null;
  environment: Environment;
  words: SubjectWords;
  /** One sentence: what happened. */
  heading: string;
  facts: readonly (readonly [name: string, value: string])[];
  notes: readonly string[];
  /** The worst first. */
  problems: readonly Problem[];
  /** Beyond those; absent: none. */
  moreProblems?: number;
  links: readonly Readonly<{ text: string; url: string }>[];
}>;

export const toneOf = ({ tone, severity }: Pick<Message, 'tone' | 'severity'>): NotifyOn => tone ?? severity;

/** What the names of ids are, and where a person can look. */
export type Surroundings = Readonly<{
  environment: Environment;
  account: Readonly<{ name: string; awsAccountId: string }> | null;
  /** When the policy runs next by itself. */
  nextRunAt: Date | null;
  /** Base address for links; null: there are none. */
  publicUrl: string | null;
}>;

export const TYPE_NAMES: Readonly<Record<SessionResult['type'], string>> = {
  POLICY_BACKUP: 'policy run',
  MANUAL_BACKUP: 'manual backup',
  RESTORE: 'restore',
  RETENTION: 'retention',
  DELETION: 'deletion',
  INVENTORY_SCAN: 'inventory scan',
  IMPORT: 'catalog import',
  VERIFICATION: 'verification',
  REPLACEMENT: 'replacement',
};

/** How serious a result is, for those who want to hear of some only. A stop on request is nothing to be warned of twice. */
export function severityOf(status: SessionResult['status']): NotifyOn {
  if (status === 'FAILED') return 'ERROR';
  return status === 'WARNING' || status === 'CANCELED' ? 'WARNING' : 'SUCCESS';
}

/** The result of a session: what, how it went, which tables need a person and why, what happens next, where to look. */
export function sessionMessage(result: SessionResult, eventId: string, around: Surroundings): Message {
  const { counts, policyName } = result;
  const type = TYPE_NAMES[result.type];
  const what = policyName === null ? type : `policy ${policyName}`;
  const took = (Date.parse(result.finishedAt) - Date.parse(result.startedAt)) / 1000;
  const next = nextTry(result, around.nextRunAt);
  const account = around.account && `${around.account.name} (${around.account.awsAccountId})`;
  const inAll = result.problemsInAll ?? result.problems.length;
  return {
    about: result.sessionId,
    eventId,
    severity: severityOf(result.status),
    policyId: result.policyId,
    environment: around.environment,
    words: {
      environment: around.environment,
      result: result.status,
      what,
      policy: policyName ?? '',
      type,
      counts: sayCounts(counts),
      tables: plural(counts.total, 'task'),
      issues: plural(inAll, 'problem'),
    },
    heading: headingOf(result, what),
    facts: [
      ['Result', result.status],
      ['Operation', type],
      ...(policyName === null ? [] : [['Policy', policyName] as const]),
      ...(account === null ? [] : [['Account', account] as const]),
      ['Tasks', `${counts.total}: ${sayCounts(counts)}`],
      ['Started', sayTime(result.startedAt)],
      ['Took', sayDuration(took)],
      ['Requested by', result.requestedBy + (result.reason === null ? '' : ` (${result.reason})`)],
      ...(around.nextRunAt === null ? [] : [['Next run', sayTime(around.nextRunAt.toISOString())] as const]),
      ['Session', result.sessionId],
      ['Environment', around.environment],
    ],
    notes: result.notes,
    problems: result.problems
      .toSorted((a, b) => rankOf(a.status) - rankOf(b.status))
      .map((table) => ({
        name: table.name,
        where: [account, table.region].filter((part) => part !== null).join(' · '),
        status: table.status,
        cause: table.reason ?? 'No reason was given.',
        next: table.status === 'FAILED' ? next : null,
      })),
    moreProblems: Math.max(0, inAll - result.problems.length),
    links: sessionLinks(around.publicUrl, result.sessionId),
  };
}

/** What was only left out because of something else comes last: not everything is shown everywhere. */
const rankOf = (status: SessionResult['problems'][number]['status']): number =>
  ['FAILED', 'CANCELED', 'WARNING', 'SKIPPED'].indexOf(status);

function headingOf({ status, counts }: SessionResult, what: string): string {
  const subject = `${what.slice(0, 1).toUpperCase()}${what.slice(1)}`;
  switch (status) {
    case 'SUCCEEDED':
      return `${subject} succeeded`;
    case 'WARNING':
      return `${subject} needs a look: everything was done, with warnings`;
    case 'CANCELED':
      return `${subject} was stopped`;
    default:
      return counts.total === 0
        ? `${subject} failed before it could begin`
        : `${subject} failed: ${counts.failed} of ${plural(counts.total, 'task')}`;
  }
}

/** What the policy asked for in the way of retries is over when a session ends: only its schedule comes after that. */
function nextTry({ policyId, type }: SessionResult, nextRunAt: Date | null): string | null {
  if (policyId === null || type !== 'POLICY_BACKUP') return null;
  if (nextRunAt === null) return 'none by itself: no run is scheduled';
  return `with the policy’s next run, ${sayTime(nextRunAt.toISOString())}`;
}

/** The session in the API's own page for browsers. */
export function sessionLinks(publicUrl: string | null, sessionId: string): Message['links'] {
  if (publicUrl === null) return [];
  const query = `{ session(id: "${sessionId}") { status reason notes tasks(first: 100) { nodes { kind status tableName reason } } } }`;
  return [
    {
      text: 'Show the session',
      url: `${publicUrl.replace(/\/+$/u, '')}/graphql?${new URLSearchParams({ query }).toString()}`,
    },
  ];
}

function sayCounts({ succeeded, warning, failed, skipped, canceled }: SessionResult['counts']): string {
  const others = { 'with warnings': warning, failed, skipped, canceled };
  const said = Object.entries(others).filter(([, count]) => count > 0);
  return [`${succeeded} succeeded`, ...said.map(([how, count]) => `${count} ${how}`)].join(', ');
}

export function sayDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return said.length === 0 ? '0 s' : said.join(' ');
}
