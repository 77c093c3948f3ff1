import type { Mail } from './compose-mail.ts';
import type { ReportDocument, Tile } from './daily-report.ts';
import { badges, cardRow, escape, factRow, FAINT, fillFrame, footerOf, headingRow, noteRows } from './mail-parts.ts';
import type { NotifyOn } from './message.ts';
import type { Section } from './report-parts.ts';
import { oneLine } from './subject.ts';

/** The report as a mail: the same in words, and as a page that fits a phone, in light and in dark. */
export function composeReport(report: ReportDocument): Mail {
  return { subject: oneLine(report.subject), text: toText(report), html: toHtml(report) };
}

function toText(report: ReportDocument): string {
  return [
    report.heading,
    '',
    ...report.facts.map(([name, value]) => `${name}: ${value}`),
    ...report.notes.flatMap((note) => ['', note]),
    ...report.sections.flatMap(sectionText),
    '',
  ].join('\n');
}

function sectionText({ title, rows, items, notes }: Section): string[] {
  return [
    '',
    title.toUpperCase(),
    ...rows.map(([name, value]) => `${name}: ${value}`),
    ...items.flatMap((item) => [
      `- ${item.name} (${item.where}) ${item.status}`,
      ...item.causes.map((cause) => `  ${cause}`),
      ...(item.next === null ? [] : [`  Next try: ${item.next}`]),
    ]),
    ...notes,
  ];
}

const RESULTS: Readonly<Record<NotifyOn, string>> = {
  SUCCESS: 'ALL WELL',
  WARNING: 'NEEDS A LOOK',
  ERROR: 'NEEDS A PERSON',
};

function toHtml(report: ReportDocument): string {
  return fillFrame({
    title: escape(report.subject),
    preview: escape(report.tiles.map(({ value, label }) => `${value} ${label}`).join(', ')),
    badge: badges(report.severity, RESULTS[report.severity], report.environment),
    heading: escape(report.heading),
    body: [tileRow(report.tiles), ...noteRows(report.notes), ...report.sections.flatMap(sectionRows)].join('\n'),
    facts: report.facts.map(([name, value]) => factRow(name, value)).join('\n'),
    links: '',
    footer: footerOf(report.environment, 'When it comes and to whom: dailyReport of notificationSettings.'),
  });
}

const TILES_A_ROW = 3;
const TONES: Readonly<Record<NotifyOn, string>> = { SUCCESS: '#087443', WARNING: '#a15c07', ERROR: '#b42318' };

/** The few numbers that a person looks for first. */
function tileRow(tiles: readonly Tile[]): string {
  const rows = tiles.reduce<Tile[][]>((all, tile) => {
    const last = all.at(-1);
    if (last && last.length < TILES_A_ROW) last.push(tile);
    else all.push([tile]);
    return all;
  }, []);
  const cell = ({ value, label, tone }: Tile) => {
    const say = tone === null ? 'ink' : `say-${tone.toLowerCase()}`;
    const color = tone === null ? '#1d2433' : TONES[tone];
    return `<td class="tile card" width="33%" style="width:33%;padding:12px 14px;vertical-align:top;background-color:#f5f7fa"><div class="figure ${say}" style="font-size:24px;line-height:1.25;font-weight:600;color:${color}">${escape(value)}</div><div class="faint" style="font-size:13px;line-height:1.35;${FAINT}">${escape(label)}</div></td>`;
  };
  const gap = '<td width="6" style="width:6px;padding:0;font-size:1px">&nbsp;</td>';
  const lines = rows.map((row) => {
    const empty = Array<string>(TILES_A_ROW - row.length).fill('<td width="33%" style="width:33%;padding:0"></td>');
    return `<tr>${[...row.map(cell), ...empty].join(gap)}</tr>`;
  });
  const between = '<tr><td colspan="5" style="height:6px;line-height:6px;font-size:6px;padding:0">&nbsp;</td></tr>';
  return `<tr><td colspan="2" style="padding:8px 0 8px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="width:100%;border-collapse:separate">${lines.join(between)}</table></td></tr>`;
}

function sectionRows({ title, rows, items, notes }: Section): string[] {
  const line = ([name, value]: readonly [string, string]) =>
    `<tr><td class="rule faint" style="padding:6px 12px 6px 0;border-top:1px solid #e3e7ee;vertical-align:top;white-space:nowrap;${FAINT}">${escape(name)}</td><td class="rule value ink" align="right" style="padding:6px 0;border-top:1px solid #e3e7ee;vertical-align:top;text-align:right;color:#1d2433">${escape(value)}</td></tr>`;
  const table =
    rows.length === 0
      ? []
      : [
          `<tr><td colspan="2" style="padding:0 0 8px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="width:100%;font-size:14px;line-height:1.5">${rows.map(line).join('')}</table></td></tr>`,
        ];
  const said = notes.map(
    (note) =>
      `<tr><td colspan="2" class="faint" style="padding:0 0 8px;font-size:13px;${FAINT}">${escape(note)}</td></tr>`,
  );
  return [headingRow(title), ...table, ...items.map((item) => cardRow(item.tone, item)), ...said];
}
