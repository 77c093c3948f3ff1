import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { composeReport } from './compose-report.ts';
import { dailyReport } from './daily-report.ts';
import type { ReportFacts } from './report-parts.ts';
import { badDay, goodDay } from '../../test/report-facts.ts';

const unknown = { state: 'unknown', because: 'connect ECONNREFUSED' } as const;
const shown = (facts: ReportFacts) => composeReport(dailyReport(facts));
const sectionOf = (facts: ReportFacts, title: string) =>
  dailyReport(facts).sections.find((section) => section.title === title);

describe('the daily report', () => {
  test('the subject says whether to open it: the worst first, and that all is well where it is', () => {
    expect(shown(badDay).subject).toBe(
      '[Tablekeep EMULATED] Daily report 2026-01-31: 2 sessions failed, 1 table beyond the RPO, 1 policy overdue',
    );
    expect(shown(goodDay).subject).toBe('[Tablekeep AWS] Daily report 2026-01-31: all well, 14 sessions succeeded');
    expect(dailyReport(goodDay).severity).toBe('SUCCESS');
  });

  test('sessions by type and result, each failure with its cause and next try, in the zone’s time', () => {
    const { text } = shown(badDay);
    expect(text).toContain('Window: 2026-01-30 07:00 to 2026-01-31 07:00');
    expect(text).toContain('Policy run: 11 succeeded, 1 with warnings, 1 failed');
    expect(text).toContain('Restore: 1 failed');
    expect(text).toContain('- Nightly (policy run · Production (111122223333) · 2026-01-31 03:05) FAILED');
    expect(text).toContain('Orders (eu-central-1) FAILED: Access denied: backup:StartBackupJob');
    expect(text).toContain('… and 3 more tasks.');
    expect(text).toContain('Next try: with the policy’s next run, 2026-02-01 03:00');
    expect(text).toContain('- A restore (restore · ');
    expect(text).toContain('Next try: none by itself');
    expect(text).toContain('- Invoices (Hourly · us-east-1) FAILED ONCE\n  Throttled\n  Next try: 2026-01-31 07:04');
    expect(text).toContain('1 session under way.');
  });

  test('coverage, copies, proof, storage with its trend, and what runs next', () => {
    const { text } = shown(badDay);
    for (const line of [
      'Unprotected: 17 of 140',
      'Beyond the RPO: 1 of 140',
      '- Carts (Production (111122223333) · eu-central-1) UNPROTECTED\n  No policy covers it.',
      'Unprotected: … and 15 more.',
      '- Ledger (Production (111122223333) · eu-central-1) RPO BREACHED',
      'A slot came and no run has succeeded since; the last success was 2026-01-28 03:04.',
      'Copies missing behind good backups of its last run: 4.',
      'Copies behind: 4',
      'Points never test-restored: 310 of 340',
      'eu-central-1, warm: 300 points · 1.0 TiB · $117.23',
      'In all: 340 points · 1.5 TiB · $122.97 a month',
      'Since the last report: +12.0 GiB (+0.8 %) · +$1.37 a month',
      'In 7 days: −50.0 GiB (−3.2 %) · −$5.70 a month',
      '2026-01-31 08:00: Hourly (backup, 24 runs)',
      '2026-02-01 05:00: Retention of Production (111122223333)',
    ])
      expect(text).toContain(line);
  });

  test('what could not be told is named, is no zero, and does not keep the rest back', () => {
    const facts: ReportFacts = { ...badDay, sessions: unknown };
    const report = dailyReport(facts);
    expect(report.notes).toContain('Could not tell the sessions: connect ECONNREFUSED');
    expect(report.tiles.map(({ label }) => label)).toEqual(['tables unprotected', 'beyond their RPO', 'stored']);
    expect(sectionOf(facts, 'Sessions')).toBeUndefined();
    expect(sectionOf(facts, 'Coverage')).toBeDefined();
    const nothing = dailyReport({ ...goodDay, sessions: unknown, protection: unknown, points: unknown });
    expect(nothing.severity).toBe('WARNING');
    expect(nothing.subject).toContain('parts could not be told');
    expect(nothing.notes).toHaveLength(3);
    expect(nothing.tiles).toEqual([]);
    const priceless = sectionOf({ ...badDay, protection: unknown }, 'Storage and cost');
    expect(JSON.stringify(priceless)).not.toContain('$');
  });

  test('one that comes late says so, and for how many it makes up', () => {
    expect(shown({ ...goodDay, isLate: true, missed: 2 }).text).toContain(
      'Late: due at 2026-01-31 07:00, it could not be made in time. It also makes up for 2 reports before it.',
    );
  });

  test('names that others gave become neither markup nor a header, and nothing is loaded from anywhere', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        const evil = `<img src=x onerror=alert(1)>${name}{{badge}}\r\nBcc: all`;
        if (badDay.protection.state !== 'known') throw new Error('it is known');
        const { value } = badDay.protection;
        const unprotected = { first: [{ name: evil, region: evil, account: evil, reason: evil }], more: 0 };
        const { html, subject } = shown({
          ...badDay,
          protection: { state: 'known', value: { ...value, unprotected } },
        });
        expect(html).not.toContain('<img');
        expect(html.match(/class="tone-environment"/gu)).toHaveLength(1);
        expect(html.replaceAll(/xmlns(?::\w)?="[^"]*"/gu, '')).not.toMatch(/@import|<link|url\(|src="/iu);
        expect(subject).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 30 },
    );
  });

  test('whatever comes it stays a mail that is shown whole: Gmail cuts at 102 KB', () => {
    const long = 'x'.repeat(500);
    const many = <T>(one: T) => ({ first: Array<T>(100).fill(one), more: 900 });
    const task = { name: long.slice(0, 255), region: 'eu-central-1', status: 'FAILED', reason: long } as const;
    if (badDay.sessions.state !== 'known' || badDay.protection.state !== 'known') throw new Error('they are known');
    const [troubled] = badDay.sessions.value.troubled.first;
    const [table] = badDay.protection.value.unprotected.first;
    const { html } = shown({
      ...badDay,
      sessions: {
        state: 'known',
        value: {
          ...badDay.sessions.value,
          troubled: many({ ...troubled!, tasks: { first: Array(5).fill(task), more: 90 } }),
        },
      },
      protection: {
        state: 'known',
        value: { ...badDay.protection.value, unprotected: many(table!), rpoBreached: many(table!) },
      },
    });
    expect(Buffer.byteLength(html)).toBeLessThan(102_000);
  });
});
