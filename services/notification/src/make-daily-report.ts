import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import type { Logger } from '@tablekeep/platform/logging';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { askForReport } from './ask-for-report.ts';
import { composeReport } from './domain/compose-report.ts';
import type { Mail } from './domain/compose-mail.ts';
import { dailyReport } from './domain/daily-report.ts';
import { known, type Figures } from './domain/report-parts.ts';
import { MOST_DAYS, slotsAfter, slotsBetween, type ReportSlot } from './domain/report-slot.ts';
import { figuresOf } from './domain/report-storage.ts';
import { oncePerAddress } from './domain/who-hears.ts';
import type { DailyReportRow } from './store/daily-report-entity.ts';
import { dailyReportId, lastReports, madeReports, noteReport } from './store/daily-reports.ts';
import { queueMail } from './store/deliveries.ts';
import { SettingsEntity, type DailyReportSettings, type SettingsRow } from './store/entities.ts';

type Deps = Pick<ServiceDeps, 'peers' | 'identity' | 'environment'> &
  Readonly<{ db: Database; clock: Clock; log: Logger }>;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** What ends in these seconds may not be written down yet, here or by another clock: it is the next report's. */
const SETTLE_MS = 30_000;
/** Later than this after its time, a report is late, and says so. */
const IN_TIME_MS = 15 * MINUTE_MS;
/** How long a report waits for a service that cannot tell: after downtime not all are there in the same moment. */
const PATIENCE_MS = 2 * MINUTE_MS;

/**
 * One look at whether the day's report is due. Nobody leads: each replica makes it, and the one whose row of that day comes
 * first has also queued its mails, in the same transaction; a process that dies before leaves it due. Days that passed while
 * nobody was there make one report, which says that it is late.
 */
export function dailyReports(deps: Deps): () => Promise<void> {
  const { db, clock, log } = deps;
  let patient: Readonly<{ id: string; sinceMs: number }> | null = null;

  /** Null: none is due. */
  async function due(settings: SettingsRow | null) {
    const report = settings?.dailyReport;
    if (!settings?.enabled || !report?.enabled) return null;
    const before = await lastReports(db);
    const after = Math.max(Date.parse(report.after), before[0]?.dueAt.getTime() ?? 0);
    const owed = slotsBetween(report, new Date(after), clock.now());
    const slot = owed.at(-1);
    if (!slot) return null;
    const id = dailyReportId(report.timeZone, slot.day);
    if ((await madeReports(db, [id])).has(id)) return null;
    return { id, slot, report, missed: owed.length - 1, before };
  }

  return async () => {
    const settings = await db.reader.findOne(SettingsEntity, { where: { id: 1 } });
    const found = await due(settings);
    if (!settings || !found) return;
    const { id, slot, report, missed, before } = found;
    const made = await makeReport(deps, { report, slot, missed, before });
    if (patient?.id !== id) patient = { id, sinceMs: clock.monotonicMs() };
    if (!made.isWhole && clock.monotonicMs() - patient.sinceMs < PATIENCE_MS) return;
    const row: DailyReportRow = {
      id,
      day: slot.day,
      timeZone: report.timeZone,
      dueAt: slot.at,
      coversUntil: made.until,
      madeAt: clock.now(),
      figures: made.figures,
    };
    const recipients = oncePerAddress(report.recipients ?? settings.recipients);
    const of = { about: `daily report ${id}`, eventId: id, severity: made.severity, policyId: null };
    await db.transaction(async (tx) => {
      if (await noteReport(db, tx, row)) await queueMail(db, tx, of, recipients, made.mail, { now: clock.now() });
    });
    log.info({ day: slot.day, missed, isWhole: made.isWhole }, 'the daily report is made');
  };
}

/** When the next one comes: a day that has its report has no other, whatever time is set since. */
export async function nextReportAt(db: Database, report: DailyReportSettings, now: Date): Promise<Date | null> {
  const slots = slotsAfter(report, now);
  const made = await madeReports(
    db,
    slots.map(({ day }) => dailyReportId(report.timeZone, day)),
  );
  return slots.find(({ day }) => !made.has(dailyReportId(report.timeZone, day)))?.at ?? null;
}

type Made = Readonly<{
  mail: Mail;
  severity: ReturnType<typeof dailyReport>['severity'];
  until: Date;
  figures: Figures | null;
  /** Everybody could tell. */
  isWhole: boolean;
}>;

/**
 * As it would be made now.
 * @param o.slot null: nobody is owed it, somebody has asked @param o.patienceMs absent: as for one that is owed
 */
export async function makeReport(
  deps: Pick<Deps, 'db' | 'clock' | 'peers' | 'identity' | 'environment'>,
  o: Readonly<{
    report: Pick<DailyReportSettings, 'timeZone'>;
    slot: ReportSlot | null;
    missed: number;
    before: readonly DailyReportRow[];
    patienceMs?: number;
  }>,
): Promise<Made> {
  const { clock, environment } = deps;
  const now = clock.now();
  const until = o.slot === null ? now : new Date(now.getTime() - SETTLE_MS);
  const from = o.slot === null ? new Date(until.getTime() - DAY_MS) : since(o.before[0], until);
  const asked = await askForReport(deps, {
    from,
    until,
    now,
    ...(o.patienceMs !== undefined && { patienceMs: o.patienceMs }),
  });
  const document = dailyReport({
    ...asked,
    environment,
    timeZone: o.report.timeZone,
    from,
    until,
    dueAt: o.slot?.at ?? null,
    isLate: o.slot !== null && now.getTime() - o.slot.at.getTime() > IN_TIME_MS,
    missed: o.missed,
    before: o.before.flatMap(({ figures }) => figures ?? []),
  });
  const stored = figuresOf(known(asked.points), known(asked.protection));
  return {
    mail: composeReport(document),
    severity: document.severity,
    until,
    figures: stored && { at: now.toISOString(), ...stored },
    isWhole: [asked.sessions, asked.protection, asked.points].every(({ state }) => state === 'known'),
  };
}

/** It goes on where the last one ended, so that no session is in none or in two; the first is about a day. */
function since(last: DailyReportRow | undefined, until: Date): Date {
  if (!last) return new Date(until.getTime() - DAY_MS);
  const earliest = until.getTime() - MOST_DAYS * DAY_MS;
  return new Date(Math.min(until.getTime(), Math.max(last.coversUntil.getTime(), earliest)));
}
