import type { Environment, EventData } from '@tablekeep/schema/events';

export type SessionResult = EventData<'dev.tablekeep.session.finished.v1'>;
export type Mail = Readonly<{ subject: string; text: string; html: string }>;
export type NotifyOn = 'SUCCESS' | 'WARNING' | 'ERROR';

const TYPE_NAMES: Readonly<Record<SessionResult['type'], string>> = {
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

/** The result of a session as a mail: what, how it went, which tables need a person and why, where to look. */
export function composeMail(result: SessionResult, environment: Environment): Mail {
  const what = result.policyName === null ? TYPE_NAMES[result.type] : `policy ${result.policyName}`;
  const { counts } = result;
  const seconds = (Date.parse(result.finishedAt) - Date.parse(result.startedAt)) / 1000;
  const facts: readonly (readonly [string, string])[] = [
    ['Result', result.status],
    ['What', `${TYPE_NAMES[result.type]}${result.policyName === null ? '' : ` of policy ${result.policyName}`}`],
    [
      'Tasks',
      `${counts.total}: ${counts.succeeded} succeeded, ${counts.warning} with warnings, ${counts.failed} failed, ${counts.skipped} skipped, ${counts.canceled} canceled`,
    ],
    ['Started', result.startedAt],
    ['Took', `${seconds.toFixed(0)} s`],
    ['Requested by', result.requestedBy + (result.reason === null ? '' : ` (${result.reason})`)],
    ['Session', result.sessionId],
    ['Environment', environment],
  ];
  const problems = result.problems.map(
    (table) => [table.name, table.region, table.status, table.reason ?? ''] as const,
  );
  const text = [
    ...facts.map(([name, value]) => `${name}: ${value}`),
    ...(result.notes.length > 0 ? ['', ...result.notes] : []),
    ...(problems.length > 0
      ? ['', 'Needs a person:', ...problems.map((row) => `- ${row[0]} (${row[1]}) ${row[2]}: ${row[3]}`)]
      : []),
    '',
  ].join('\n');
  return {
    subject: `[Tablekeep ${environment}] ${result.status}: ${what}, ${counts.total} tasks`,
    text,
    html: toHtml(facts, result.notes, problems),
  };
}

function toHtml(
  facts: readonly (readonly [string, string])[],
  notes: readonly string[],
  problems: readonly (readonly [string, string, string, string])[],
): string {
  const row = (cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<td style="padding:2px 12px 2px 0">${escape(cell)}</td>`).join('')}</tr>`;
  return [
    '<div style="font-family:sans-serif">',
    `<table>${facts.map(row).join('')}</table>`,
    ...notes.map((note) => `<p>${escape(note)}</p>`),
    ...(problems.length > 0 ? [`<h3>Needs a person</h3><table>${problems.map(row).join('')}</table>`] : []),
    '</div>',
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
function escape(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (char) => ENTITIES[char] ?? char);
}
