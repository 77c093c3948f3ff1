import { shownAt } from '@tablekeep/platform/local-time';
import { briefly } from '@tablekeep/schema/brief';
import type { InternalOutput } from '@tablekeep/schema/internal';
import { plural } from '@tablekeep/schema/brief';
import { endedWith, MOST_SHOWN, moreOf, typeName, type ReportFacts, type Section } from './report-parts.ts';
import { severityOf } from './message.ts';

/** The session has the rest. */
const LONGEST = 240;

type Troubled = InternalOutput<'reportSessions'>['troubled']['first'][number];

/** Sessions that need a person: why, and what happens next without one. */
export function troubleSection(facts: ReportFacts): Section {
  const { sessions, timeZone, accounts } = facts;
  const title = 'Failed, or with warnings';
  if (sessions.state !== 'known') return { title, rows: [], items: [], notes: [] };
  const { troubled } = sessions.value;
  const items = troubled.first.slice(0, MOST_SHOWN).map((one) => ({
    name: one.policyName ?? `A ${typeName(one.type)}`,
    where: [typeName(one.type), accounts.get(one.accountId), shownAt(timeZone, new Date(one.finishedAt))]
      .filter((part) => part !== undefined)
      .join(' · '),
    tone: severityOf(one.status as 'FAILED'),
    status: one.status,
    causes: causesOf(one),
    next: nextTry(one, facts),
  }));
  return { title, rows: [], items, notes: moreOf(troubled) };
}

function causesOf({ tasks, notes }: Troubled): string[] {
  const lines = tasks.first.map(
    ({ name, region, status, reason }) =>
      `${name} (${region}) ${status}: ${briefly(reason ?? 'no reason was given', LONGEST)}`,
  );
  if (lines.length === 0)
    return notes.length > 0 ? notes.slice(0, 5).map((note) => briefly(note, LONGEST)) : ['No reason was given.'];
  return tasks.more > 0 ? [...lines, `… and ${plural(tasks.more, 'more task')}.`] : lines;
}

/** The retries of a session are over when it has ended: only its policy's schedule comes after that. */
function nextTry({ type, policyId, status }: Troubled, { nextRuns, until, timeZone }: ReportFacts): string | null {
  if (status !== 'FAILED') return null;
  if (type === 'RETENTION') return 'with the next daily retention';
  if (policyId === null || type !== 'POLICY_BACKUP') return 'none by itself';
  const next = nextRuns.get(policyId);
  if (next === undefined || next < until) return 'none by itself: no run is scheduled';
  return `with the policy’s next run, ${shownAt(timeZone, next)}`;
}

/** What has failed and is not given up. */
export function retrySection({ sessions, timeZone }: ReportFacts): Section {
  const title = 'Being tried again';
  if (sessions.state !== 'known') return { title, rows: [], items: [], notes: [] };
  const { retrying } = sessions.value;
  const items = retrying.first.slice(0, MOST_SHOWN).map(({ name, region, policyName, reason, at }) => ({
    name,
    where: [policyName, region].filter((part) => part !== null).join(' · '),
    tone: 'WARNING' as const,
    status: 'FAILED ONCE',
    causes: [reason ?? 'No reason was given.'],
    next: shownAt(timeZone, new Date(at)),
  }));
  return { title, rows: [], items, notes: moreOf(retrying) };
}

const STATUSES = {
  SUCCEEDED: 'succeeded',
  WARNING: 'with warnings',
  FAILED: 'failed',
  CANCELED: 'stopped',
} as const;

/** By type and result. */
export function sessionSection(facts: ReportFacts): Section {
  const title = 'Sessions';
  if (facts.sessions.state !== 'known') return { title, rows: [], items: [], notes: [] };
  const { ended, open } = facts.sessions.value;
  const rows = [...Map.groupBy(ended, ({ type }) => type)].map(([type, own]): [string, string] => {
    const said = Object.entries(STATUSES).flatMap(([status, word]) => {
      const count = own.find((one) => one.status === status)?.sessions ?? 0;
      return count === 0 ? [] : [`${count} ${word}`];
    });
    return [capital(`${typeName(type)}`), said.join(', ')];
  });
  const none = endedWith(facts, ...Object.keys(STATUSES)) === 0 ? ['None has ended.'] : [];
  return { title, rows, items: [], notes: [...none, ...(open === 0 ? [] : [`${plural(open, 'session')} under way.`])] };
}

const KINDS = { BACKUP: 'backup', VERIFICATION: 'verification' } as const;

/** What runs in the 24 hours after the report. */
export function nextSection({ protection, points, accounts, timeZone }: ReportFacts): Section {
  const local = (at: string) => shownAt(timeZone, new Date(at));
  const runs = protection.state === 'known' ? protection.value.runs : { first: [], more: 0 };
  const retention = points.state === 'known' ? points.value.runs : [];
  const rows = [
    ...runs.first.slice(0, MOST_SHOWN).map(({ policyName, what, firstAt, runs: count }): [string, string] => {
      const times = count === 1 ? '' : `, ${count} runs`;
      return [local(firstAt), `${policyName} (${KINDS[what]}${times})`];
    }),
    ...retention.slice(0, MOST_SHOWN).map(({ accountId, at }): [string, string] => {
      return [local(at), `Retention of ${accounts.get(accountId) ?? accountId}`];
    }),
  ].toSorted(([a], [b]) => a.localeCompare(b));
  const notes = [
    ...moreOf(runs),
    ...(retention.length > MOST_SHOWN
      ? [`And retention of ${plural(retention.length - MOST_SHOWN, 'more account')}.`]
      : []),
  ];
  const isNothing = rows.length === 0 && protection.state === 'known';
  return { title: 'The next 24 hours', rows, items: [], notes: isNothing ? ['Nothing is scheduled.'] : notes };
}

const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
