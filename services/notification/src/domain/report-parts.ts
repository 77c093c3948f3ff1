import type { Environment } from '@tablekeep/schema/events';
import type { Cut, InternalOutput } from '@tablekeep/schema/internal';
import { TYPE_NAMES, type NotifyOn } from './message.ts';

export type Told<T> = Readonly<{ state: 'known'; value: T } | { state: 'unknown'; because: string }>;

/** Everything a report is made of. What could not be told is a value, and said. */
export type ReportFacts = Readonly<{
  environment: Environment;
  timeZone: string;
  /** Sessions that ended from then on and before then. */
  from: Date;
  until: Date;
  /** When it was due; null: somebody asked for it. */
  dueAt: Date | null;
  isLate: boolean;
  /** Reports before this one that were not made: it makes up for them. */
  missed: number;
  sessions: Told<InternalOutput<'reportSessions'>>;
  protection: Told<InternalOutput<'reportProtection'>>;
  points: Told<InternalOutput<'reportPoints'>>;
  /** Names by account id. */
  accounts: ReadonlyMap<string, string>;
  /** When policies run next by themselves. */
  nextRuns: ReadonlyMap<string, Date>;
  /** As earlier reports had it, the newest first. */
  before: readonly Figures[];
}>;

/** Something that needs a person: one card. */
export type Item = Readonly<{
  name: string;
  where: string;
  tone: NotifyOn;
  status: string;
  /** A line each. */
  causes: readonly string[];
  next: string | null;
}>;

export type Section = Readonly<{
  title: string;
  rows: readonly (readonly [name: string, value: string])[];
  items: readonly Item[];
  /** Sentences below. */
  notes: readonly string[];
}>;

/** Of any list: more are not read, and a mail has a size. */
export const MOST_SHOWN = 12;

/** What was stored at a report. `monthlyUsd` null: prices could not be told, or the list lacks one. */
export type Figures = Readonly<{ at: string; points: number; bytes: number; monthlyUsd: number | null }>;

export const known = <T>(told: Told<T>): T | null => (told.state === 'known' ? told.value : null);

export function endedWith({ sessions }: ReportFacts, ...statuses: readonly string[]): number {
  const rows = known(sessions)?.ended ?? [];
  return rows.filter(({ status }) => statuses.includes(status)).reduce((sum, row) => sum + row.sessions, 0);
}

/** "… and 3 more." */
export function moreOf({ first, more }: Cut<unknown>): string[] {
  const hidden = more + Math.max(0, first.length - MOST_SHOWN);
  return hidden === 0 ? [] : [`… and ${hidden} more.`];
}

export const typeName = (type: keyof typeof TYPE_NAMES): string => TYPE_NAMES[type];
