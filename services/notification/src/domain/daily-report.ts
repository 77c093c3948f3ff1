import { shownAt } from '@tablekeep/platform/local-time';
import type { Environment } from '@tablekeep/schema/events';
import { plural } from '@tablekeep/schema/brief';
import type { NotifyOn } from './message.ts';
import { coverageSection, policySection, provenSection } from './report-coverage.ts';
import { endedWith, known, type ReportFacts, type Section } from './report-parts.ts';
import { nextSection, retrySection, sessionSection, troubleSection } from './report-sessions.ts';
import { figuresOf, sayBytes, storageSection } from './report-storage.ts';

export type Tile = Readonly<{ value: string; label: string; tone: NotifyOn | null }>;

export type ReportDocument = Readonly<{
  environment: Environment;
  severity: NotifyOn;
  subject: string;
  heading: string;
  facts: readonly (readonly [name: string, value: string])[];
  /** What was late, and what could not be told: before everything else. */
  notes: readonly string[];
  tiles: readonly Tile[];
  sections: readonly Section[];
}>;

/** What the services have told, as a person reads it. */
export function dailyReport(facts: ReportFacts): ReportDocument {
  const severity = severityOf(facts);
  const headline = headlineOf(facts);
  const day = shownAt(facts.timeZone, facts.dueAt ?? facts.until).slice(0, 10);
  const local = (at: Date) => shownAt(facts.timeZone, at);
  return {
    environment: facts.environment,
    severity,
    subject: `[Tablekeep ${facts.environment}] Daily report ${day}: ${headline}`,
    heading: `Daily report: ${headline}`,
    facts: [
      ['Window', `${local(facts.from)} to ${local(facts.until)}`],
      ['Times', facts.timeZone],
      ['Environment', facts.environment],
    ],
    notes: [...lateNotes(facts), ...untoldNotes(facts)],
    tiles: tilesOf(facts),
    sections: [
      troubleSection(facts),
      retrySection(facts),
      sessionSection(facts),
      coverageSection(facts),
      policySection(facts),
      provenSection(facts),
      storageSection(facts),
      nextSection(facts),
    ].filter((section) => section.rows.length + section.items.length + section.notes.length > 0),
  };
}

function tablesThatAre({ protection }: ReportFacts, status: string): number {
  return known(protection)?.byStatus.find((row) => row.status === status)?.tables ?? 0;
}

function severityOf(facts: ReportFacts): NotifyOn {
  const policies = known(facts.protection)?.policies.first ?? [];
  const points = known(facts.points);
  const isError =
    endedWith(facts, 'FAILED') > 0 ||
    tablesThatAre(facts, 'RPO_BREACHED') > 0 ||
    policies.some(({ overdue, unplannable }) => overdue || unplannable !== null) ||
    (points?.frozen.first.length ?? 0) > 0;
  if (isError) return 'ERROR';
  const isWarning =
    untoldNotes(facts).length > 0 ||
    facts.isLate ||
    endedWith(facts, 'WARNING') > 0 ||
    tablesThatAre(facts, 'UNPROTECTED') > 0 ||
    policies.length > 0 ||
    (points?.verificationFailed ?? 0) > 0;
  return isWarning ? 'WARNING' : 'SUCCESS';
}

/** The worst first, so that the subject alone says whether to open it. */
function headlineOf(facts: ReportFacts): string {
  const failed = endedWith(facts, 'FAILED');
  const warned = endedWith(facts, 'WARNING');
  const policies = known(facts.protection)?.policies.first ?? [];
  const overdue = policies.filter((one) => one.overdue).length;
  const said = [
    // First: what is not known may be the worst.
    ...(untoldNotes(facts).length > 0 ? ['parts could not be told'] : []),
    ...(failed > 0 ? [`${plural(failed, 'session')} failed`] : []),
    ...(tablesThatAre(facts, 'RPO_BREACHED') > 0
      ? [`${plural(tablesThatAre(facts, 'RPO_BREACHED'), 'table')} beyond the RPO`]
      : []),
    ...(overdue > 0 ? [`${overdue === 1 ? '1 policy' : `${overdue} policies`} overdue`] : []),
    ...(tablesThatAre(facts, 'UNPROTECTED') > 0
      ? [`${plural(tablesThatAre(facts, 'UNPROTECTED'), 'table')} unprotected`]
      : []),
    ...(warned > 0 ? [`${plural(warned, 'session')} with warnings`] : []),
  ];
  if (said.length > 0) return said.slice(0, 3).join(', ');
  if (severityOf(facts) !== 'SUCCESS') return 'something needs a look';
  return `all well, ${plural(endedWith(facts, 'SUCCEEDED'), 'session')} succeeded`;
}

function lateNotes({ dueAt, isLate, missed, timeZone }: ReportFacts): string[] {
  if (dueAt === null || !isLate) return [];
  const also = missed === 0 ? '' : ` It also makes up for ${plural(missed, 'report')} before it.`;
  return [`Late: due at ${shownAt(timeZone, dueAt)}, it could not be made in time.${also}`];
}

function untoldNotes({ sessions, protection, points }: ReportFacts): string[] {
  const parts = { 'the sessions': sessions, 'coverage, policies and runs': protection, 'what is stored': points };
  return Object.entries(parts).flatMap(([what, told]) =>
    told.state === 'known' ? [] : [`Could not tell ${what}: ${told.because}`],
  );
}

function tilesOf(facts: ReportFacts): Tile[] {
  const tone = (count: number, bad: NotifyOn) => (count === 0 ? null : bad);
  const tiles: Tile[] = [];
  if (facts.sessions.state === 'known') {
    const [failed, warned] = [endedWith(facts, 'FAILED'), endedWith(facts, 'WARNING')];
    tiles.push(
      { value: String(endedWith(facts, 'SUCCEEDED')), label: 'sessions succeeded', tone: null },
      { value: String(warned), label: 'with warnings', tone: tone(warned, 'WARNING') },
      { value: String(failed), label: 'failed', tone: tone(failed, 'ERROR') },
    );
  }
  if (facts.protection.state === 'known') {
    const [none, breached] = [tablesThatAre(facts, 'UNPROTECTED'), tablesThatAre(facts, 'RPO_BREACHED')];
    tiles.push(
      { value: String(none), label: 'tables unprotected', tone: tone(none, 'WARNING') },
      { value: String(breached), label: 'beyond their RPO', tone: tone(breached, 'ERROR') },
    );
  }
  const figures = figuresOf(known(facts.points), known(facts.protection));
  if (figures) tiles.push({ value: sayBytes(figures.bytes), label: 'stored', tone: null });
  return tiles;
}
